package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a refusal suggests can be followed and harms nothing. */
class RemedyTest {

    private static final String COPY = "copy it or wrap it in a script of mode 0700 that belongs to this user";
    private static final String FOR_ALL = "it belongs to root, who lets all use it: " + COPY;

    private static final PosixUser ROOT = new PosixUser("root", 0, Set.of(0));
    private static final PosixUser AGENT = new PosixUser("agent", 1000, Set.of(1001));

    private final Path file = Path.of("/opt/agent/backend");

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_program_of_the_system_is_to_be_copied_whoever_asks() throws IOException {
        Path program = Path.of("/bin/sh").toRealPath();
        assumeTrue(Files.getAttribute(program, "unix:uid").equals(0), "a system whose programs belong to root");

        for (int user : new int[] {0, 54321}) {
            assertThat(new PosixRules(new PosixUser("agent", user, Set.of()), false, true).problemOf(program, program))
                    .isEqualTo("'group' or 'others' have rights on it; it is a program of the system: " + COPY);
        }
    }

    @Test
    void a_file_of_root_elsewhere_is_roots_to_change_but_nobody_elses() {
        assertThat(remedy(0100755, 0, ROOT, false).advice()).isEqualTo("chmod 0700 '/opt/agent/backend'");
        assertThat(remedy(0100755, 0, AGENT, false).advice()).isEqualTo(FOR_ALL);
        assertThat(new Remedy(Path.of("/usr/local/bin/backend"), attributes(0100755, 0), ROOT, false).advice())
                .as("no program of the system, but others may need it as it is")
                .isEqualTo(FOR_ALL);
    }

    @Test
    void a_file_of_root_in_a_folder_of_the_user_is_given_to_the_user(@TempDir Path folder) throws IOException {
        PosixUser owner = new PosixUser("agent", (Integer) Files.getAttribute(folder, "unix:uid"), Set.of());
        assumeTrue(!owner.isRoot(), "root has no folder of its own among those of root");
        Path program = folder.resolve("backend");

        assertThat(new Remedy(program, attributes(0100755, 0), owner, false).advice())
                .isEqualTo("as root: chown " + owner.uid() + " '" + program + "' && chmod 0700 '" + program + "'");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void a_file_whose_name_no_command_can_show_is_to_be_renamed() {
        for (String name :
                new String[] {"/opt/agent/back\nend", "/opt/a\u001bgent/backend", "/opt/agent/\u202ebackend"}) {
            assertThat(new Remedy(Path.of(name), attributes(0100755, 2000), AGENT, false)
                            .adviceAt(Remedy.Place.CHANGEABLE))
                    .isEqualTo("as root: rename it: a name in its path has a character that no command here can show");
        }
    }

    @Test
    void one_command_gives_owner_group_and_mode() {
        assertThat(remedy(0104777, 2000, AGENT, false).adviceAt(Remedy.Place.CHANGEABLE))
                .isEqualTo("as root: chown 1000 '/opt/agent/backend' && chmod 0700 '/opt/agent/backend'");
        assertThat(remedy(0100700, 0, AGENT, true).adviceAt(Remedy.Place.CHANGEABLE))
                .isEqualTo("as root: chgrp 1001 '/opt/agent/backend' && chmod 0750 '/opt/agent/backend'");
        assertThat(remedy(0100750, 0, AGENT, true).adviceAt(Remedy.Place.CHANGEABLE))
                .isEqualTo("as root: chgrp 1001 '/opt/agent/backend'");
        assertThat(remedy(0100770, 1000, AGENT, true).adviceAt(Remedy.Place.CHANGEABLE))
                .isEqualTo("chmod 0750 '/opt/agent/backend'");
    }

    @Test
    void in_a_container_the_user_can_follow_the_owner_unless_that_is_root() {
        assertThat(remedy(0100700, 2000, AGENT, false).adviceAt(Remedy.Place.CHANGEABLE))
                .isEqualTo("as root: chown 1000 '/opt/agent/backend' (in a container, runAsUser: 2000)");
        assertThat(remedy(0100700, 0, AGENT, false).adviceAt(Remedy.Place.CHANGEABLE))
                .isEqualTo("as root: chown 1000 '/opt/agent/backend'");
    }

    @Test
    void on_a_read_only_mount_the_settings_of_the_mount_are_named() {
        assertThat(remedy(0100755, 0, AGENT, true).adviceAt(Remedy.Place.READ_ONLY_MOUNT))
                .isEqualTo(
                        "it is on a read-only mount, whose settings give the rights; in Kubernetes: defaultMode: 0550,"
                                + " fsGroup, and secret_backend_command_allow_group_exec_perm: true");
    }

    @Test
    void in_a_read_only_image_the_command_belongs_where_it_is_built() {
        assertThat(remedy(0100755, 1000, AGENT, false).adviceAt(Remedy.Place.READ_ONLY_IMAGE))
                .isEqualTo("its file system is read-only; where the image is built: chmod 0700 '/opt/agent/backend'");
    }

    private Remedy remedy(int mode, int owner, PosixUser user, boolean allowGroupExec) {
        return new Remedy(file, attributes(mode, owner), user, allowGroupExec);
    }

    private static UnixAttributes attributes(int mode, int owner) {
        return new UnixAttributes(mode, owner, 0, true, false);
    }
}
