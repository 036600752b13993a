package io.agentsecrets.exec;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Programs that root starts as another user, or in a namespace of their own. */
final class OtherUser {

    private OtherUser() {}

    /** Whether a command can be run and ends well. */
    static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    /** Returns a command line of Java whose class path is copied, as it may lie where only root can read. */
    static List<String> readable(Path folder, List<String> commandLine) throws IOException {
        List<String> copied = new ArrayList<>(commandLine);
        copied.addAll(1, List.of("-XX:+UseSerialGC", "-Xlog:disable"));
        int at = copied.indexOf("-cp") + 1;
        List<String> entries = new ArrayList<>();
        for (String entry : copied.get(at).split(File.pathSeparator, -1)) {
            Path copy = folder.resolve("classes" + entries.size());
            try (Stream<Path> files = Files.walk(Path.of(entry))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path target = copy.resolve(Path.of(entry).relativize(file).toString());
                    String mode = Files.isDirectory(file) ? "rwxr-xr-x" : "r--r--r--";
                    Files.setPosixFilePermissions(Files.copy(file, target), PosixFilePermissions.fromString(mode));
                }
            }
            entries.add(copy.toString());
        }
        copied.set(at, String.join(File.pathSeparator, entries));
        return copied;
    }
}
