package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rules for an executable on a file system with access control lists, such as those of Windows (docs/spec.md, section
 * 5). It must be a regular file that belongs to the agent's user, {@code LocalSystem} or {@code Administrators}. An entry
 * must let the agent's user read and execute it; no entry may allow anything to anybody but these three, or deny anything
 * to one of them.
 *
 * <p>Principals are compared by identity, never by name. Entries that only apply to files below a folder do not count;
 * inherited ones do. A missing list would give everybody all rights; Java returns it as an empty list, which gives the
 * agent's user no rights, so both are refused.
 *
 * @param principals the principals that may have rights
 * @param allowGroupExec whether the operator asked for group rights, which Windows does not have
 */
record AclRules(WindowsPrincipals principals, boolean allowGroupExec) implements RightsRules {

    private static final Set<AclEntryPermission> READ_AND_EXECUTE =
            EnumSet.of(AclEntryPermission.READ_DATA, AclEntryPermission.EXECUTE);

    static AclRules ofThisProcess(Path file, boolean allowGroupExec) throws IOException {
        return new AclRules(WindowsPrincipals.ofThisProcess(file.getFileSystem()), allowGroupExec);
    }

    @Override
    public @Nullable String problemOf(Path command, Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return RightsRules.notRegular(file);
        }
        if (allowGroupExec) {
            return "secret_backend_command_allow_group_exec_perm is for POSIX systems; remove it, and give the rights to"
                    + " this user alone: " + grantToUser(file);
        }
        AclFileAttributeView view = Files.getFileAttributeView(file, AclFileAttributeView.class);
        try {
            return problem(file, view.getOwner(), view.getAcl());
        } catch (IOException | RuntimeException e) {
            // a disk without lists, such as FAT, fails in several ways
            return "could not query ACLs for '" + file + "' (" + e.getClass().getSimpleName()
                    + "); put it on an NTFS disk where this user may read its rights";
        }
    }

    /** Always null: Windows starts programs only, and no scripts. */
    @Override
    public @Nullable String problemOfHelpers(List<Path> helpers) {
        return null;
    }

    @Override
    public List<Evidence.Part> foldersAndLinks() {
        return List.of();
    }

    @Override
    public Rights rightsOn(Path file) throws IOException {
        AclFileAttributeView view = Files.getFileAttributeView(file, AclFileAttributeView.class);
        String owner = view.getOwner().getName();
        List<String> entries = shown(view.getAcl());
        Map<String, String> details = new LinkedHashMap<>();
        details.put("owner", owner);
        details.put("acl", String.join("; ", entries));
        List<String> lines = new ArrayList<>();
        lines.add("Owner username: " + owner);
        lines.add(entries.isEmpty() ? "Acls list: empty or missing" : "Acls list:");
        lines.addAll(entries);
        return new Rights(details, lines);
    }

    private @Nullable String problem(Path file, UserPrincipal owner, List<AclEntry> entries) {
        Set<String> others = new LinkedHashSet<>();
        Set<AclEntryPermission> granted = EnumSet.noneOf(AclEntryPermission.class);
        for (AclEntry entry : entries) {
            if (entry.flags().contains(AclEntryFlag.INHERIT_ONLY)) {
                continue;
            }
            boolean trusted = principals.isTrusted(entry.principal());
            if (entry.type() == AclEntryType.ALLOW && !trusted) {
                others.add(entry.principal().getName());
            }
            if (entry.type() == AclEntryType.DENY && trusted) {
                return "an entry denies rights to '" + entry.principal().getName() + "'; icacls \"" + file
                        + "\" /remove:d \"" + entry.principal().getName() + "\"";
            }
            if (entry.type() == AclEntryType.ALLOW && entry.principal().equals(principals.user())) {
                granted.addAll(entry.permissions());
            }
        }
        if (!others.isEmpty()) {
            return rightsOfOthers(file, others);
        }
        if (!granted.containsAll(READ_AND_EXECUTE)) {
            return "'" + file + "' is not executable: no entry lets '"
                    + principals.user().getName() + "' read and execute it; " + grantToUser(file);
        }
        return principals.isTrusted(owner)
                ? null
                : "it belongs to '" + owner.getName() + "', who could give himself rights on it; icacls \"" + file
                        + "\" /setowner \"" + principals.user().getName() + "\"";
    }

    private String rightsOfOthers(Path file, Set<String> others) {
        StringBuilder commands = new StringBuilder("icacls \"" + file + "\" /inheritance:d");
        others.forEach(other -> commands.append(" & icacls \"")
                .append(file)
                .append("\" /remove:g \"")
                .append(other)
                .append('"'));
        return "other users/groups than LOCAL_SYSTEM, Administrators or "
                + principals.user().getName() + " have rights on it: " + String.join(", ", others) + "; " + commands
                + principals.whatIsNotKnown();
    }

    private String grantToUser(Path file) {
        return "icacls \"" + file + "\" /grant \"" + principals.user().getName() + ":(RX)\"";
    }

    private static List<String> shown(List<AclEntry> entries) {
        List<String> shown = new ArrayList<>();
        for (AclEntry entry : entries) {
            shown.add(entry.type() + " " + entry.principal().getName() + " " + new TreeSet<>(entry.permissions())
                    + (entry.flags().isEmpty() ? "" : " " + new TreeSet<>(entry.flags())));
        }
        return shown;
    }
}
