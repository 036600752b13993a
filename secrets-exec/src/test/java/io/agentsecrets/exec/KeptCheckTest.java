package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.REPLY;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentsecrets.BackendException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A check is kept only while nothing that it looked at was changed, by whatever means. Most tests wait for files to get old. */
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
class KeptCheckTest {

    private static final String OPEN_TO_OTHERS = "'group' or 'others' have rights on it";
    private static final String UNTRUSTED_INTERPRETER = "cannot be trusted: 'group' or 'others' may write to it";

    private Path folder = Path.of("/");
    private Path bin = folder;
    private Path interpreter = folder;
    private Path link = folder;
    private Path script = folder;

    /** {@code link} leads by way of a link to a folder to {@code bin/backend}, whose interpreter is {@code bin/interpreter}. */
    @BeforeEach
    void a_script_behind_links(@TempDir Path temporary) throws IOException {
        folder = temporary.toRealPath();
        bin = Files.createDirectory(folder.resolve("bin"));
        interpreter = Scripts.file(bin, "interpreter", "#!/bin/sh\n" + REPLY + "\n", "rwx------");
        script = Scripts.file(bin, "backend", "#!" + interpreter + "\n", "rwx------");
        Files.createSymbolicLink(folder.resolve("current"), bin);
        link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("current/backend"));
    }

    @Test
    void what_stays_as_it_is_is_not_checked_again() {
        ExecutableCheck check = kept(link);

        assertThat(check.requireOk().path().path()).isEqualTo(script);
        assertThat(check.requireOk()).isSameAs(check.requireOk());
    }

    @Test
    void other_files_in_the_same_folder_do_not_matter() throws IOException {
        ExecutableCheck check = kept(link);
        CheckedFile file = check.requireOk();

        Files.createFile(bin.resolve("other"));

        assertThat(check.requireOk()).isSameAs(file);
    }

    @Test
    void without_the_check_of_rights_the_formats_are_not_read_again_until_one_changes() throws IOException {
        ExecutableCheck check = kept(link, new ExecutableCheck.Options(false, false, true));
        assertThat(check.requireOk().chain().problem()).isNull();

        rewritten(interpreter, "garbage");

        assertThat(check.requireOk().chain().problem()).contains("neither a program of this system nor a script");
    }

    @Test
    void a_file_that_was_changed_a_moment_ago_proves_nothing() throws IOException {
        FileTime changed = (FileTime) Files.getAttribute(script, "unix:ctime");
        List<Evidence.Part> parts = List.of(Evidence.Part.folder(bin), Evidence.Part.file(script));

        assertThat(Evidence.of(parts, changed.toMillis() + 2_000).isSettled()).isFalse();
        assertThat(Evidence.of(parts, changed.toMillis() + 2_001).isSettled()).isTrue();
        assertThat(Evidence.of(parts, changed.toMillis() - 60_000).isSettled()).isFalse();
    }

    /** Where the clock has fine ticks (ext4 since Linux 6.13), no two changes are in one. */
    @Test
    void a_change_within_the_tick_of_the_clock_in_which_the_file_was_written_is_noticed() throws IOException {
        Path strange = Scripts.file(bin, "1nterpreter", "#!/bin/sh\n", "rwxrwxrwx");
        ExecutableCheck check = kept(script);
        for (int i = 0; i < 100; i++) {
            rewritten(script, "#!" + interpreter + "\n");
            for (int call = 0; call < 3; call++) {
                check.requireOk();
            }

            rewritten(script, "#!" + strange + "\n");

            assertRefused(check, UNTRUSTED_INTERPRETER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "bin/backend"})
    void another_file_in_its_place_is_checked(String command) throws IOException {
        ExecutableCheck check = kept(folder.resolve(command));
        Path next = Scripts.file(bin, "next", "#!" + interpreter + "\n", "rwxrwxrwx");

        Files.move(next, script, ATOMIC_MOVE, REPLACE_EXISTING);

        assertRefused(check, OPEN_TO_OTHERS);
    }

    @Test
    void a_file_that_is_deleted_and_written_again_is_checked() throws IOException {
        ExecutableCheck check = kept(script);
        FileTime written = Files.getLastModifiedTime(script);

        Files.delete(script);
        Scripts.file(bin, "backend", "#!" + interpreter + "\n", "rwxrwxrwx");
        Files.setLastModifiedTime(script, written);

        assertRefused(check, OPEN_TO_OTHERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bin", "bin/backend", "bin/interpreter"})
    void other_rights_are_noticed_on_each_part_of_the_way(String name) throws IOException {
        ExecutableCheck check = kept(link);
        CheckedFile before = check.requireOk();

        mode(folder.resolve(name), 0777);
        assertThatThrownBy(check::requireOk).isInstanceOf(BackendException.class);

        mode(folder.resolve(name), 0700);
        assertThat(check.requireOk()).isNotSameAs(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bin", "bin/backend", "bin/interpreter", "link", "current"})
    void another_owner_is_noticed_on_each_part_of_the_way(String name) throws IOException {
        assumeTrue(PosixUser.ofThisProcess().uid() == 0, "only root can give a file away");
        ExecutableCheck check = kept(link);

        Files.setAttribute(folder.resolve(name), "unix:uid", 54321, LinkOption.NOFOLLOW_LINKS);
        assertRefused(check, "UID");

        Files.setAttribute(folder.resolve(name), "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
        check.requireOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "current"})
    void a_link_that_leads_elsewhere_is_followed(String name) throws IOException {
        ExecutableCheck check = kept(link);
        Path other = Files.createDirectory(folder.resolve("other"));
        Path strange = Scripts.file(other, "backend", "#!" + interpreter + "\n", "rwx------");
        Path next = Files.createSymbolicLink(folder.resolve("next"), name.equals("link") ? strange : other);

        Files.move(next, folder.resolve(name), ATOMIC_MOVE, REPLACE_EXISTING);

        assertThat(check.requireOk().path().path()).isEqualTo(strange);
        mode(strange, 0777);
        assertRefused(check, OPEN_TO_OTHERS);
    }

    @Test
    void a_folder_that_is_exchanged_is_noticed_though_its_files_are_old() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Scripts.file(other, "backend", "#!" + interpreter + "\n", "rwxrwxrwx");
        Scripts.file(other, "interpreter", "#!/bin/sh\n", "rwx------");
        ExecutableCheck check = kept(script);

        Files.move(bin, folder.resolve("away"));
        Files.move(other, bin);

        assertRefused(check, OPEN_TO_OTHERS);
    }

    @Test
    void a_link_in_the_place_of_a_folder_is_noticed() throws IOException {
        ExecutableCheck check = kept(script);

        Path away = Files.move(bin, folder.resolve("away"));
        Files.createSymbolicLink(bin, away);

        assertThat(check.requireOk().path().path()).isEqualTo(away.resolve("backend"));
    }

    @Test
    void another_first_line_of_the_same_length_and_time_is_noticed() throws IOException {
        Path strange = Scripts.file(bin, "1nterpreter", "#!/bin/sh\n", "rwxrwxrwx");
        ExecutableCheck check = kept(script);

        rewritten(script, "#!" + strange + "\n");

        assertRefused(check, UNTRUSTED_INTERPRETER);
    }

    @Test
    void another_interpreter_of_the_interpreter_is_noticed() throws IOException {
        Path strange = Scripts.file(bin, "strange", "#!/bin/sh\n", "rwxrwxrwx");
        ExecutableCheck check = kept(link);

        rewritten(interpreter, "#!" + strange + "\n");

        assertRefused(check, UNTRUSTED_INTERPRETER);
    }

    @Test
    void a_loader_that_was_missing_is_checked_once_it_is_there() throws IOException {
        List<Path> helpers = StartChain.of(Path.of("/bin/true")).helpers();
        assumeTrue(!helpers.isEmpty(), "a program that needs a loader");
        String name = helpers.get(0).toString();
        Path loader = Path.of(("/tmp/" + UUID.randomUUID()).substring(0, name.length()));
        String program = Files.readString(Path.of("/bin/true"), StandardCharsets.ISO_8859_1);
        byte[] changed = program.replace(name + "\0", loader + "\0").getBytes(StandardCharsets.ISO_8859_1);
        ExecutableCheck check = check(Scripts.file(bin, "program", changed, "rwx------"));
        Conditions.await(
                "the program is old enough",
                () -> Evidence.of(List.of(Evidence.Part.file(bin.resolve("program"))), System.currentTimeMillis())
                        .isSettled());
        assertThat(check.requireOk()).isNotSameAs(check.requireOk());

        try {
            Scripts.file(loader.getParent(), loader.getFileName().toString(), "x", "rwxrwxrwx");

            assertRefused(check, UNTRUSTED_INTERPRETER);
        } finally {
            Files.deleteIfExists(loader);
        }
    }

    @Test
    void a_link_of_proc_that_leads_elsewhere_without_being_changed_is_followed() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path strange = Scripts.file(other, "backend", "#!" + interpreter + "\n", "rwx------");
        Process process = new ProcessBuilder("sh", "-c", "read go; cd ../other; echo moved; read end")
                .directory(bin.toFile())
                .start();
        try (BufferedReader said = process.inputReader();
                BufferedWriter commands = process.outputWriter()) {
            ExecutableCheck check = kept(Path.of("/proc/" + process.pid() + "/cwd/backend"));
            assertThat(check.requireOk().path().path()).isEqualTo(script);

            commands.write("go\n");
            commands.flush();
            assertThat(said.readLine()).isEqualTo("moved");

            assertThat(check.requireOk().path().path()).isEqualTo(strange);
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"other, bin", "other/backend, bin/backend", "other/interpreter, bin/interpreter"})
    void what_is_mounted_over_a_part_of_the_way_is_checked(String source, String target) throws Exception {
        assumeTrue(OtherUser.runs("unshare", "-m", "true"), "namespaces cannot be made here");
        Files.createDirectory(folder.resolve("other"));
        Scripts.file(folder.resolve("other"), "backend", "#!" + interpreter + "\n", "rwxrwxrwx");
        Scripts.file(folder.resolve("other"), "interpreter", "#!/bin/sh\n", "rwxrwxrwx");
        List<String> command =
                new ArrayList<>(List.of("unshare", "-m", "sh", "-euc", "mount --make-rprivate /; exec \"$@\"", "sh"));
        command.addAll(JavaProgram.commandLine(MountingProgram.class));
        command.addAll(List.of(
                link.toString(),
                folder.resolve(source).toString(),
                folder.resolve(target).toString()));
        Process program = new ProcessBuilder(command).start();
        try (BufferedReader printed = program.inputReader()) {
            assertThat(printed.readLine()).startsWith("true invalid executable").contains("'group' or 'others'");
        } finally {
            program.destroyForcibly();
        }
    }

    private ExecutableCheck check(Path command) {
        return new ExecutableCheck(command, new ExecutableCheck.Options(false, false, false));
    }

    private ExecutableCheck kept(Path command) {
        return kept(command, new ExecutableCheck.Options(false, false, false));
    }

    private static ExecutableCheck kept(Path command, ExecutableCheck.Options options) {
        ExecutableCheck check = new ExecutableCheck(command, options);
        MountingProgram.kept(check);
        return check;
    }

    private static void assertRefused(ExecutableCheck check, String problem) {
        assertThatThrownBy(check::requireOk)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(problem);
    }

    private static void rewritten(Path file, String text) throws IOException {
        FileTime written = Files.getLastModifiedTime(file);
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, written);
    }

    private static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }
}
