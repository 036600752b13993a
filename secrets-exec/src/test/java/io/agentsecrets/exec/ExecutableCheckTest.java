package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.REPLY;
import static io.agentsecrets.exec.Scripts.handles;
import static io.agentsecrets.exec.Scripts.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The check of a file on the real disk, before a start and for the report. */
@DisabledOnOs(OS.WINDOWS)
class ExecutableCheckTest {

    @TempDir
    Path folder;

    private Path file;
    private String owner = "";
    private String group = "";

    @BeforeEach
    void a_script_of_this_user(@TempDir Path other) throws IOException {
        folder = other.toRealPath();
        file = script(folder, REPLY);
        owner = Files.getOwner(file).getName();
        group = Files.readAttributes(file, PosixFileAttributes.class).group().getName();
    }

    @Test
    void the_report_of_a_file_that_is_well() {
        BackendStatus status = ExecBackend.builder(file).build().status();

        assertThat(status.isOk()).isTrue();
        assertThat(status.location()).isEqualTo(file.toString());
        assertThat(status.error()).isNull();
        assertThat(status.details())
                .isEqualTo(Map.of("mode", "100700", "owner", owner, "group", group))
                .containsOnlyKeys("mode", "owner", "group");
        assertThat(List.copyOf(status.details().keySet())).containsExactly("mode", "owner", "group");
        assertThat(status.lines())
                .containsExactly(
                        "=== Checking executable rights ===",
                        "Executable path: " + file,
                        "Check Rights: OK, the executable has the correct rights",
                        "",
                        "Rights Detail:",
                        "file mode: 100700",
                        "Owner username: " + owner,
                        "Group name: " + group);
    }

    @Test
    void the_report_of_a_file_that_others_may_use() throws IOException {
        mode("rwxr-xr-x");
        String error =
                "invalid executable '" + file + "': 'group' or 'others' have rights on it; chmod 0700 '" + file + "'";

        BackendStatus status = ExecBackend.builder(file).build().status();

        assertThat(status.isOk()).isFalse();
        assertThat(status.error()).isEqualTo(error);
        assertThat(status.details()).isEqualTo(Map.of("mode", "100755", "owner", owner, "group", group));
        assertThat(status.lines())
                .containsExactly(
                        "=== Checking executable rights ===",
                        "Executable path: " + file,
                        "Check Rights: error: " + error,
                        "",
                        "Rights Detail:",
                        "file mode: 100755",
                        "Owner username: " + owner,
                        "Group name: " + group);
    }

    @Test
    void the_report_of_a_file_that_does_not_exist() {
        Path missing = folder.resolve("missing");

        BackendStatus status = ExecBackend.builder(missing).build().status();

        assertThat(status.error())
                .isEqualTo("invalid executable '" + missing + "': no such file; put it there, or correct its path");
        assertThat(status.details()).isEmpty();
        assertThat(status.lines())
                .containsExactly(
                        "=== Checking executable rights ===",
                        "Executable path: " + missing,
                        "Check Rights: error: invalid executable '" + missing
                                + "': no such file; put it there, or correct its path");
    }

    @Test
    void the_report_of_a_check_that_is_skipped() throws IOException {
        mode("rwxr-xr-x");

        BackendStatus status =
                ExecBackend.builder(file).skipChecks(true).build().status();

        assertThat(status.isOk()).isTrue();
        assertThat(status.lines())
                .startsWith(
                        "=== Checking executable rights ===",
                        "Executable path: " + file,
                        "Check Rights: skipped, as secret_backend_skip_rights_checks is set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x---", "rwx-----x", "rwx---r--", "rwxrwxrwx"})
    void nothing_is_started_that_others_have_rights_on(String mode) throws IOException {
        file = script(folder, "touch \"$0.ran\"", REPLY);
        mode(mode);

        BackendException failure = failureOf(ExecBackend.builder(file));

        assertThat(failure.kind()).isEqualTo(FailureKind.PERMISSIONS);
        assertThat(failure)
                .hasMessage("invalid executable '" + file + "': 'group' or 'others' have rights on it; chmod 0700 '"
                        + file + "'");
        assertThat(folder.resolve("backend.ran")).doesNotExist();
    }

