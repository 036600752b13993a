package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * The owner, the group, the type and the rights of a file, as numbers.
 *
 * @param mode the type and the rights
 * @param uid the owner
 * @param gid the group
 * @param isRegularFile whether it is a file and not a folder, a pipe or a device
 * @param isSymbolicLink whether it is a link, if links are not followed
 */
record UnixAttributes(int mode, int uid, int gid, boolean isRegularFile, boolean isSymbolicLink) {

    private static final int ROOT = 0;
    private static final int GROUP_OR_OTHERS_WRITE = 0022;
    private static final String NAMES = "unix:mode,uid,gid,isRegularFile,isSymbolicLink";

    static UnixAttributes of(Path path, LinkOption... options) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, NAMES, options);
        return new UnixAttributes(
                number(attributes, "mode"),
                number(attributes, "uid"),
                number(attributes, "gid"),
                Boolean.TRUE.equals(attributes.get("isRegularFile")),
                Boolean.TRUE.equals(attributes.get("isSymbolicLink")));
    }

    boolean belongsToRoot() {
        return uid == ROOT;
    }

    /** Whether users other than the owner may write to it, as far as the mode tells. */
    boolean othersMayWrite() {
        return (mode & GROUP_OR_OTHERS_WRITE) != 0;
    }

    private static int number(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof Integer number) {
            return number;
        }
        throw new IOException("the file system does not tell the " + name + " of a file");
    }
}
