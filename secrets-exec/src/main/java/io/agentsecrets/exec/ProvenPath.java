package io.agentsecrets.exec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A path that can be converted to text and back without loss. On POSIX systems paths are bytes; Java checks a file by its
 * bytes but starts it by its text. If the locale has no character for some bytes, as {@code LC_ALL=C} has none for an
 * umlaut, Java uses question marks, and the file that is started could be another one than the file that was checked.
 */
final class ProvenPath {

    /** The version from which Java uses only the locale's character set to start a process. */
    private static final int JAVA_WITHOUT_DEFAULT_CHARSET = 18;

    private final Path path;
    private final String text;

    private ProvenPath(Path path, String text) {
        this.path = path;
        this.text = text;
    }

    /** Returns the path with its text, or null if the text does not give the same path again. */
    static @Nullable ProvenPath of(Path path) {
        String text = path.toString();
        return isPathOf(path, text) && isStartedAs(path, text) ? new ProvenPath(path, text) : null;
    }

    Path path() {
        return path;
    }

    /** The text that starts exactly this file. */
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

    /** On POSIX systems, tells whether the text gives the same bytes in each character set that a start may use. */
    private static boolean isStartedAs(Path path, String text) {
        if (!path.getFileSystem().equals(FileSystems.getDefault())
                || !path.getFileSystem().getSeparator().equals("/")
                || isPlain(text)) {
            return true;
        }
        byte[] bytes = bytes(path);
        return Arrays.equals(bytes, text.getBytes(ofFileNames()))
                && (Runtime.version().feature() >= JAVA_WITHOUT_DEFAULT_CHARSET
                        || Arrays.equals(bytes, text.getBytes(Charset.defaultCharset())));
    }

    /** Whether all characters are the same bytes in every character set, and none stands for a byte without a character. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '?') {
                return false;
            }
        }
        return true;
    }

    private static Charset ofFileNames() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }

    /** Returns the bytes of a path, which only its URI shows. */
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
        boolean endsInSlash = all.length > 1 && all[all.length - 1] == '/'; // as that of a folder does
        return endsInSlash ? Arrays.copyOf(all, all.length - 1) : all;
    }
}
