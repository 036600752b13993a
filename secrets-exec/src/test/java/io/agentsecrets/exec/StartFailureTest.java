package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.REPLY;
import static io.agentsecrets.exec.Scripts.file;
import static io.agentsecrets.exec.Scripts.handles;
import static io.agentsecrets.exec.Scripts.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StartFailureTest {

    private static final String UNKNOWN_FORMAT = "it is neither a program of this system nor a script; the first line"
            + " of a script must name its interpreter, such as #!/bin/sh";

    @TempDir
    Path folder;

    private static final String LEADS_NOWHERE =
            "its path leads nowhere: links that lead to themselves, or a file in the"
                    + " place of a folder; see which: namei -l ";
    private static final String NOT_EXECUTABLE =
            "it is not executable by this user; see that its file system is not" + " mounted noexec, and: chmod 0700 ";
    private static final String INSTALL = "; install it, or name another one there";

    private final Traces traces = new Traces();

    @AfterEach
    void nothing_is_left() {
        traces.assertNothingIsLeft();
    }

    @Test
    void a_file_that_does_not_exist() {
        Path missing = folder.resolve("missing");

        assertInvalid(missing, FailureKind.START, "no such file; put it there, or correct its path");
        assertUnstartable(missing, "no such file; put it there, or correct its path");
    }

    @Test
    void a_link_to_nothing() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("missing"));

        assertInvalid(
                link, FailureKind.START, "a link to a file that does not exist; put it there, or correct its path");
        assertUnstartable(link, "no such file; put it there, or correct its path");
    }

    @Test
    void links_that_lead_to_themselves() throws IOException {
        Path link = folder.resolve("a");
        Files.createSymbolicLink(link, folder.resolve("b"));
        Files.createSymbolicLink(folder.resolve("b"), link);

        assertInvalid(link, FailureKind.START, LEADS_NOWHERE + "'" + link + "'");
    }

    @Test
    void a_file_in_the_place_of_a_folder() throws IOException {
        Path below = script(folder, REPLY).resolve("backend");

        assertInvalid(below, FailureKind.START, LEADS_NOWHERE + "'" + below + "'");
    }

    @Test
    void a_folder() {
        assertInvalid(
                folder,
                FailureKind.PERMISSIONS,
                "it is not a regular file but a folder; name the program or script in it");
        assertUnstartable(folder, "it is a folder; name the program or script in it");
    }

    @Test
    void a_pipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", "-m", "700", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();

        assertInvalid(
                pipe,
                FailureKind.PERMISSIONS,
                "it is not a regular file but a pipe, a socket or a device; name a program or a script");
        assertUnstartable(pipe, NOT_EXECUTABLE + "'" + pipe + "'");
    }

    @Test
    void a_file_without_the_right_to_execute() throws IOException {
        Path file = file(folder, "backend", "#!/bin/sh\n", "rw-------");

        assertInvalid(
                file,
                FailureKind.PERMISSIONS,
                "'" + real(file) + "' is not executable; chmod 0700 '" + real(file) + "'");
        assertUnstartable(file, NOT_EXECUTABLE + "'" + file + "'");
    }

    @Test
    void a_script_whose_interpreter_does_not_exist() throws IOException {
        Path script = file(folder, "backend", "#! /no/such/python3 -u\nprint(1)\n", "rwx------");

        assertUnstartable(
                script, "the interpreter '/no/such/python3' that its first line names does not exist" + INSTALL);
    }

    @Test
    void a_script_whose_interpreter_cannot_be_executed() throws IOException {
        Path interpreter = file(folder, "interpreter", "#!/bin/sh\n", "rw-------");
        Path script = file(folder, "backend", "#!" + interpreter + "\n", "rwx------");

        assertUnstartable(
                script,
                "the interpreter '" + interpreter + "' that its first line names cannot be executed by this user"
                        + INSTALL);
        assertUnstartable(
                file(folder, "other", "#!" + folder, "rwx------"),
                "the interpreter '" + folder + "' that its first line names cannot be executed by this user" + INSTALL);
    }

    @Test
    void a_script_whose_interpreter_is_a_script_without_interpreter() throws IOException {
        Path interpreter = file(folder, "interpreter", "#!/no/such/python3\n", "rwx------");
        Path script = file(folder, "backend", "#!" + interpreter + "\n", "rwx------");

        assertUnstartable(
                script,
                "of its interpreter '" + interpreter
                        + "': the interpreter '/no/such/python3' that its first line names does not exist" + INSTALL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"#!/bin/sh\r\necho canary\r\n", "#!/bin/sh\recho canary", "#!/bin/sh -e\r\n", "#!/bin/sh\r"})
    void a_script_that_a_windows_editor_wrote(String text) throws IOException {
        Path script = file(folder, "backend", text, "rwx------");

        assertUnstartable(
                script,
                "its first line ends in a carriage return, as Windows editors write it; remove them: sed -i 's/\\r"
                        + "$//' '"
                        + script + "'");
    }

    @Test
    void a_script_with_a_byte_order_mark() throws IOException {
        Path script = file(folder, "backend", "\ufeff#!/bin/sh\n", "rwx------");

        assertUnstartable(
                script,
                "a byte order mark stands before its #!, as Windows editors write it; remove it: sed -i"
                        + " '1s/^\\xEF\\xBB\\xBF//' '"
                        + script + "'");
    }

    @Test
    void a_script_whose_interpreter_is_a_bare_name() throws IOException {
        assertUnstartable(
                file(folder, "backend", "#!python3 -u\n", "rwx------"),
                "the interpreter 'python3' that its first line names is no absolute path; write its path from the root,"
                        + " or #!/usr/bin/env python3");
    }

    @Test
    void a_path_that_is_a_command_line() throws IOException {
        Path script = file(folder, "backend", "#!/bin/sh\n", "rwx------");
        Path commandLine = folder.resolve("backend --file secrets.json");

        assertInvalid(
                commandLine,
                FailureKind.START,
                "no such file; write only '" + script + "' there, and what follows it in secret_backend_arguments");
    }

    @ParameterizedTest
    @ValueSource(strings = {"#!", "#!\n/bin/sh", "#! \t\n"})
    void a_script_whose_first_line_names_nothing(String text) throws IOException {
        assertUnstartable(
                file(folder, "backend", text, "rwx------"),
                "its first line is #! without an interpreter; write #!/bin/sh or the like");
    }

    @Test
    void an_empty_file() throws IOException {
        assertUnstartable(
                file(folder, "backend", "", "rwx------"), "the file is empty; put a program or a script in its place");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "touch ran\n",
                "\n#!/bin/sh\n",
                " #!/bin/sh\n",
                "\ufeffecho\n",
                "#",
                "\u0001\u0002\u0003\u0000",
                "MZ\u0000\u0000",
                "\u007fELF",
                "\u007fELFgarbage, but long enough to look like one",
            })
    void a_file_that_java_would_hand_to_a_shell(String text) throws IOException {
        assertUnstartable(file(folder, "backend", text, "rwx------"), UNKNOWN_FORMAT);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_program_for_another_processor() throws IOException {
        byte[] program = Files.readAllBytes(Path.of("/bin/true"));
        program[18] ^= 0x55;

        assertUnstartable(file(folder, "backend", program, "rwx------"), UNKNOWN_FORMAT);
    }

    /** Which byte of the header of a program of 64 bits is set to what; the kernel refuses each of these. */
    @ParameterizedTest
    @CsvSource({
        "an object file, 16, 1",
        "a core dump, 16, 4",
        "no program of any kind, 17, 7",
        "another order of bytes, 5, 2",
        "neither 32 nor 64 bits, 4, 3",
        "a table elsewhere, 39, 16",
        "entries of another size, 54, 32",
        "no segments, 56, 0",
    })
    @EnabledOnOs(OS.LINUX)
    void a_file_that_only_begins_like_a_program(String what, int offset, int value) throws IOException {
        byte[] program = Files.readAllBytes(Path.of("/bin/true"));
        assumeTrue(program[4] == 2 && program[5] == 1, "a little-endian system of 64 bits");
        program[offset] = (byte) value;

        assertUnstartable(file(folder, "backend", program, "rwx------"), UNKNOWN_FORMAT);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 63, 64, 100, 200})
    @EnabledOnOs(OS.LINUX)
    void a_program_that_was_cut(int length) throws IOException {
        byte[] program = Arrays.copyOf(Files.readAllBytes(Path.of("/bin/true")), length);

        assertUnstartable(file(folder, "backend", program, "rwx------"), UNKNOWN_FORMAT);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_program_whose_loader_has_no_end() throws IOException {
        byte[] program = Files.readAllBytes(Path.of("/bin/true"));
        String text = new String(program, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0', text.indexOf("/lib"));
        program[end] = 'x';

        assertUnstartable(file(folder, "backend", program, "rwx------"), UNKNOWN_FORMAT);
    }

    @Test
    void a_script_whose_interpreter_is_a_text() throws IOException {
        Path interpreter = file(folder, "interpreter", "touch ran\n", "rwx------");

        assertUnstartable(
                file(folder, "backend", "#!" + interpreter + "\n", "rwx------"),
                "of its interpreter '" + interpreter + "': " + UNKNOWN_FORMAT);
    }

    @Test
    void a_script_that_is_its_own_interpreter() throws IOException {
        Path script = folder.resolve("backend");
        file(folder, "backend", "#!" + script + "\n", "rwx------");

        assertUnstartable(
                script,
                "its interpreter is a script, the interpreter of that is one, and so on; name a program in its first"
                        + " line");
    }

    @Test
    void a_script_whose_interpreter_is_a_script_is_started_if_that_has_one() throws IOException {
        Path interpreter = file(folder, "interpreter", "#!/bin/sh\n" + REPLY + "\n", "rwx------");
        Path script = file(folder, "backend", "#!" + interpreter + " -x\n", "rwx------");

        assertThat(traces.backend(script).build().fetch(handles("h"))).isNotEmpty();
    }

    @Test
    void a_first_line_that_is_longer_than_the_system_reads() throws IOException {
        String far = "/.".repeat(130) + "/bin/sh";

        assertUnstartable(
                file(folder, "backend", "#!" + far + "\ntouch ran\n", "rwx------"),
                "its first line names an interpreter that is longer than the system reads; make a short link to it");
        assertThat(traces.backend(file(folder, "other", "#!/bin/sh " + "-".repeat(300) + "\n", "rwx------"))
                        .build())
                .satisfies(backend -> assertThat(failureOf(backend).kind()).isEqualTo(FailureKind.EXIT));
    }

    @Test
    void a_first_line_with_a_nul_character() throws IOException {
        assertUnstartable(
                file(folder, "backend", "#!/bin/sh\0x\n", "rwx------"),
                "its first line names an interpreter by characters that the agent's locale or a path has not; start the"
                        + " agent with LC_ALL=C.UTF-8, or make a link to it whose name is ASCII");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_program_whose_loader_does_not_exist() throws IOException {
        byte[] program = Files.readAllBytes(Path.of("/bin/true"));
        String text = new String(program, StandardCharsets.ISO_8859_1);
        int loader = text.indexOf("/lib");
        Arrays.fill(program, loader + 1, loader + 4, (byte) 'x');

        assertUnstartable(
                file(folder, "backend", program, "rwx------"),
                "something that it needs to be started, such as its interpreter or loader, does not exist; see what it"
                        + " names: file '" + folder.resolve("backend") + "'");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_program_of_this_system_is_started() throws IOException {
        Path program = file(folder, "backend", Files.readAllBytes(Path.of("/bin/true")), "rwx------");

        BackendException failure = failureOf(traces.backend(program));

        assertThat(failure.kind()).isEqualTo(FailureKind.OUTPUT);
        assertThat(failure).hasMessageContaining("the executable's reply is empty");
    }

    @Test
    void an_error_number_in_the_path_does_not_mislead() throws IOException {
        Path odd = Files.createDirectory(folder.resolve("error=26, x"));

        assertUnstartable(odd.resolve("missing"), "no such file; put it there, or correct its path");
    }

    @Test
    void arguments_that_are_too_long() throws IOException {
        Path script = script(folder, REPLY);
        BackendException failure =
                failureOf(traces.backend(script).arguments(Collections.nCopies(200, "x".repeat(100_000))));

        assertThat(failure.kind()).isEqualTo(FailureKind.START);
        assertThat(failure)
                .hasMessageEndingWith(
                        "its arguments or the environment are too long; shorten secret_backend_arguments or the"
                                + " agent's environment");
    }

    private static Path real(Path file) throws IOException {
        return file.toRealPath();
    }

    /** The message of the check before the start. */
    private void assertInvalid(Path executable, FailureKind kind, String problem) {
        BackendException failure = failureOf(traces.backend(executable));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure)
                .hasMessage("invalid executable '" + executable + "': " + problem)
                .hasNoCause();
    }

    /** The message of the start, with no check before. */
    private void assertUnstartable(Path executable, String problem) {
        BackendException failure = failureOf(traces.backend(executable).skipChecks(true));

        assertThat(failure.kind()).isEqualTo(FailureKind.START);
        assertThat(failure)
                .hasMessage("the executable '" + executable + "' cannot be started: " + problem)
                .hasNoCause();
        assertThat(folder.resolve("ran")).doesNotExist();
    }

    private static BackendException failureOf(ExecBackend.Builder builder) {
        return failureOf(builder.build());
    }

    private static BackendException failureOf(ExecBackend backend) {
        return catchThrowableOfType(BackendException.class, () -> backend.fetch(handles("h")));
    }
}
