package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules for an executable on a POSIX file system (docs/spec.md, section 5): it must be a regular file that the agent's
 * user owns and may execute. Nobody else may have rights on it; if an operator allows it, the group may read and execute
 * it. Used for one check only.
 */
final class PosixRules implements RightsRules {

    private final PosixUser user;
    private final boolean allowGroupExec;
    private final boolean skipFolders;
    private final FolderRules folders;

    /**
     * Creates the rules.
     *
     * @param user the identity that the process acts with
     * @param allowGroupExec whether the group may read and execute the file
     * @param skipFolders whether the folders on the path to the file are not checked
     */
    PosixRules(PosixUser user, boolean allowGroupExec, boolean skipFolders) {
        this.user = user;
        this.allowGroupExec = allowGroupExec;
        this.skipFolders = skipFolders;
        this.folders = new FolderRules(user);
    }

    @Override
    public @Nullable String problemOf(Path command, Path file) throws IOException {
        String problem = problemOf(file);
        return problem != null || skipFolders ? problem : folders.problemOnTheWayTo(command);
    }

    @Override
    public @Nullable String problemOfHelpers(List<Path> helpers) throws IOException {
        return new InterpreterRules(folders, skipFolders).problemOf(helpers);
    }

    @Override
    public List<Evidence.Part> foldersAndLinks() {
        return folders.foldersAndLinks();
    }

    private @Nullable String problemOf(Path file) throws IOException {
        UnixAttributes attributes = folders.attributes(file);
        if (!attributes.isRegularFile()) {
            return RightsRules.notRegular(file);
        }
        String broken = brokenRule(attributes, file);
        return broken == null ? null : broken + "; " + new Remedy(file, attributes, user, allowGroupExec).advice();
    }

    /** Also looks up the names of owner and group, which is too slow to do before each start. */
    @Override
    public Rights rightsOn(Path file) throws IOException {
        Map<String, Object> names = Files.readAttributes(file, "unix:owner,group");
        Map<String, String> details = new LinkedHashMap<>();
        details.put("mode", Integer.toOctalString(UnixAttributes.of(file).mode()));
        details.put("owner", String.valueOf(names.get("owner")));
        details.put("group", String.valueOf(names.get("group")));
        return new Rights(
                details,
                List.of(
                        "file mode: " + details.get("mode"),
                        "Owner username: " + details.get("owner"),
                        "Group name: " + details.get("group")));
    }

    /** Returns what is wrong with a file that has these attributes, or null. */
    @Nullable
    String brokenRule(UnixAttributes attributes, Path path) {
        PosixMode mode = new PosixMode(attributes.mode());
        if (mode.hasSetId()) {
            return "it has the set-user-ID or set-group-ID bit";
        }
        if (mode.isTooOpen(allowGroupExec)) {
            return allowGroupExec
                    ? "'others' have rights on it or 'group' has write permissions on it"
                    : "'group' or 'others' have rights on it";
        }
        if (attributes.uid() == user.uid()) {
            return mode.ownerMayExecute() ? null : "'" + path + "' is not executable";
        }
        if (allowGroupExec && (attributes.belongsToRoot() || user.gids().contains(attributes.gid()))) {
            return isExecutableByGroup(attributes, mode, path) ? null : "'" + path + "' is not executable by this user";
        }
        return "'" + path + "' isn't owned by this user: username '" + user.name() + "', UID "
                + Integer.toUnsignedString(user.uid());
    }

    /**
     * Judges a file of a group of this process, or of root. Even if this process is not in the group of root's file, an access
     * control list may allow the execution: then the group's rights are the mask of that list.
     */
    private boolean isExecutableByGroup(UnixAttributes attributes, PosixMode mode, Path path) {
        return mode.groupMayExecute() && (user.gids().contains(attributes.gid()) || Files.isExecutable(path));
    }
}
