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
 * as it was at one moment: files and links with identity, owner, rights, size and times, folders with owner and rights.
 * Immutable.
 *
 * @param parts what was looked at
 * @param attributes the values of the attributes of all parts, in the order of the parts; none if one could not be read.
 *     Java lists the attributes of a part in the same order each time
 * @param at when, by the clock of the system, in milliseconds
 */
record Evidence(List<Part> parts, List<Object> attributes, long at) {

    /** What is known before the first check. */
    static final Evidence NONE = new Evidence(List.of(), List.of(), 0);

    /**
     * The longest tick of a file system's clock (FAT). Two changes within one tick leave the same time, so only a part whose
     * last change was before that is sure to show the next one.
     */
    private static final long LONGEST_TICK_MILLIS = 2_000;

    /**
     * One thing that a check looks at.
     *
     * @param attributes the attributes that its judgement depends on
     * @param isFollowed whether it counts where a link leads, and not the link itself
     */
    record Part(Path path, String attributes, boolean isFollowed) {

        /**
         * A folder is judged by its type, its rights and its owner, whichever folder it is. What it holds on the way is a part
         * of its own.
         */
        private static final String OF_FOLDER = "unix:mode,uid";

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
        List<Object> attributes = new ArrayList<>();
        try {
            for (Part part : parts) {
                attributes.addAll(part.read().values());
            }
            return new Evidence(parts, attributes, now);
        } catch (IOException partIsGone) {
            return new Evidence(parts, List.of(), now);
        }
    }

    /** Whether all parts were there, and a later change of any of them would show in its attributes. */
    boolean isSettled() {
        return !attributes.isEmpty() && attributes.stream().allMatch(this::isNoTimeOrLongAgo);
    }

    private boolean isNoTimeOrLongAgo(Object attribute) {
        // the time of the content is among them too: if it lies in the future, the check is repeated each time
        return !(attribute instanceof FileTime changed) || changed.toMillis() < at - LONGEST_TICK_MILLIS;
    }
}
