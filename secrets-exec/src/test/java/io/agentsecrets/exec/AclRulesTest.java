package io.agentsecrets.exec;

import static java.nio.file.attribute.AclEntryPermission.EXECUTE;
import static java.nio.file.attribute.AclEntryPermission.READ_ATTRIBUTES;
import static java.nio.file.attribute.AclEntryPermission.READ_DATA;
import static java.nio.file.attribute.AclEntryPermission.WRITE_DATA;
import static java.nio.file.attribute.AclEntryType.ALLOW;
import static java.nio.file.attribute.AclEntryType.DENY;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for access control lists, on a file system in memory that serves them as Windows does. */
class AclRulesTest implements RightsRulesContract {

    private static final String SYSTEM = "NT-AUTORIT\u00c4T\\SYSTEM";
    private static final String ADMINISTRATORS = "VORDEFINIERT\\Administratoren";
    private static final String PATH = "C:\\agent\\backend.exe";

    private final FileSystem disk = Jimfs.newFileSystem(Configuration.windows().toBuilder()
            .setAttributeViews("basic", "owner", "dos", "acl", "user")
            .build());
    private final Path file = disk.getPath(PATH);

    @BeforeEach
    void a_file_of_the_agents_user() throws IOException {
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        Files.setOwner(file, user("HOST\\agent"));
    }

    @AfterEach
    void closes_the_disk() throws IOException {
        disk.close();
    }

    @Test
    void the_user_alone_may_have_rights() throws IOException {
        acl(allow("HOST\\agent", READ_DATA, EXECUTE));

        assertThat(problem()).isNull();
    }

