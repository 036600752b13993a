package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The mount that a file is on. On Linux it comes from the kernel's list. Java's own file store is not enough there: it takes a
 * bind mount for the file system that the mount was made from.
 *
 * @param isRoot whether it is the root of all files
 * @param isReadOnly whether nothing on it can be changed
 */
record MountPoint(boolean isRoot, boolean isReadOnly) {

    /** The mounts that this process sees, one on each line: proc_pid_mountinfo(5). */
    private static final Path LIST = Path.of("/proc/self/mountinfo");

    private static final int MOUNT_POINT = 4;
    private static final int OPTIONS = 5;

    /** Stands before the fields of the file system itself: type, source, options. */
    private static final String DASH = "-";

    /** Returns the mount of a file or folder; one that can be changed if the system does not tell. */
    static MountPoint of(Path path) {
        try {
            Path real = path.toRealPath();
            return path.getFileSystem().equals(FileSystems.getDefault()) && Files.exists(LIST)
                    ? inList(Files.readAllLines(LIST, StandardCharsets.ISO_8859_1), real.toString())
                    : new MountPoint(false, Files.getFileStore(real).isReadOnly());
        } catch (IOException e) {
            return new MountPoint(false, false);
        }
    }

    /** Returns the mount with the longest path that the file is on; of several at one path the last one counts. */
    static MountPoint inList(List<String> lines, String file) {
        String longest = "";
        MountPoint found = new MountPoint(false, false);
        for (String line : lines) {
            List<String> fields = List.of(line.split(" ", -1));
            String point = fields.size() > OPTIONS ? unescaped(fields.get(MOUNT_POINT)) : "";
            if (point.length() >= longest.length() && isOn(file, point)) {
                longest = point;
                found = new MountPoint(point.equals("/"), isReadOnly(fields));
            }
        }
        return found;
    }

    private static boolean isReadOnly(List<String> fields) {
        int dash = fields.lastIndexOf(DASH);
        String ofFileSystem = dash >= 0 && fields.size() > dash + 3 ? fields.get(dash + 3) : "";
        return startsReadOnly(fields.get(OPTIONS)) || startsReadOnly(ofFileSystem);
    }

    private static boolean startsReadOnly(String options) {
        return options.equals("ro") || options.startsWith("ro,");
    }

    private static boolean isOn(String file, String point) {
        return !point.isEmpty() && (point.equals("/") || file.equals(point) || file.startsWith(point + "/"));
    }

    /** Replaces the escapes of the list: blanks, tabs, line breaks and backslashes are written in octal digits. */
    private static String unescaped(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
