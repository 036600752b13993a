package io.agentsecrets.exec;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON as text and as bytes, without Jackson's factory and generators: loading them takes a new JVM 25 ms, and a request needs
 * neither. Before 2.18 Jackson also encodes characters beyond the basic plane as escaped surrogates, which shell scripts cannot
 * read. Text is encoded and decoded by {@code String}, and compared afterwards, as that is faster than a strict encoder.
 */
final class JsonText {

    private JsonText() {}

    /** Appends a string in quotes, and escapes what JSON must. */
    static void append(String text, StringBuilder json) {
        json.append('"');
        if (needsEscapes(text)) {
            JsonStringEncoder.getInstance().quoteAsString(text, json);
        } else {
            json.append(text);
        }
        json.append('"');
    }

    /** Whether JSON must escape a character of the text. If not, no class of Jackson is loaded. */
    private static boolean needsEscapes(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the bytes of JSON.
     *
     * @throws CharacterCodingException if it holds half a surrogate pair
     */
    static byte[] utf8(String json) throws CharacterCodingException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        // Java writes a question mark for what has no bytes
        if (!new String(bytes, StandardCharsets.UTF_8).equals(json)) {
            throw new CharacterCodingException();
        }
        return bytes;
    }

    /**
     * Returns the text of bytes, read strictly.
     *
     * @throws CharacterCodingException if they are not UTF-8
     */
    static String text(byte[] utf8) throws CharacterCodingException {
        String text = new String(utf8, StandardCharsets.UTF_8);
        // Java reads U+FFFD for what is not UTF-8
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8)) {
            throw new CharacterCodingException();
        }
        return text;
    }
}
