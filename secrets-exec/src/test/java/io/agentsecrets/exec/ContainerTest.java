package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pod of docs/containers.md, in namespaces of this machine: a user without an entry in passwd, a group for volumes, and a
 * ConfigMap laid out as Kubernetes does, in a folder where everybody may write, mounted read-only.
 */
@EnabledOnOs(OS.LINUX)
class ContainerTest {

    private static final String FOUND = "{h=Found[value=********, timeToLive=null]}";
    private static final String MOUNT =
            "it is on a read-only mount, whose settings give the rights; in Kubernetes: defaultMode: 0550, fsGroup,"
                    + " and secret_backend_command_allow_group_exec_perm: true";

    /** Commands that mount a volume. They run after {@code mount --make-rprivate}, so that no mount is left on this machine. */
    private static final String VOLUME = "mount --bind \"$1/volume\" \"$1/mnt\" && mount -o remount,ro,bind \"$1/mnt\"";

    private static final String FILE_ALONE =
            "touch \"$1/etc/backend\" && mount --bind \"$1/volume/backend\" \"$1/etc/backend\""
                    + " && mount -o remount,ro,bind \"$1/etc/backend\"";
    private static final String MEMBER = "setpriv --reuid=54321 --regid=54321 --groups=4000 ";
    private static final String STRANGER = "setpriv --reuid=54321 --regid=54321 --clear-groups ";

    @TempDir
    private Path root;

    private Path script;

    @BeforeEach
    void layOutTheVolume() throws Exception {
        assumeTrue(PosixUser.ofThisProcess().uid() == 0, "only root can make namespaces and become another user");
        assumeTrue(
                OtherUser.runs("unshare", "-m", "-p", "--fork", "--mount-proc", "true"),
                "namespaces cannot be made here");
        assumeTrue(OtherUser.runs("setpriv", "--version"), "setpriv is not installed");
        rights(root, "rwxr-xr-x");
        for (String folder : List.of("mnt", "etc", "volume", "volume/..2026_11_26")) {
            rights(Files.createDirectory(root.resolve(folder)), "rwxr-xr-x");
        }
        rights(root.resolve("volume"), "rwxrwxrwx");
        script = Files.copy(
                Scripts.script(root, "cat >/dev/null; printf '{\"h\":{\"value\":\"s3cr3t\"}}'"),
                root.resolve("volume/..2026_11_26/backend"));
        Files.createSymbolicLink(root.resolve("volume/..data"), Path.of("..2026_11_26"));
        Files.createSymbolicLink(root.resolve("volume/backend"), Path.of("..data/backend"));
        rights(script, "r-xr-x---");
        Files.setAttribute(script, "unix:gid", 4000);
    }

    @Test
    void a_file_of_a_volume_that_is_mounted_alone_is_started() throws Exception {
        assertThat(printed(FILE_ALONE, MEMBER, "etc/backend")).isEqualTo(FOUND);
    }

    @Test
    void it_is_started_where_other_processes_cannot_be_seen() throws Exception {
        assertThat(printed("mount -t proc -o hidepid=2 proc /proc && " + FILE_ALONE, MEMBER, "etc/backend"))
                .isEqualTo(FOUND);
    }

    @Test
    void a_volume_where_everybody_may_write_is_refused_with_what_can_be_done() throws Exception {
        assertThat(printed(VOLUME, MEMBER, "mnt/backend"))
                .endsWith("'group' or 'others' may write in the folder '" + root.resolve("mnt")
                        + "' and put another file in its place; it is on a read-only mount; in Kubernetes mount the file"
                        + " alone, with subPath (secret_backend_skip_folder_checks: true switches this rule off)");
    }

    @Test
    void the_usual_mode_of_a_volume_is_refused_with_its_settings_and_no_chmod() throws Exception {
        rights(script, "rwxr-xr-x");

        assertThat(printed(FILE_ALONE, MEMBER, "etc/backend"))
                .endsWith("'others' have rights on it or 'group' has write permissions on it; " + MOUNT);
    }

    @Test
    void a_missing_group_is_explained_by_the_settings_of_the_volume_and_not_by_chgrp() throws Exception {
        assertThat(printed(FILE_ALONE, STRANGER, "etc/backend")).endsWith("is not executable by this user; " + MOUNT);
    }

    private static void rights(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** What the agent prints as process 1 of its namespace. */
    private String printed(String mounts, String user, String executable) throws Exception {
        List<String> agent = OtherUser.readable(root, JavaProgram.commandLine(PodProgram.class));
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "-p", "--fork", "--mount-proc", "sh", "-euc"));
        command.add("mount --make-rprivate / && " + mounts + " && shift && exec " + user + "\"$@\"");
        command.addAll(List.of("sh", root.toString()));
        command.addAll(agent);
        command.add(root.resolve(executable).toString());
        Path output = root.resolve("output");
        int status = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        String printed = Files.readString(output).strip();
        assertThat(status).as(printed).isZero();
        return printed;
    }
}
