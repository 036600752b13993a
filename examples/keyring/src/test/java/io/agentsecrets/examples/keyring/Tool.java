package io.agentsecrets.examples.keyring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What a command left. */
record Tool(int status, String out, String err) {

    static List<String> keyring(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The same as a line for a shell. */
    static String keyringLine() {
        return keyring().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    static Tool run(Map<String, String> environment, String input, List<String> command) {
        try {
            Path out = Files.createTempFile("tool", "out");
            Path err = Files.createTempFile("tool", "err");
            try {
                return run(environment, input, command, out, err);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Tool run(Map<String, String> environment, String input, List<String> command, Path out, Path err)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYRING_") || name.startsWith("DBUS_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException closedEarly) {
            // the status tells
        }
        if (!process.waitFor(4, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("not done within four minutes: " + Files.readString(err));
        }
        return new Tool(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
