package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * The user and the groups that a process acts as.
 *
 * @param name the user's name, for messages only
 * @param uid the effective user id
 * @param gids the effective group id, which comes first, and the supplementary ones; empty if they are not known
 */
record PosixUser(String name, int uid, Set<Integer> gids) {

    private static final int ROOT = 0;

    /** Kept, as reading it takes longer than the rest of a check, and no other process can change it. */
    private static volatile @Nullable PosixUser thisProcess;

    /** Copies the groups in their order. */
    PosixUser {
        gids = Collections.unmodifiableSet(new LinkedHashSet<>(gids));
    }

    boolean isRoot() {
        return uid == ROOT;
    }

    /**
     * Returns the identity of this process: on Linux from {@code /proc}, elsewhere from the owner of a new file, which is
     * the effective user. It is read once.
     *
     * @throws IOException if it cannot be found out; the next call tries again
     */
    static PosixUser ofThisProcess() throws IOException {
        PosixUser known = thisProcess;
        if (known == null) {
            known = read();
            thisProcess = known;
        }
        return known;
    }

    private static PosixUser read() throws IOException {
        String name = System.getProperty("user.name", "?");
        try {
            // not UTF-8: the name of the process may be cut in the middle of a character
            return ofStatus(name, Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException notLinux) {
            return ofNewFile(name);
        }
    }

    /**
     * Reads a file {@code status}, whose lines hold the real, effective, saved and file system id, or the supplementary
     * groups (proc(5)).
     */
    static PosixUser ofStatus(String name, String status) {
        Set<Integer> groups =
                new LinkedHashSet<>(List.of(numbers("\nGid:", status).get(1)));
        groups.addAll(numbers("\nGroups:", status));
        return new PosixUser(name, numbers("\nUid:", status).get(1), groups);
    }

    private static List<Integer> numbers(String field, String status) {
        int start = status.indexOf(field) + field.length();
        int end = status.indexOf('\n', start);
        StringTokenizer words = new StringTokenizer(status.substring(start, end));
        List<Integer> numbers = new ArrayList<>();
        while (words.hasMoreTokens()) {
            numbers.add(Integer.parseUnsignedInt(words.nextToken()));
        }
        return numbers;
    }

    static PosixUser ofNewFile(String name) throws IOException {
        Path file = Files.createTempFile("agent-secrets", null);
        try {
            int uid = (Integer) Files.getAttribute(file, "unix:uid");
            return new PosixUser(name, uid, Set.of()); // a new file's group may be its folder's, so none is known
        } finally {
            Files.delete(file);
        }
    }
}
