package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.REPLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FileRoomTest {

    /** How many files the program of this test may open. */
    static final int LIMIT = 120;

    private static final int ONE_START = 11;
    private static final int MARGIN = 21;
    private static final Path EXECUTABLE = Path.of("/opt/agent/backend");

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void at_the_limit_of_open_files_a_call_fails_as_a_start_and_harms_no_file() throws Exception {
        Path script = Scripts.script(folder, REPLY);
        List<String> commandLine =
                new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -n " + LIMIT + " && exec \"$@\"", "sh"));
        commandLine.addAll(JavaProgram.commandLine(FileLimitProgram.class));
        commandLine.add(script.toString());
        Path output = folder.resolve("output");

        int status = JavaProgram.statusOf(commandLine, output);

        assertThat(status).as(Files.readString(output)).isZero();
        assertThat(output)
                .content()
                .containsPattern("the executable '" + script + "' cannot be started: the agent has \\d+ of at most "
                        + LIMIT + " files open, and 32 more must be possible; raise its limit \\(ulimit -n,"
                        + " LimitNOFILE of the service\\), or find out what keeps files open \\(on Linux: ls -l"
                        + " /proc/\\d+/fd\\)\n")
                .contains("the agent cannot open one more file; raise its limit");
    }

    @Test
    void the_size_of_the_folder_counts_where_it_is_the_number_of_files() throws IOException {
        limit("1000");

        assertHasRoom(new FileRoom(folderOf(500, 0), folder));
    }

    @Test
    void where_it_has_no_size_the_room_that_the_kernel_has_made_counts() throws IOException {
        limit("160");
        tableOf(128);

        assertHasRoom(new FileRoom(folderOf(0, 150), folder));
    }

    @Test
    void the_files_are_counted_before_a_start_is_refused() throws IOException {
        limit("128");
        tableOf(128);

        assertHasRoom(new FileRoom(folderOf(4096, 96), folder));
        assertHasRoom(new FileRoom(folderOf(0, 96), folder));
        assertHasNone(new FileRoom(folderOf(4096, 97), folder));
        assertHasNone(new FileRoom(folderOf(0, 97), folder));
    }

    @Test
    void starts_that_are_under_way_need_room_too() throws IOException {
        limit("128");
        int free = MARGIN + 2 * ONE_START;
        FileRoom room = new FileRoom(folderOf(128 - free, 128 - free), folder);

        room.enter(EXECUTABLE);
        assertHasRoom(room);
        room.enter(EXECUTABLE);
        assertHasNone(room);
        assertThatThrownBy(() -> room.enter(EXECUTABLE)).isInstanceOf(BackendException.class);
        room.leave();
        room.enter(EXECUTABLE);
    }

    @Test
    void a_limit_that_is_changed_while_the_agent_runs_counts_soon() throws IOException {
        limit("1000");
        FileRoom room = new FileRoom(folderOf(500, 500), folder);
        assertHasRoom(room);

        limit("510");
        Conditions.await("the start is refused", () -> !hasRoom(room));

        limit("1000");
        assertHasRoom(room);
    }

    @Test
    void where_the_limit_or_the_files_are_not_told_there_is_room() throws IOException {
        assertHasRoom(new FileRoom(folder.resolve("none").toFile(), folder));
        assertHasRoom(new FileRoom(folderOf(500, 500), folder));
        limit("unlimited");
        assertHasRoom(new FileRoom(folderOf(500, 500), folder));
    }

    @Test
    void an_interrupt_is_not_taken_for_a_lack_of_files() throws IOException {
        limit("1000");
        FileRoom room = new FileRoom(folderOf(500, 500), folder);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> room.require(EXECUTABLE))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void assertHasRoom(FileRoom room) {
        assertThat(hasRoom(room)).isTrue();
    }

    private static void assertHasNone(FileRoom room) {
        assertThat(hasRoom(room)).isFalse();
    }

    private static boolean hasRoom(FileRoom room) {
        try {
            room.require(EXECUTABLE);
            return true;
        } catch (BackendException e) {
            assertThat(e.kind()).isEqualTo(FailureKind.START);
            return false;
        }
    }

    private void limit(String files) throws IOException {
        Files.writeString(
                folder.resolve("limits"),
                "Max processes             6365                 96365                processes \n"
                        + "Max open files            " + files + "                 1048576              files     \n");
    }

    private void tableOf(int files) throws IOException {
        Files.writeString(
                folder.resolve("status"), "Name:\tFDSize:9\nPid:\t15428\nFDSize:\t" + files + "\nGroups:\t\n");
    }

    /** Returns a folder of a given size. Two of its entries stand for the folder itself, which Java opens twice to read it. */
    private File folderOf(long size, int files) throws IOException {
        Path entries = Files.createTempDirectory(folder, "fd");
        for (int i = 0; i < files + 2; i++) {
            Files.createFile(entries.resolve(Integer.toString(i)));
        }
        return new Folder(entries, size);
    }

    private static final class Folder extends File {

        private static final long serialVersionUID = 1L;

        private final long size;

        Folder(Path path, long size) {
            super(path.toString());
            this.size = size;
        }

        @Override
        public long length() {
            return size;
        }
    }
}