    @Test
    void the_check_is_made_before_every_start() throws IOException {
        ExecBackend backend = ExecBackend.builder(file).build();

        assertThat(backend.fetch(handles("h"))).isNotEmpty();
        mode("rwx---rwx");
        assertThat(catchThrowableOfType(BackendException.class, () -> backend.fetch(handles("h"))))
                .hasMessageContaining("'group' or 'others' have rights on it");
        mode("rwx------");
        assertThat(backend.fetch(handles("h"))).isNotEmpty();
    }

    @Test
    void the_group_may_execute_the_file_if_that_is_allowed() throws IOException {
        mode("rwxr-x---");

        assertThat(ExecBackend.builder(file).allowGroupExec(true).build().fetch(handles("h")))
                .isNotEmpty();
        mode("rwxrwx---");
        assertThat(failureOf(ExecBackend.builder(file).allowGroupExec(true)))
                .hasMessageEndingWith(
                        "'others' have rights on it or 'group' has write permissions on it; chmod 0750 '" + file + "'");
    }

    @Test
    void skipped_checks_start_a_file_of_any_mode() throws IOException {
        mode("rwxrwxrwx");

        assertThat(ExecBackend.builder(file).skipChecks(true).build().fetch(handles("h")))
                .isNotEmpty();
    }

