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

/** What a refusal suggests can be followed and harms nothing. */
class RemedyTest {

    private static final String COPY =
            "it is a program of the system: copy it or wrap it in a script of mode 0700 that belongs to this user";

    private final Path file = Path.of("/opt/agent/backend");

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_program_of_the_system_is_to_be_copied_whoever_asks() throws IOException {
        Path program = Path.of("/bin/sh").toRealPath();
        assumeTrue(Files.getAttribute(program, "unix:uid").equals(0), "a system whose programs belong to root");

        for (int user : new int[] {0, 54321}) {
            assertThat(new PosixRules(new PosixUser("agent", user, Set.of()), false, true).problemOf(program, program))
                    .isEqualTo("'group' or 'others' have rights on it; " + COPY);
        }
    }

    @Test
    void a_file_of_root_elsewhere_is_roots_to_change_but_nobody_elses() {
        UnixAttributes forAll = new UnixAttributes(0100755, 0, 0, true, false);

        assertThat(Remedy.of(file, forAll, 0).chmod("0700")).isEqualTo("chmod 0700 '/opt/agent/backend'");
        assertThat(Remedy.of(file, forAll, 1000).chmod("0700")).isEqualTo(COPY);
        assertThat(Remedy.of(file, forAll, 1000).chown(1000, 0)).isEqualTo(COPY);
    }

    @Test
    void in_a_container_the_user_can_follow_the_owner_unless_that_is_root() {
        Remedy remedy = new Remedy(file, Remedy.Place.CHANGEABLE);

        assertThat(remedy.chown(1000, 2000))
                .isEqualTo("chown 1000 '/opt/agent/backend' (in a container, runAsUser: 2000)");
        assertThat(remedy.chown(1000, 0)).isEqualTo("chown 1000 '/opt/agent/backend'");
    }

    @Test
    void a_path_is_one_word_of_the_command_whatever_its_name() {
        Path odd = Path.of("/opt/o'brien; rm -rf x/backend");

        assertThat(new Remedy(odd, Remedy.Place.CHANGEABLE).chmod("0700"))
                .isEqualTo("chmod 0700 '/opt/o'\\''brien; rm -rf x/backend'");
    }

    @Test
    void on_a_read_only_mount_the_settings_of_the_mount_are_named() {
        Remedy remedy = new Remedy(file, Remedy.Place.READ_ONLY_MOUNT);

        assertThat(remedy.chmod("0700"))
                .isEqualTo(remedy.chown(1000, 0))
                .isEqualTo(remedy.chgrp())
                .isEqualTo(
                        "it is on a read-only mount, whose settings give the rights; in Kubernetes: defaultMode: 0550,"
                                + " fsGroup, and secret_backend_command_allow_group_exec_perm: true");
    }

    @Test
    void in_a_read_only_image_the_command_belongs_where_it_is_built() {
        assertThat(new Remedy(file, Remedy.Place.READ_ONLY_IMAGE).chmod("0700"))
                .isEqualTo("its file system is read-only; where the image is built: chmod 0700 '/opt/agent/backend'");
    }
}
