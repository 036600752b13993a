package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rule for folders, on a file system in memory, where folders can have any owner. Jimfs has no sticky bit and gives root
 * a number of its own, so that here the agent's user stands for root; the rest is tried on the real disk.
 */
class FolderRulesTest {

    private static final String OFF = " (secret_backend_skip_folder_checks: true switches this rule off)";

    private final FileSystem disk = Jimfs.newFileSystem(Configuration.unix().toBuilder()
            .setAttributeViews("basic", "owner", "posix", "unix")
            .build());

    private int agent;

    @BeforeEach
    void a_file_of_the_agents_user() throws IOException {
        owner("/", "agent");
        agent = uid("/");
        folder("/opt");
        folder("/opt/agent");
        folder("/opt/agent/bin");
        Files.createFile(disk.getPath("/opt/agent/bin/backend"));
    }

    @AfterEach
    void closes_the_disk() throws IOException {
        disk.close();
    }

    @Test
    void folders_of_the_user_that_only_the_user_may_write_in_are_fine() throws IOException {
        assertThat(problem("/opt/agent/bin/backend")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/opt", "/opt/agent", "/opt/agent/bin"})
    void each_folder_up_to_the_root_counts(String folder) throws IOException {
        permissions(folder, "rwxrwxr-x");

        assertThat(problem("/opt/agent/bin/backend"))
                .isEqualTo("'group' or 'others' may write in the folder '" + folder
                        + "' and put another file in its place; chmod go-w '" + folder + "'" + OFF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x-w-", "rwx-w----", "rwxrwxrwx", "-------w-"})
    void nobody_else_may_write(String mode) throws IOException {
        permissions("/opt/agent", mode);

        assertThat(problem("/opt/agent/bin/backend")).startsWith("'group' or 'others' may write in the folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-xr-x", "rwx--x--x", "r-x------", "---------"})
    void others_may_read_and_enter(String mode) throws IOException {
        permissions("/opt/agent", mode);

        assertThat(problem("/opt/agent/bin/backend")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/opt", "/opt/agent/bin"})
    void a_folder_of_somebody_else_is_refused(String folder) throws IOException {
        owner(folder, "stranger");

        assertThat(problem("/opt/agent/bin/backend"))
                .isEqualTo("the folder '" + folder + "' belongs to neither root nor this user, but to 'stranger', UID "
                        + uid(folder)
                        + ", who could put another file in its place; put the executable elsewhere, or, if its"
                        + " owner does not need this folder, as root: chown -h root '" + folder + "'" + OFF);
    }

    @Test
    void the_rights_of_the_file_itself_are_not_looked_at() throws IOException {
        permissions("/opt/agent/bin/backend", "rwxrwxrwx");
        owner("/opt/agent/bin/backend", "stranger");

        assertThat(problem("/opt/agent/bin/backend")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/opt/agent/bin/backend", "../opt/agent/bin/backend", "../../opt/./agent/bin/backend"})
    void the_way_through_a_link_counts_too(String target) throws IOException {
        folder("/srv");
        link("/srv/backend", target);
        assertThat(problem("/srv/backend")).isNull();

        permissions("/srv", "rwxrwxrwx");
        assertThat(problem("/srv/backend")).contains("may write in the folder '/srv'");
        permissions("/srv", "rwxr-xr-x");
        permissions("/opt/agent", "rwxrwxrwx");
        assertThat(problem("/srv/backend")).contains("may write in the folder '/opt/agent'");
    }

    @Test
    void links_in_the_middle_of_the_path_and_links_to_links_are_followed() throws IOException {
        folder("/a");
        folder("/b");
        link("/a/current", "../b/next");
        link("/b/next", "/opt/agent");
        assertThat(problem("/a/current/bin/backend")).isNull();

        permissions("/b", "rwxrwxrwx");
        assertThat(problem("/a/current/bin/backend")).contains("may write in the folder '/b'");
    }

    @Test
    void a_link_of_somebody_else_is_refused() throws IOException {
        link("/opt/link", "agent/bin/backend");
        Files.getFileAttributeView(disk.getPath("/opt/link"), FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setOwner(user("stranger"));

        assertThat(problem("/opt/link")).startsWith("the link '/opt/link' belongs to neither root nor this user");
    }

    private @Nullable String problem(String path) throws IOException {
        return new FolderRules(new PosixUser("agent", agent, Set.of())).problemOnTheWayTo(disk.getPath(path));
    }

    private void folder(String path) throws IOException {
        Files.createDirectory(disk.getPath(path));
        owner(path, "agent");
    }

    private void link(String path, String target) throws IOException {
        Files.createSymbolicLink(disk.getPath(path), disk.getPath(target));
        Files.getFileAttributeView(disk.getPath(path), FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setOwner(user("agent"));
    }

    private void owner(String path, String name) throws IOException {
        Files.setOwner(disk.getPath(path), user(name));
    }

    private UserPrincipal user(String name) throws IOException {
        return disk.getUserPrincipalLookupService().lookupPrincipalByName(name);
    }

    private int uid(String path) throws IOException {
        return (Integer) Files.getAttribute(disk.getPath(path), "unix:uid");
    }

    private void permissions(String path, String mode) throws IOException {
        Files.setPosixFilePermissions(disk.getPath(path), PosixFilePermissions.fromString(mode));
    }
}
