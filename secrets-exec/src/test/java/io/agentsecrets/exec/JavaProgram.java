package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonFactory;
import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.SecretBackend;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** A main class of the tests as an executable: a shell script that starts this JVM's java. */
final class JavaProgram {

    private JavaProgram() {}

    static Path script(Path folder, Class<?> main) throws IOException {
        return Scripts.script(folder, "exec " + String.join(" ", commandLine(main)) + " \"$@\"");
    }

    static List<String> commandLine(Class<?> main) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", classPath(main), main.getName());
    }

    /** Runs a command to its end, and returns its exit status. */
    static int statusOf(List<String> commandLine, Path output) throws IOException, InterruptedException {
        return new ProcessBuilder(commandLine)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
    }

    /** Whether a call succeeds; if not, it failed as a start, and why is printed. */
    static boolean succeeds(ExecBackend backend) {
        try {
            return !backend.fetch(Scripts.handles("h")).isEmpty();
        } catch (BackendException e) {
            System.out.println(e.getMessage());
            if (e.kind() != FailureKind.START) {
                throw e;
            }
            return false;
        }
    }

    /** On the module path there is no class path to hand on. */
    private static String classPath(Class<?> main) {
        return Stream.of(ExecBackend.class, SecretBackend.class, JsonFactory.class, Logger.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(URI.create(location.toString())).toString())
                .collect(Collectors.joining(File.pathSeparator, testClasses(main) + File.pathSeparator, ""));
    }

    /** The tests are patched into the module, so that their code source is the module's. */
    private static Path testClasses(Class<?> main) {
        try {
            String name = main.getSimpleName() + ".class";
            Path file = Path.of(Objects.requireNonNull(main.getResource(name)).toURI());
            int depth = main.getName().split("\\.", -1).length;
            return file.resolve("../".repeat(depth)).normalize();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
