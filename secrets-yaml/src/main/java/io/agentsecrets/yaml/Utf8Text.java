package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.ShellWord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads UTF-8 text strictly, so that writing it gives the same bytes again. */
final class Utf8Text {

    private static final String NOT_REGULAR = "it is not a regular file; put its content into one";

    /** What Java decodes bytes to that are not UTF-8. */
    private static final char IN_PLACE_OF_DAMAGE = '\ufffd';

    private Utf8Text() {}

    /** Reads a file. A pipe or a device is not opened: it might never end, nor even open. */
    static String read(String source, Path file, int maxBytes) {
        if (!Files.isRegularFile(file) && Files.exists(file)) {
            String reason = Files.isDirectory(file) ? "it is a folder; name a file in it" : NOT_REGULAR;
            throw unreadable(source, file, reason);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return decode(source, bytes(source, in, maxBytes));
        } catch (IOException e) {
            throw unreadable(source, file, e);
        }
    }

    static String read(String source, InputStream in, int maxBytes) {
        try {
            return decode(source, bytes(source, in, maxBytes));
        } catch (IOException e) {
            throw new ConfigException(
                    FailureKind.CONFIG,
                    source,
                    "cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static byte[] bytes(String source, InputStream in, int maxBytes) throws IOException {
        byte[] bytes = in.readNBytes(maxBytes == Integer.MAX_VALUE ? maxBytes : maxBytes + 1);
        if (bytes.length > maxBytes) {
            throw ParsedYaml.tooLong(source, maxBytes);
        }
        return bytes;
    }

    static ConfigException unreadable(String source, Path file, IOException e) {
        return unreadable(source, file, reason(file, e));
    }

    private static String reason(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return Files.isSymbolicLink(file)
                    ? "it is a link to a file that does not exist; put the file there, or remove the link"
                    : "no such file or folder; create it, or correct the path";
        }
        return e instanceof AccessDeniedException
                ? "the user that runs this agent may not read it; see who may: " + ShellWord.command("namei -l", file)
                : e.getClass().getSimpleName();
    }

    static ConfigException unreadable(String source, Path file, String reason) {
        String subject = source.equals(file.toString()) ? "" : "cannot read " + file + ": ";
        return new ConfigException(FailureKind.CONFIG, source, subject + reason);
    }

    private static String decode(String source, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean mayBeDamaged = text.indexOf(IN_PLACE_OF_DAMAGE) >= 0;
        return mayBeDamaged ? decodeStrictly(source, bytes) : text;
    }

    private static String decodeStrictly(String source, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            CharSequence soFar = out.flip();
            Place place = Place.of(soFar, soFar.length());
            throw new ConfigException(
                    FailureKind.CONFIG,
                    source,
                    place.line(),
                    place.column(),
                    "this is not UTF-8; save the file in that encoding");
        }
        return out.flip().toString();
    }
}
