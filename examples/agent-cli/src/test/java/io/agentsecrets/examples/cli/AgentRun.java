package io.agentsecrets.examples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A run of the sample agent in a JVM of its own: what it printed and its exit status. */
record AgentRun(int status, String out, String err) {

    /** The configuration home that the project ships. */
    static final Path HOME =
            Path.of("..", "sample-agent", "home").toAbsolutePath().normalize();

    static AgentRun of(String... arguments) {
        return of(Map.of(), "", arguments);
    }

    static AgentRun of(Map<String, String> environment, String input, String... arguments) {
        try {
            Path out = Files.createTempFile("agent", ".out");
            Path err = Files.createTempFile("agent", ".err");
            Path in = Files.writeString(Files.createTempFile("agent", ".in"), input);
            ProcessBuilder builder = new ProcessBuilder(commandLine(List.of("-Xmx64m"), arguments))
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put("AGENT_HOME", HOME.toString());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(240, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the agent did not end");
            }
            AgentRun run = new AgentRun(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
            Files.delete(out);
            Files.delete(err);
            Files.delete(in);
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The command that starts the agent of this build. */
    static List<String> commandLine(List<String> jvmOptions, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Writes a script that only its owner can read and start. */
    static Path script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    /** Makes the executable that the project ships startable: git keeps no 0700. */
    static void mendRightsOfDummyBackend() throws IOException {
        Files.setPosixFilePermissions(HOME.resolve("secret-backend"), PosixFilePermissions.fromString("rwx------"));
    }
}
