package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.REPLY;
import static io.agentsecrets.exec.Scripts.handles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is started for the sake of an executable is held to rules as well. */
@EnabledOnOs(OS.LINUX)
class InterpreterRulesTest {

    private static final String OFF = " (secret_backend_skip_folder_checks: true switches this rule off)";

    private Path folder = Path.of("/");
    private Path interpreter = folder;
    private Path script = folder;

    @BeforeEach
    void a_script_with_an_interpreter_of_this_user(@TempDir Path temporary) throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("bin"));
        interpreter = Scripts.file(folder, "interpreter", "#!/bin/sh\n" + REPLY + "\n", "rwx------");
        script = Scripts.file(temporary.toRealPath(), "backend", "#!" + interpreter + "\n", "rwx------");
    }

    @Test
    void an_interpreter_of_this_user_is_fine_and_others_may_read_and_execute_it() throws IOException {
        mode(interpreter, 0755);

        assertThat(ExecBackend.builder(script).build().fetch(handles("h"))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0777, 0775, 0702})
    void an_interpreter_that_others_may_write_is_refused(int mode) throws IOException {
        mode(interpreter, mode);

        assertRefused("'group' or 'others' may write to it; chmod go-w '" + interpreter + "'");
        assertThat(ExecBackend.builder(script).skipChecks(true).build().fetch(handles("h")))
                .isNotEmpty();
    }

    @Test
    void an_interpreter_in_a_folder_that_others_may_write_in_is_refused() throws IOException {
        mode(folder, 0777);

        assertRefused("'group' or 'others' may write in the folder '" + folder
                + "' and put another file in its place; chmod go-w '" + folder + "'" + OFF);
        assertThat(ExecBackend.builder(script).skipFolderChecks(true).build().fetch(handles("h")))
                .isNotEmpty();
    }

    @Test
    void the_interpreter_of_the_interpreter_counts_too() throws IOException {
        Path outer = Scripts.file(folder, "outer", "#!" + interpreter + "\n", "rwx------");
        script = Scripts.file(folder.getParent(), "backend", "#!" + outer + "\n", "rwx------");
        mode(interpreter, 0777);

        assertRefused("'group' or 'others' may write to it; chmod go-w '" + interpreter + "'");
    }

    @Test
    void an_interpreter_of_a_stranger_is_refused() throws IOException {
        assumeTrue(PosixUser.ofThisProcess().uid() == 0, "only root can give a file away");
        Files.setAttribute(interpreter, "unix:uid", 54321);

        assertRefused(
                "it belongs to neither root nor this user, but to UID 54321, who could change it; name one of root's in"
                        + " the first line");
    }

    @Test
    void a_relative_interpreter_is_refused() throws IOException {
        Path relative = Path.of("").toAbsolutePath().relativize(interpreter);
        script = Scripts.file(folder.getParent(), "backend", "#!" + relative + "\n", "rwx------");

        BackendException failure = failure();

        assertThat(failure.kind()).isEqualTo(FailureKind.PERMISSIONS);
        assertThat(failure)
                .hasMessage("invalid executable '" + script + "': its interpreter '" + relative
                        + "' cannot be trusted: write its path from the root, or #!/usr/bin/env interpreter");
    }

    @Test
    void the_loader_of_a_program_counts_too() throws IOException {
        List<Path> helpers = StartChain.of(Path.of("/bin/sh")).helpers();
        assumeTrue(!helpers.isEmpty(), "a shell that needs a loader");

        assertThat(new InterpreterRules(new FolderRules(new PosixUser("agent", 54321, Set.of())), false)
                        .problemOf(helpers))
                .isNull();
        assertThat(StartChain.of(script).helpers())
                .startsWith(interpreter, Path.of("/bin/sh"))
                .endsWith(helpers.get(0));
    }

    private void assertRefused(String problem) {
        BackendException failure = failure();

        assertThat(failure.kind()).isEqualTo(FailureKind.PERMISSIONS);
        assertThat(failure)
                .hasMessage("invalid executable '" + script + "': its interpreter '" + interpreter
                        + "' cannot be trusted: " + problem);
        assertThat(ExecBackend.builder(script).build().status().error()).isEqualTo(failure.getMessage());
    }

    private BackendException failure() {
        ExecBackend backend = ExecBackend.builder(script).build();
        return catchThrowableOfType(BackendException.class, () -> backend.fetch(handles("h")));
    }

    private static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }
}
