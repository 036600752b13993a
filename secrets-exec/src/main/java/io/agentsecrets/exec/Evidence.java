package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a check looks at: the executable, its interpreters and its loader, and the folders and links on the way to them, each
 * with its identity, owner and rights as they were at one moment. Immutable.
 *
 * @param parts what was looked at
 * @param attributes those of each part, in the same order; none if they could not be read
 * @param isSettled whether a later change of any part would show in its attributes
 */
record Evidence(List<Part> parts, List<Map<String, Object>> attributes, boolean isSettled) {

    /** What is known before the first check. */
    static final Evidence NONE = new Evidence(List.of(), List.of(), false);

    /**
     * The longest tick of a file system's clock (FAT). Two changes within one tick leave the same time, so only a part whose
     * last change was before that is sure to show the next one.
     */
    private static final long LONGEST_TICK_MILLIS = 2_000;

    /** The time of a file's last change, which nobody but root can set back. */
    private static final String CHANGED = "ctime";

    /**
     * One thing that a check looks at.
     *
     * @param attributes the attributes that its judgement depends on
     * @param isFollowed whether it counts where a link leads, and not the link itself
     */
    record Part(Path path, String attributes, boolean isFollowed) {

        /** A folder is judged by its owner and rights. Its times say only that something was put into it. */
        private static final String OF_FOLDER = "unix:dev,ino,mode,uid,gid";

        static Part folder(Path path) {
            return new Part(path, OF_FOLDER, false);
        }

        static Part link(Path path) {
            return new Part(path, CheckedFile.POSIX, false);
        }

        static Part file(Path path) {
            return new Part(path, CheckedFile.POSIX, false);
        }

        static Part fileBehind(Path path) {
            return new Part(path, CheckedFile.POSIX, true);
        }

        private Map<String, Object> read() throws IOException {
            return isFollowed
                    ? Files.readAttributes(path, attributes)
                    : Files.readAttributes(path, attributes, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Copies the lists. */
    Evidence {
        parts = List.copyOf(parts);
        attributes = List.copyOf(attributes);
    }

    /**
     * Looks at some parts now.
     *
     * @param now the time by the clock of the system, in milliseconds
     */
    static Evidence of(List<Part> parts, long now) {
        List<Map<String, Object>> attributes = new ArrayList<>(parts.size());
        try {
            boolean isSettled = !parts.isEmpty();
            for (Part part : parts) {
                Map<String, Object> ofPart = part.read();
                attributes.add(ofPart);
                isSettled &= wasChangedLongBefore(now, ofPart);
            }
            return new Evidence(parts, attributes, isSettled);
        } catch (IOException partIsGone) {
            return new Evidence(parts, List.of(), false);
        }
    }

    private static boolean wasChangedLongBefore(long now, Map<String, Object> attributes) {
        return !(attributes.get(CHANGED) instanceof FileTime changed) || changed.toMillis() < now - LONGEST_TICK_MILLIS;
    }
}
