package io.agentsecrets.examples.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The executable that the measurements start. The system property {@code executable} names one that answers as
 * {@link DecryptingBackend} does; if it is not set, a script does so that starts in a few milliseconds.
 */
final class Executables {

    /**
     * {@link DecryptingBackend} in awk: records end at a quote, so every second one is what stands between quotes, but for
     * those that end in an escaped quote.
     */
    private static final String SCRIPT = """
            #!/bin/sh
            LC_ALL=C exec awk '
              BEGIN { RS = "\\""; FS = "\\n"; ORS = ""; print "{" }
              !within {
                if (listing && index($0, "]")) { listing = 0; done = 1 }
                if (last == "secrets" && !done && index($0, "[")) listing = 1
                within = 1
                next
              }
              {
                text = text $0
                if (match(text, /\\\\+$/) && RLENGTH % 2) { text = text "\\""; next }
                if (listing) {
                  print comma "\\"" text "\\":{\\"value\\":\\"decrypted_" text "\\",\\"error\\":null}"
                  comma = ","
                }
                last = text; text = ""; within = 0
              }
              END { print "}" }'
            """;

    private Executables() {}

    /** Returns the executable to measure with. */
    static Path chosen() {
        String named = System.getProperty("executable", "");
        return named.isEmpty() ? script() : Path.of(named).toAbsolutePath();
    }

    /** Writes the script to a new folder that goes when the JVM does. */
    static Path script() {
        return executable(SCRIPT);
    }

    /** Writes the script to the file that the argument names. */
    public static void main(String[] arguments) throws IOException {
        write(SCRIPT, Path.of(arguments[0]));
    }

    /** Writes a script that starts {@link DecryptingBackend} on this JVM's class path. */
    static Path javaLauncher() {
        return executable("#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -cp '"
                + System.getProperty("java.class.path") + "' -Xshare:auto -XX:TieredStopAtLevel=1 "
                + DecryptingBackend.class.getName() + "\n");
    }

    private static Path executable(String script) {
        try {
            Path folder = Files.createTempDirectory("agent-secrets-benchmarks");
            Path file = folder.resolve("backend");
            write(script, file);
            folder.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(String script, Path file) throws IOException {
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
