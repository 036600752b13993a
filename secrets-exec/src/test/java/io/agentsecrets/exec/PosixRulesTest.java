package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules on a file system in memory, where files can have any owner. */
class PosixRulesTest implements RightsRulesContract {

    private static final String OTHERS = "'group' or 'others' have rights on it; ";

    private final FileSystem disk = Jimfs.newFileSystem(Configuration.unix().toBuilder()
            .setAttributeViews("basic", "owner", "posix", "unix")
            .build());
    private final Path file = disk.getPath("/opt/backend");

    @BeforeEach
    void a_file_of_the_agents_user() throws IOException {
        Files.createDirectories(disk.getPath("/opt"));
        Files.createFile(file);
        belongsTo("agent", "agents");
    }

    @AfterEach
    void closes_the_disk() throws IOException {
        disk.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwx------", "r-x------", "--x------"})
    void the_owner_alone_may_have_rights(String mode) throws IOException {
        assertThat(error(false, mode)).isNull();
        assertThat(error(true, mode)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwxr-----",
                "rwx-w----",
                "rwx--x---",
                "rwxr-x---",
                "rwxrwx---",
                "rwx---r--",
                "rwx----w-",
                "rwx-----x",
                "rwxr-xr-x",
                "rwxrwxrwx",
                "rw-r--r--"
            })
    void rights_of_group_or_others_are_refused(String mode) throws IOException {
        assertThat(error(false, mode)).isEqualTo(OTHERS + "chmod 0700 '/opt/backend'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x---", "rwxr-----", "rwx--x---", "r-xr-x---", "rwx------"})
    void the_group_may_read_and_execute_if_that_is_allowed(String mode) throws IOException {
        assertThat(error(true, mode)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx-w----", "rwxr-xr--", "rwxr-x-w-", "rwxr-x--x", "rwxr-xr-x"})
    void the_group_may_never_write_and_others_may_do_nothing(String mode) throws IOException {
        assertThat(error(true, mode))
                .isEqualTo("'others' have rights on it or 'group' has write permissions on it; chmod 0750"
                        + " '/opt/backend'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "---------"})
    void the_owner_must_be_allowed_to_execute_it(String mode) throws IOException {
        String expected = "'/opt/backend' is not executable; chmod 0700 '/opt/backend'";

        assertThat(error(false, mode)).isEqualTo(expected);
        assertThat(error(true, mode)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"root,agents", "stranger,agents", "root,root", "stranger,strangers"})
    void a_file_of_somebody_else_is_refused(String owner, String group) throws IOException {
        belongsTo(owner, group);

        assertThat(error(false, "rwx------"))
                .isEqualTo("'/opt/backend' isn't owned by this user: username"
                        + " 'agent', UID 1000; as root: chown 1000 '/opt/backend'"
                        + " (in a container, runAsUser: OWNER)");
    }

    @ParameterizedTest
    @CsvSource({"root,agents", "stranger,agents", "root,extras", "stranger,extras"})
    void a_file_of_a_group_of_the_process_is_fine_if_groups_are_allowed(String owner, String group) throws IOException {
        belongsTo(owner, group);

        assertThat(error(true, "rwxr-x---")).isNull();
        assertThat(error(true, "rwx------"))
                .isEqualTo("'/opt/backend' is not executable by this user; as root: chmod 0750 '/opt/backend'");
    }

    @Test
    void a_file_of_a_stranger_and_a_strangers_group_is_refused_even_if_groups_are_allowed() throws IOException {
        belongsTo("stranger", "strangers");

        assertThat(error(true, "rwxr-x---"))
                .isEqualTo("'/opt/backend' isn't owned by this user: username"
                        + " 'agent', UID 1000; as root: chown 1000 '/opt/backend'"
                        + " (in a container, runAsUser: OWNER)");
    }

    @Test
    void the_owner_is_compared_by_number_and_not_by_name() throws IOException {
        belongsTo("stranger", "agents");
        permissions("rwx------");
        PosixUser namesake = new PosixUser("stranger", 1000, Set.of());

        assertThat(error(new PosixRules(namesake, false, true)))
                .contains("isn't owned by this user: username 'stranger'");
    }

    @Test
    void root_may_not_start_the_file_of_another_user() throws IOException {
        belongsTo("stranger", "root");
        permissions("rwx------");
        PosixUser root = new PosixUser("root", uidOf("root"), Set.of());

        assertThat(error(new PosixRules(root, false, true))).contains("isn't owned by this user: username 'root'");
        assertThat(error(new PosixRules(root, true, true))).contains("isn't owned by this user: username 'root'");
    }

    @Test
    void large_user_ids_are_shown_without_a_sign() throws IOException {
        permissions("rwx------");

        assertThat(error(new PosixRules(new PosixUser("?", (int) 4_000_000_000L, Set.of()), false, true)))
                .endsWith(
                        "isn't owned by this user: username '?', UID 4000000000; as root: chown 4000000000 '/opt/backend'"
                                + " (in a container, runAsUser: " + agent().uid() + ")");
    }

    @Override
    public RightsRules rules() throws IOException {
        return new PosixRules(agent(), false, true);
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public Path folder() {
        return file.getParent();
    }

    @Override
    public void allow(String user, String others) throws IOException {
        permissions(letters(user) + "---" + letters(others));
    }

    @Override
    public void giveToAStranger() throws IOException {
        permissions("rwx------");
        belongsTo("stranger", "strangers");
    }

    private static String letters(String rights) {
        return (rights.contains("r") ? "r" : "-")
                + (rights.contains("w") ? "w" : "-")
                + (rights.contains("x") ? "x" : "-");
    }

    private @Nullable String error(boolean allowGroupExec, String mode) throws IOException {
        permissions(mode);
        @Nullable String error = error(new PosixRules(agent(), allowGroupExec, true));
        return error == null
                ? null
                : error.replace("UID " + agent().uid(), "UID 1000")
                        .replace("chown " + agent().uid(), "chown 1000")
                        .replace("runAsUser: " + Files.getAttribute(file, "unix:uid"), "runAsUser: OWNER");
    }

    private @Nullable String error(PosixRules rules) throws IOException {
        return rules.problemOf(file, file);
    }

    private void permissions(String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    /** Jimfs gives each name a number of its own. */
    private PosixUser agent() throws IOException {
        return new PosixUser("agent", uidOf("agent"), Set.of(gidOf("agents"), gidOf("extras")));
    }

    private int uidOf(String user) throws IOException {
        Path probe = Files.createTempFile(disk.getPath("/"), "probe", null);
        Files.setOwner(probe, disk.getUserPrincipalLookupService().lookupPrincipalByName(user));
        return (Integer) Files.getAttribute(probe, "unix:uid");
    }

    private int gidOf(String group) throws IOException {
        Path probe = Files.createTempFile(disk.getPath("/"), "probe", null);
        setGroup(probe, group);
        return (Integer) Files.getAttribute(probe, "unix:gid");
    }

    private void belongsTo(String owner, String group) throws IOException {
        Files.setOwner(file, disk.getUserPrincipalLookupService().lookupPrincipalByName(owner));
        setGroup(file, group);
    }

    private void setGroup(Path path, String name) throws IOException {
        GroupPrincipal group = disk.getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        Files.getFileAttributeView(path, PosixFileAttributeView.class).setGroup(group);
    }
}
