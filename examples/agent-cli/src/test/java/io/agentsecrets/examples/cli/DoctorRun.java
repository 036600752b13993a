package io.agentsecrets.examples.cli;

import io.agentsecrets.examples.cli.command.Commands;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A run of {@code agent doctor} in this JVM, which is faster than in one of its own: what it printed and its status. */
record DoctorRun(int status, String out, String err) {

    /** Runs the doctor on an executable, with further settings, a line each. */
    static DoctorRun of(Path home, Path executable, String settings, String... arguments) throws IOException {
        Path mainFile = home.resolve("agent.yaml");
        Files.writeString(mainFile, "secret_backend_command: " + executable + "\n" + settings);
        return of(mainFile, arguments);
    }

    static DoctorRun of(Path mainFile, String... arguments) {
        List<String> all = new ArrayList<>(List.of("-c", mainFile.toString(), "doctor"));
        all.addAll(List.of(arguments));
        return of(() -> Commands.run(all.toArray(new String[0])));
    }

    /** Runs something that prints and returns an exit status. */
    static DoctorRun of(IntSupplier main) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setOut(new PrintStream(seen, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            int status = main.getAsInt();
            return new DoctorRun(status, seen.toString(StandardCharsets.UTF_8), log.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** Everything that was printed. */
    String all() {
        return out + err;
    }

    /** One judgement of the text: its verdict, its finding, and what to do next if anything, as one text. */
    String judgement(String name) {
        Matcher judgement = Pattern.compile(
                        "^(OK|WARN|FAIL|SKIP) +" + name + "  +(.*)\n(      next: .*)?", Pattern.MULTILINE)
                .matcher(out);
        if (!judgement.find()) {
            throw new AssertionError("no judgement '" + name + "' in\n" + out + err);
        }
        String next = judgement.group(3);
        return judgement.group(1) + " " + judgement.group(2) + (next == null ? "" : " | " + next.strip());
    }
}
