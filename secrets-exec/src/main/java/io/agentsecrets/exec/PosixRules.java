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

    private static final int SET_ID = 06000;
    private static final int OWNER_EXECUTE = 0100;
    private static final int GROUP_ALL = 0070;
    private static final int GROUP_WRITE = 0020;
    private static final int GROUP_EXECUTE = 0010;
    private static final int OTHERS_ALL = 0007;

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
        this.folders = new FolderRules(user.uid());
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

    private @Nullable String problemOf(Path file) throws IOException {
        UnixAttributes attributes = folders.attributes(file);
        return attributes.isRegularFile() ? problem(attributes, file) : RightsRules.notRegular(file);
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

    private @Nullable String problem(UnixAttributes attributes, Path path) {
        int mode = attributes.mode();
        if ((mode & SET_ID) != 0) {
            return "it has the set-user-ID or set-group-ID bit; "
                    + remedy(attributes, path).chmod("u-s,g-s");
        }
        if (!allowGroupExec && (mode & (GROUP_ALL | OTHERS_ALL)) != 0) {
            return "'group' or 'others' have rights on it; "
                    + remedy(attributes, path).chmod("0700");
        }
        if (allowGroupExec && (mode & (GROUP_WRITE | OTHERS_ALL)) != 0) {
            return "'others' have rights on it or 'group' has write permissions on it; "
                    + remedy(attributes, path).chmod("0750");
        }
        return problemOfOwner(attributes, path);
    }

    private @Nullable String problemOfOwner(UnixAttributes attributes, Path path) {
        int mode = attributes.mode();
        if (attributes.uid() == user.uid()) {
            return (mode & OWNER_EXECUTE) != 0
                    ? null
                    : "'" + path + "' is not executable; "
                            + remedy(attributes, path).chmod("0700");
        }
        if (allowGroupExec && user.gids().contains(attributes.gid())) {
            return (mode & GROUP_EXECUTE) != 0 ? null : notExecutableByThisUser(attributes, path);
        }
        if (allowGroupExec && attributes.belongsToRoot()) {
            return problemOfRootsFile(attributes, path);
        }
        return "'" + path + "' isn't owned by this user: username '" + user.name() + "', UID "
                + Integer.toUnsignedString(user.uid()) + "; "
                + remedy(attributes, path).chown(user.uid(), attributes.uid());
    }

    /**
     * Judges a file of root. Even if this process is not in its group, an access control list may allow the execution: then
     * the group's rights are the mask of that list.
     */
    private @Nullable String problemOfRootsFile(UnixAttributes attributes, Path path) {
        if ((attributes.mode() & GROUP_EXECUTE) == 0) {
            return notExecutableByThisUser(attributes, path);
        }
        return Files.isExecutable(path)
                ? null
                : "'" + path + "' is not executable by this user; "
                        + remedy(attributes, path).chgrp();
    }

    private String notExecutableByThisUser(UnixAttributes attributes, Path path) {
        return "'" + path + "' is not executable by this user; "
                + remedy(attributes, path).chmod("0750");
    }

    private Remedy remedy(UnixAttributes attributes, Path path) {
        return Remedy.of(path, attributes, user.uid());
    }
}
