package io.agentsecrets.exec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A path whose text leads back to it. Java checks files by their paths, which are bytes on POSIX systems, but starts them by
 * text. Where the locale has no text for the bytes, as {@code LC_ALL=C} has none for an umlaut, question marks take their
 * place, and another file could be started than the one that was checked.
 */
final class ProvenPath {

    /** From Java 18 on, only the locale's characters count for the start of a process. */
    private static final int JAVA_WITHOUT_DEFAULT_CHARSET = 18;

    private final Path path;
    private final String text;

    private ProvenPath(Path path, String text) {
        this.path = path;
        this.text = text;
    }

    /** Returns the path with its text, or null if the text does not lead back to it. */
    static @Nullable ProvenPath of(Path path) {
        String text = path.toString();
        return isPathOf(path, text) && isStartedAs(path, text) ? new ProvenPath(path, text) : null;
    }

    Path path() {
        return path;
    }

    /** The text by which exactly this path is started. */
    String text() {
        return text;
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean isPathOf(Path path, String text) {
        try {
            return path.getFileSystem().getPath(text).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** On POSIX systems the text has to become the same bytes in each character set that a start may use. */
    private static boolean isStartedAs(Path path, String text) {
        if (!path.getFileSystem().equals(FileSystems.getDefault())
                || !path.getFileSystem().getSeparator().equals("/")) {
            return true;
        }
        byte[] bytes = bytes(path);
        return Arrays.equals(bytes, text.getBytes(ofFileNames()))
                && (Runtime.version().feature() >= JAVA_WITHOUT_DEFAULT_CHARSET
                        || Arrays.equals(bytes, text.getBytes(Charset.defaultCharset())));
    }

    private static Charset ofFileNames() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }

    /** The URI of a path is the one view of it that shows its bytes. */
    private static byte[] bytes(Path path) {
        String uri = path.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(uri.length());
        for (int i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) == '%') {
                bytes.write(Integer.parseInt(uri, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(uri.charAt(i));
            }
        }
        byte[] all = bytes.toByteArray();
        boolean endsInSlash = all.length > 1 && all[all.length - 1] == '/'; // a folder's does
        return endsInSlash ? Arrays.copyOf(all, all.length - 1) : all;
    }
}
