package io.agentsecrets.exec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A check that found nothing wrong. It is not repeated while all parts that it looked at stay as they are (docs/adr/0017).
 *
 * @param file the file to start
 * @param parts what the check looked at; none if it must be repeated in any case
 * @param before what these parts were just before the check; null if not all of them were looked at, or one could have
 *     changed without a trace
 */
record KeptCheck(
        CheckedFile file,
        List<Evidence.Part> parts,
        @Nullable Evidence before) {

    /** Copies the list. */
    KeptCheck {
        parts = List.copyOf(parts);
    }

    /**
     * Returns a check to keep.
     *
     * @param command the path as it was configured
     * @param foldersAndLinks what was looked at on the way
     */
    static KeptCheck of(Path command, CheckedFile file, List<Evidence.Part> foldersAndLinks, Evidence before) {
        boolean canBeKept = file.chain().isWhole()
                && command.getFileSystem().supportedFileAttributeViews().contains("unix");
        List<Evidence.Part> parts = canBeKept ? parts(command, file, foldersAndLinks) : List.of();
        boolean isProven = before.parts().equals(parts) && before.isSettled();
        return new KeptCheck(file, parts, isProven ? before : null);
    }

    private static List<Evidence.Part> parts(Path command, CheckedFile file, List<Evidence.Part> foldersAndLinks) {
        List<Evidence.Part> parts = new ArrayList<>(foldersAndLinks);
        Path started = file.path().path();
        parts.add(Evidence.Part.file(started));
        if (!started.equals(command)) {
            // the kernel follows the links once more: those of /proc lead elsewhere without being changed
            parts.add(Evidence.Part.fileBehind(command));
        }
        for (Path helper : file.chain().helpers()) {
            parts.add(Evidence.Part.fileBehind(helper));
        }
        return parts;
    }

    /**
     * Whether the check would find the same again: its parts were the same before it and are the same now.
     *
     * @param now the parts as they are now
     */
    boolean holdsWith(Evidence now) {
        return before != null && before.attributes().equals(now.attributes());
    }
}
