package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules for an executable on a POSIX file system (SPEC.md, section 5): a regular file that the agent's user owns and
 * may execute, with no rights for anyone else, or, if allowed, read and execute for the group.
 *
 * @param user the identity that the process acts with
 * @param allowGroupExec whether the group may read and execute the file
 * @param skipFolders whether the folders on the way to the file are left out
 */
record PosixRules(PosixUser user, boolean allowGroupExec, boolean skipFolders) implements RightsRules {

    private static final int ROOT = 0;
    private static final int SET_ID = 06000;
    private static final int OWNER_EXECUTE = 0100;
    private static final int GROUP_ALL = 0070;
    private static final int GROUP_WRITE = 0020;
    private static final int GROUP_EXECUTE = 0010;
    private static final int OTHERS_ALL = 0007;

    @Override
    public @Nullable String problemOf(Path command, Path file) throws IOException {
        String problem = problemOf(file);
        return problem != null || skipFolders ? problem : new FolderRules(user.uid()).problemOnTheWayTo(command);
    }

    private @Nullable String problemOf(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:isRegularFile,mode,uid,gid");
        return Boolean.TRUE.equals(attributes.get("isRegularFile"))
                ? problem(number(attributes, "mode"), number(attributes, "uid"), number(attributes, "gid"), file)
                : "it is not a regular file";
    }

    /** Looks up the names of owner and group, which costs more than all the rest and is not done before a start. */
    @Override
    public Rights rightsOn(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,owner,group");
        Map<String, String> details = new LinkedHashMap<>();
        details.put("mode", Integer.toOctalString(number(attributes, "mode")));
        details.put("owner", String.valueOf(attributes.get("owner")));
        details.put("group", String.valueOf(attributes.get("group")));
        return new Rights(
                details,
                List.of(
                        "file mode: " + details.get("mode"),
                        "Owner username: " + details.get("owner"),
                        "Group name: " + details.get("group")));
    }

    /** Returns an attribute that is a number. */
    static int number(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof Integer number) {
            return number;
        }
        throw new IOException("the file system does not tell the " + name + " of a file");
    }

    private @Nullable String problem(int mode, int uid, int gid, Path path) {
        if ((mode & SET_ID) != 0) {
            return "it has the set-user-ID or set-group-ID bit; chmod u-s,g-s '" + path + "'";
        }
        if ((mode & OTHERS_ALL) != 0 || (mode & (allowGroupExec ? GROUP_WRITE : GROUP_ALL)) != 0) {
            return "'group' or 'others' have rights on it; chmod " + (allowGroupExec ? "0750" : "0700") + " '" + path
                    + "'";
        }
        if (uid == user.uid()) {
            return (mode & OWNER_EXECUTE) != 0 ? null : "'" + path + "' is not executable; chmod 0700 '" + path + "'";
        }
        if (allowGroupExec && user.gids().contains(gid)) {
            return (mode & GROUP_EXECUTE) != 0 ? null : notExecutableByThisUser(path, "chmod 0750 '" + path + "'");
        }
        if (allowGroupExec && uid == ROOT) {
            return problemOfRootsFile(mode, path);
        }
        String uidOfUser = Integer.toUnsignedString(user.uid());
        return "'" + path + "' isn't owned by this user: username '" + user.name() + "', UID " + uidOfUser + "; chown "
                + uidOfUser + " '" + path + "'";
    }

    /** A group that this process is not in may still stand for an access control list, whose mask are the group's rights. */
    private static @Nullable String problemOfRootsFile(int mode, Path path) {
        if ((mode & GROUP_EXECUTE) == 0) {
            return notExecutableByThisUser(path, "chmod 0750 '" + path + "'");
        }
        return Files.isExecutable(path)
                ? null
                : notExecutableByThisUser(path, "give it to a group of this user: chgrp GROUP '" + path + "'");
    }

    private static String notExecutableByThisUser(Path path, String mend) {
        return "'" + path + "' is not executable by this user; " + mend;
    }
}
