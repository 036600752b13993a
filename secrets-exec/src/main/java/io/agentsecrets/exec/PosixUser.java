package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The identity that a process acts with.
 *
 * @param name the user's name, for messages only
 * @param uid the effective user id
 * @param gids the effective group id and the supplementary ones, as far as the system tells
 */
record PosixUser(String name, int uid, Set<Integer> gids) {

    /** Copies the groups. */
    PosixUser {
        gids = Set.copyOf(gids);
    }

    /**
     * Asks the system. Linux tells in {@code /proc}; elsewhere the owner of a new file does, which is the effective user.
     *
     * @throws IOException if there is no way to know
     */
    static PosixUser ofThisProcess() throws IOException {
        String name = System.getProperty("user.name", "?");
        try {
            Path self = Path.of("/proc/self");
            return new PosixUser(name, (Integer) Files.getAttribute(self, "unix:uid"), linuxGroups(self));
        } catch (NoSuchFileException notLinux) {
            return ofNewFile(name);
        }
    }

    private static Set<Integer> linuxGroups(Path self) throws IOException {
        Set<Integer> groups = new HashSet<>();
        groups.add((Integer) Files.getAttribute(self, "unix:gid"));
        for (String line : Files.readAllLines(self.resolve("status"))) {
            if (line.startsWith("Groups:")) {
                for (String group : line.substring("Groups:".length()).strip().split("\\s+", -1)) {
                    if (!group.isEmpty()) {
                        groups.add(Integer.parseUnsignedInt(group));
                    }
                }
            }
        }
        return groups;
    }

    private static PosixUser ofNewFile(String name) throws IOException {
        Path file = Files.createTempFile("agent-secrets", null);
        try {
            int uid = (Integer) Files.getAttribute(file, "unix:uid");
            return new PosixUser(name, uid, Set.of()); // a new file's group may be its folder's, so none is known
        } finally {
            Files.delete(file);
        }
    }
}