    @Test
    void the_file_behind_a_link_is_what_is_checked() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        assertThat(ExecBackend.builder(link).build().fetch(handles("h"))).isNotEmpty();
        mode("rwxr-xr-x");
        assertThat(failureOf(ExecBackend.builder(link)))
                .hasMessage("invalid executable '" + link + "': 'group' or 'others' have rights on it; chmod 0700 '"
                        + file + "'");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_folder_that_others_may_write_in_is_refused_unless_it_is_sticky_or_the_rule_is_off() throws IOException {
        mode(folder, 0775);

        BackendException failure = failureOf(ExecBackend.builder(file));

        assertThat(failure.kind()).isEqualTo(FailureKind.PERMISSIONS);
        assertThat(failure)
                .hasMessage("invalid executable '" + file + "': 'group' or 'others' may write in the folder '" + folder
                        + "' and put another file in its place; chmod go-w '" + folder
                        + "' (secret_backend_skip_folder_checks: true switches this rule off)");
        assertThat(ExecBackend.builder(file).build().status().error()).isEqualTo(failure.getMessage());
        assertThat(ExecBackend.builder(file).skipFolderChecks(true).build().fetch(handles("h")))
                .isNotEmpty();
        mode(folder, 01777);
        assertThat(ExecBackend.builder(file).build().fetch(handles("h"))).isNotEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void the_folder_of_a_stranger_is_refused_even_if_it_is_sticky() throws IOException {
        assumeTrue(PosixUser.ofThisProcess().uid() == 0, "only root can give a folder away");
        Files.setAttribute(folder, "unix:uid", 54321);
        mode(folder, 01755);

        assertThat(failureOf(ExecBackend.builder(file)))
                .hasMessage("invalid executable '" + file + "': the folder '" + folder
                        + "' belongs to neither root nor this user, but to '54321', UID 54321, who could put another"
                        + " file in its place; put the executable elsewhere, or, if its owner does not need this"
                        + " folder, chown -h root '" + folder
                        + "' (secret_backend_skip_folder_checks: true switches this rule off)");
        assertThat(ExecBackend.builder(file).skipFolderChecks(true).build().fetch(handles("h")))
                .isNotEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void folders_of_root_are_fine_for_everybody() throws IOException {
        Path shell = Path.of("/bin/sh").toRealPath();
        assumeTrue(Files.getAttribute(shell, "unix:uid").equals(0), "a system whose programs belong to root");

        assertThat(new FolderRules(new PosixUser("agent", 54321, Set.of())).problemOnTheWayTo(shell))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"04700,104700", "02700,102700", "06700,106700"})
    @EnabledOnOs(OS.LINUX)
    void set_id_bits_are_refused(String mode, String shown) throws IOException {
        Files.setAttribute(file, "unix:mode", Integer.parseInt(mode, 8));

        assertThat(failureOf(ExecBackend.builder(file)))
                .hasMessage("invalid executable '" + file
                        + "': it has the set-user-ID or set-group-ID bit; chmod 0700 '" + file + "'");
        assertThat(ExecBackend.builder(file).build().status().details()).containsEntry("mode", shown);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void root_does_not_start_the_file_of_a_stranger() throws IOException {
        assumeTrue(PosixUser.ofThisProcess().uid() == 0, "only root can give a file away");
        Files.setAttribute(file, "unix:uid", 54321);

        BackendException failure = failureOf(ExecBackend.builder(file));

        assertThat(failure.kind()).isEqualTo(FailureKind.PERMISSIONS);
        assertThat(failure)
                .hasMessage(
                        "invalid executable '" + file + "': '" + file + "' isn't owned by this user: username 'root',"
                                + " UID 0; chown 0 '" + file + "' (in a container, runAsUser: 54321)");
        assertThat(ExecBackend.builder(file).build().status().details()).containsEntry("owner", "54321");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_file_of_root_is_fine_if_groups_are_allowed_and_the_system_lets_the_process_execute_it() throws IOException {
        assumeTrue(PosixUser.ofThisProcess().uid() == 0, "only root has files of root");
        PosixUser agent = new PosixUser("agent", 54321, Set.of());
        mode("rwxr-x---");

        assertThat(new PosixRules(agent, true, true).problemOf(file, file)).isNull();
        assertThat(new PosixRules(agent, false, true).problemOf(file, file))
                .contains("'group' or 'others' have rights");
        mode("rwx------");
        assertThat(new PosixRules(agent, true, true).problemOf(file, file))
                .endsWith("'" + file + "' is not executable by this user; as root: chown 54321 '" + file + "'");
        assertThat(new PosixRules(agent, false, true).problemOf(file, file))
                .contains("isn't owned by this user: username 'agent', UID 54321");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void an_ordinary_user_does_not_follow_a_path_through_a_closed_folder() throws IOException {
        assumeTrue(PosixUser.ofThisProcess().uid() != 0, "root may enter every folder");
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, Set.of());

        BackendException failure = failureOf(ExecBackend.builder(closed.resolve("backend")));

        assertThat(failure.kind()).isEqualTo(FailureKind.PERMISSIONS);
        assertThat(failure)
                .hasMessageContaining("its path cannot be followed by this user; see who may enter each folder");
    }

    @Test
    void a_file_system_that_tells_no_rights_is_refused() throws IOException {
        try (FileSystem disk = Jimfs.newFileSystem(Configuration.unix())) {
            Path path = Files.createFile(disk.getPath("/backend"));

            BackendException failure = failureOf(ExecBackend.builder(path));

            assertThat(failure.kind()).isEqualTo(FailureKind.PERMISSIONS);
            assertThat(failure)
                    .hasMessage("invalid executable '/backend': the rights on it cannot be checked on this file system,"
                            + " so it is not started; put it on another one");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void the_user_is_the_effective_one_with_all_its_groups() {
        assertThat(PosixUser.ofStatus(
                        "agent", "Name:\tjava\nUid:\t0\t1000\t0\t1000\nGid:\t5\t1001\t5\t1001\nGroups:\t4 24 \n"))
                .isEqualTo(new PosixUser("agent", 1000, Set.of(1001, 4, 24)));
        assertThat(PosixUser.ofStatus(
                        "agent", "Name:\tGroups:\nUid:\t0\t4294967294\t0\t0\nGid:\t5\t1001\t5\t5\nGroups:\t\n"))
                .isEqualTo(new PosixUser("agent", -2, Set.of(1001)));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void the_user_of_this_process_owns_the_files_that_it_makes() throws IOException {
        assertThat(PosixUser.ofThisProcess().uid()).isEqualTo(Files.getAttribute(file, "unix:uid"));
        assertThat(PosixUser.ofThisProcess().gids()).contains((Integer) Files.getAttribute(file, "unix:gid"));
        assertThat(PosixUser.ofNewFile("x").uid())
                .isEqualTo(PosixUser.ofThisProcess().uid());
    }

    private void mode(String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    private static BackendException failureOf(ExecBackend.Builder builder) {
        ExecBackend backend = builder.build();
        return catchThrowableOfType(BackendException.class, () -> backend.fetch(handles("h")));
    }
}