    @Test
    void the_system_and_administrators_may_have_rights_too_whatever_they_are_called() throws IOException {
        acl(
                allow("HOST\\agent", READ_DATA, EXECUTE),
                allow(SYSTEM, AclEntryPermission.values()),
                allow(ADMINISTRATORS, AclEntryPermission.values()));

        assertThat(problem()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Everyone", "BUILTIN\\Users", "HOST\\stranger", "NT AUTHORITY\\SYSTEM", "agent"})
    void nobody_else_may_have_rights(String other) throws IOException {
        acl(allow("HOST\\agent", READ_DATA, EXECUTE), allow(other, READ_ATTRIBUTES));

        assertThat(problem())
                .isEqualTo("other users/groups than LOCAL_SYSTEM, Administrators or HOST\\agent have rights on it: "
                        + other + "; icacls \"" + PATH + "\" /inheritance:d & icacls \"" + PATH + "\" /remove:g \""
                        + other + "\"");
    }

    @Test
    void everybody_else_who_has_rights_is_named_once() throws IOException {
        acl(
                allow("Everyone", READ_DATA),
                allow("HOST\\agent", READ_DATA, EXECUTE),
                allow("Everyone", EXECUTE),
                allow("HOST\\stranger", WRITE_DATA));

        assertThat(problem())
                .contains("have rights on it: Everyone, HOST\\stranger; icacls")
                .endsWith("/remove:g \"Everyone\" & icacls \"" + PATH + "\" /remove:g \"HOST\\stranger\"");
    }

    @Test
    void an_entry_whose_rights_java_does_not_know_counts_as_well() throws IOException {
        acl(allow("HOST\\agent", READ_DATA, EXECUTE), allow("Everyone"));

        assertThat(problem()).contains("have rights on it: Everyone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOST\\agent", SYSTEM, ADMINISTRATORS})
    void none_of_the_three_may_be_denied_anything(String name) throws IOException {
        acl(deny(name, WRITE_DATA), allow("HOST\\agent", READ_DATA, EXECUTE));

        assertThat(problem())
                .isEqualTo(
                        "an entry denies rights to '" + name + "'; icacls \"" + PATH + "\" /remove:d \"" + name + "\"");
    }

    @Test
    void others_may_be_denied_everything() throws IOException {
        acl(deny("Everyone else", AclEntryPermission.values()), allow("HOST\\agent", READ_DATA, EXECUTE));

        assertThat(problem()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"READ_DATA", "EXECUTE"},
            mode = EnumSource.Mode.EXCLUDE)
    void the_user_needs_to_read_and_to_execute(AclEntryPermission permission) throws IOException {
        String notExecutable = "'" + PATH + "' is not executable: no entry lets 'HOST\\agent' read and execute it;"
                + " icacls \"" + PATH + "\" /grant \"HOST\\agent:(RX)\"";

        acl(allow("HOST\\agent", permission, READ_DATA));
        assertThat(problem()).isEqualTo(notExecutable);
        acl(allow("HOST\\agent", permission, EXECUTE));
        assertThat(problem()).isEqualTo(notExecutable);
        acl(allow("HOST\\agent", READ_DATA), allow("HOST\\agent", permission, EXECUTE));
        assertThat(problem()).isNull();
    }

    @Test
    void rights_of_the_system_are_not_rights_of_the_user() throws IOException {
        acl(allow(SYSTEM, AclEntryPermission.values()), allow(ADMINISTRATORS, AclEntryPermission.values()));

        assertThat(problem()).contains("is not executable: no entry lets 'HOST\\agent' read and execute it");
    }

    @Test
    void a_missing_or_empty_list_is_refused() throws IOException {
        acl();

        assertThat(problem()).contains("is not executable: no entry lets 'HOST\\agent' read and execute it");
        assertThat(rules(false).rightsOn(file).lines())
                .containsExactly("Owner username: HOST\\agent", "Acls list: empty or missing");
    }

    @Test
    void entries_that_are_only_there_to_be_inherited_do_not_count() throws IOException {
        acl(
                with(allow("Everyone", READ_DATA), AclEntryFlag.INHERIT_ONLY, AclEntryFlag.FILE_INHERIT),
                with(deny("HOST\\agent", READ_DATA), AclEntryFlag.INHERIT_ONLY),
                allow("HOST\\agent", READ_DATA, EXECUTE));
        assertThat(problem()).isNull();

        acl(with(allow("HOST\\agent", READ_DATA, EXECUTE), AclEntryFlag.INHERIT_ONLY));
        assertThat(problem()).contains("is not executable");
    }

    @Test
    void entries_that_can_also_be_inherited_count() throws IOException {
        acl(
                allow("HOST\\agent", READ_DATA, EXECUTE),
                with(allow("Everyone", READ_DATA), AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT));

        assertThat(problem()).contains("have rights on it: Everyone");
    }

    @Test
    void a_file_of_somebody_else_is_refused() throws IOException {
        acl(allow("HOST\\agent", READ_DATA, EXECUTE));
        Files.setOwner(file, user("HOST\\stranger"));

        assertThat(problem())
                .isEqualTo("it belongs to 'HOST\\stranger', who could give himself rights on it; icacls \"" + PATH
                        + "\" /setowner \"HOST\\agent\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOST\\agent", SYSTEM, ADMINISTRATORS})
    void a_file_may_belong_to_any_of_the_three(String owner) throws IOException {
        acl(allow("HOST\\agent", READ_DATA, EXECUTE));
        Files.setOwner(file, user(owner));

        assertThat(problem()).isNull();
    }

    @Test
    void group_rights_are_refused_as_windows_has_none() throws IOException {
        acl(allow("HOST\\agent", READ_DATA, EXECUTE));

        assertThat(rules(true).problemOf(file, file))
                .startsWith("secret_backend_command_allow_group_exec_perm is for POSIX systems; remove it");
    }

    @Test
    void a_list_that_cannot_be_read_is_refused() throws IOException {
        try (FileSystem fat = Jimfs.newFileSystem(Configuration.windows().toBuilder()
                .setAttributeViews("basic", "owner", "dos")
                .build())) {
            Path program = Files.createFile(fat.getPath("C:\\backend.exe"));

            assertThat(rules(false).problemOf(program, program))
                    .startsWith(
                            "could not query ACLs for 'C:\\backend.exe' (NullPointerException); put it on an NTFS disk");
        }
    }

    @Test
    void without_their_names_the_system_and_administrators_are_strangers() throws IOException {
        acl(allow("HOST\\agent", READ_DATA, EXECUTE), allow(SYSTEM, READ_DATA));
        AclRules rules = new AclRules(new WindowsPrincipals(user("HOST\\agent"), null, null), false);

        assertThat(rules.problemOf(file, file))
                .contains("have rights on it: " + SYSTEM)
                .endsWith(" (LOCAL_SYSTEM or Administrators could not be told by their English names; with the library"
                        + " jna-platform on the agent's class path they are known in every language)");
    }

    @Test
    void the_names_are_english_where_jna_cannot_ask_windows() {
        WindowsNames names = WindowsNames.ofThisSystem();

        assertThat(names.system()).isEqualTo("NT AUTHORITY\\SYSTEM");
        assertThat(names.administrators()).isEqualTo("BUILTIN\\Administrators");
        assertThat(names.user()).endsWith(System.getProperty("user.name"));
    }

    @Test
    void the_report_lists_owner_and_entries() throws IOException {
        acl(allow("HOST\\agent", READ_DATA, EXECUTE), with(deny("Everyone", WRITE_DATA), AclEntryFlag.FILE_INHERIT));

        Rights rights = rules(false).rightsOn(file);

        assertThat(rights.lines())
                .containsExactly(
                        "Owner username: HOST\\agent",
                        "Acls list:",
                        "ALLOW HOST\\agent [READ_DATA, EXECUTE]",
                        "DENY Everyone [WRITE_DATA] [FILE_INHERIT]");
        assertThat(rights.details())
                .containsEntry("owner", "HOST\\agent")
                .containsEntry(
                        "acl", "ALLOW HOST\\agent [READ_DATA, EXECUTE]; DENY Everyone [WRITE_DATA] [FILE_INHERIT]");
    }

    @Test
    void a_disk_of_windows_is_checked_by_its_lists() throws IOException {
        acl(allow("Everyone", READ_DATA));

        assertThat(ExecBackend.builder(file).build().status().lines())
                .contains("Executable path: " + PATH, "ALLOW Everyone [READ_DATA]")
                .anyMatch(line -> line.startsWith("Check Rights: error: invalid executable '" + PATH
                        + "': other users/groups than LOCAL_SYSTEM, Administrators or "));
    }

    @Override
    public RightsRules rules() throws IOException {
        return rules(false);
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
        List<AclEntry> entries = new ArrayList<>();
        if (!user.isEmpty()) {
            entries.add(allow("HOST\\agent", permissions(user)));
        }
        if (!others.isEmpty()) {
            entries.add(allow("Everyone", permissions(others)));
        }
        acl(entries.toArray(new AclEntry[0]));
    }

    @Override
    public void giveToAStranger() throws IOException {
        acl(allow("HOST\\agent", READ_DATA, EXECUTE));
        Files.setOwner(file, user("HOST\\stranger"));
    }

    private static AclEntryPermission[] permissions(String letters) {
        return letters.chars()
                .mapToObj(letter -> letter == 'r' ? READ_DATA : letter == 'w' ? WRITE_DATA : EXECUTE)
                .toArray(AclEntryPermission[]::new);
    }

    private @Nullable String problem() throws IOException {
        return rules(false).problemOf(file, file);
    }

    private AclRules rules(boolean allowGroupExec) throws IOException {
        WindowsNames names = new WindowsNames("HOST\\agent", SYSTEM, ADMINISTRATORS);
        return new AclRules(WindowsPrincipals.of(disk.getUserPrincipalLookupService(), names), allowGroupExec);
    }

    private void acl(AclEntry... entries) throws IOException {
        Files.getFileAttributeView(file, AclFileAttributeView.class).setAcl(List.of(entries));
    }

    private AclEntry allow(String name, AclEntryPermission... permissions) throws IOException {
        return entry(ALLOW, name, permissions);
    }

    private AclEntry deny(String name, AclEntryPermission... permissions) throws IOException {
        return entry(DENY, name, permissions);
    }

    private AclEntry entry(AclEntryType type, String name, AclEntryPermission... permissions) throws IOException {
        return AclEntry.newBuilder()
                .setType(type)
                .setPrincipal(user(name))
                .setPermissions(Set.of(permissions))
                .build();
    }

    private static AclEntry with(AclEntry entry, AclEntryFlag... flags) {
        return AclEntry.newBuilder(entry).setFlags(flags).build();
    }

    private UserPrincipal user(String name) throws IOException {
        return disk.getUserPrincipalLookupService().lookupPrincipalByName(name);
    }
}
