package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.REPLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ThreadRoomTest {

    /** The limit counts all threads of a user. This one has none, and another build beside this one takes another user. */
    private static final int USER = 1_000_000 + (int) (ProcessHandle.current().pid() % 1_000_000);

    @Test
    void finding_room_leaves_no_thread() {
        ThreadRoom room = new ThreadRoom();

        room.require();
        room.processEnded();
        room.require();
        room.require();

        Conditions.await("the threads end", () -> Traces.threads().isEmpty());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void at_the_limit_of_threads_a_call_fails_as_a_start_and_leaves_nothing(@TempDir Path folder) throws Exception {
        assumeTrue(PosixUser.ofThisProcess().uid() == 0, "only root can become another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")) && Files.isExecutable(Path.of("/usr/bin/prlimit")));
        Path script = Scripts.script(folder, REPLY);
        List<String> commandLine = new ArrayList<>(
                List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "prlimit", "--nproc=100"));
        commandLine.addAll(readableByOthers(JavaProgram.commandLine(ThreadLimitProgram.class), folder));
        commandLine.add(script.toString());
        giveAway(folder);
        Path output = folder.resolveSibling(folder.getFileName() + ".output");

        int status = JavaProgram.statusOf(commandLine, output);

        assertThat(status).as(Files.readString(output)).isZero();
        assertThat(output).content().contains("the system has no thread or memory left for the agent");
        Files.delete(output);
    }

    /** Copies the class path, which may lie where only root can read. */
    private static List<String> readableByOthers(List<String> commandLine, Path folder) throws IOException {
        List<String> copied = new ArrayList<>(commandLine);
        copied.addAll(1, List.of("-XX:+UseSerialGC", "-XX:CICompilerCount=2", "-Xlog:disable"));
        int at = copied.indexOf("-cp") + 1;
        List<String> entries = new ArrayList<>();
        for (String entry : copied.get(at).split(File.pathSeparator, -1)) {
            Path copy = folder.resolve("classes" + entries.size());
            copy(Path.of(entry), copy);
            entries.add(copy.toString());
        }
        copied.set(at, String.join(File.pathSeparator, entries));
        return copied;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void giveAway(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setAttribute(file, "unix:uid", USER);
            }
        }
    }
}
