package io.agentsecrets.exec;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * An agent that has as many files open as the system lets it have, and then one fewer each time. It asks the executable in its
 * first argument, and ends with status 0 if calls fail as a start that is not possible, leave each file as it was, and succeed
 * in the end.
 */
final class FileLimitProgram {

    private final Deque<FileInputStream> files = new ArrayDeque<>();
    private final Path executable;
    private final ExecBackend backend;

    private FileLimitProgram(Path executable) {
        this.executable = executable;
        backend = backend();
    }

    public static void main(String[] arguments) throws IOException {
        System.exit(new FileLimitProgram(Path.of(arguments[0])).run() ? 0 : 1);
    }

    private ExecBackend backend() {
        return ExecBackend.builder(executable).timeout(Conditions.PATIENCE).build();
    }

    private boolean run() throws IOException {
        loadClasses();
        fillUp();
        for (int free = 0; free < 100; free++) {
            Map<Integer, String> before = openFiles();
            boolean kept = JavaProgram.succeeds(backend);
            boolean succeeded = JavaProgram.succeeds(backend()) && kept;
            Map<Integer, String> after = openFiles();
            if (!after.equals(before)) {
                System.out.println("with room for " + free + " files these became others: " + before + " " + after);
                return false;
            }
            if (succeeded) {
                System.out.println("succeeded with room for " + free);
                return free > 0;
            }
            files.pop().close();
        }
        System.out.println("never succeeded");
        return false;
    }

    /** Loads all classes while there are files for it. */
    private void loadClasses() throws IOException {
        JavaProgram.succeeds(backend);
        openFiles();
        fillUp();
        for (int free = 0; free < 20; free++) {
            files.pop().close();
        }
        JavaProgram.succeeds(backend);
    }

    private void fillUp() {
        try {
            while (true) {
                files.push(new FileInputStream("/dev/null"));
            }
        } catch (IOException full) {
            System.out.println("files: " + files.size());
        }
    }

    /** Returns where each descriptor leads. This opens none. */
    private static Map<Integer, String> openFiles() throws IOException {
        Map<Integer, String> files = new TreeMap<>();
        for (int i = 0; i < FileRoomTest.LIMIT; i++) {
            Path file = Path.of("/proc/self/fd/" + i);
            if (Files.isSymbolicLink(file)) {
                files.put(i, Files.readSymbolicLink(file).toString());
            }
        }
        return files;
    }
}
