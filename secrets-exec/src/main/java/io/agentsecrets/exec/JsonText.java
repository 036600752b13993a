package io.agentsecrets.exec;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON as text, quoted and encoded without Jackson's factory and generators. These take 25 ms to load in a new JVM, which a
 * request does not need.
 *
 * <p>Text is encoded here and not by Jackson: before 2.18 its own encoder always writes characters beyond the basic plane as
 * escaped surrogates, which shell scripts cannot read.
 */
final class JsonText {

    private JsonText() {}

    /** Appends a string in quotes, and escapes what JSON must. */
    static void append(String text, StringBuilder json) {
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        json.append('"');
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
        // Java reads U+FFFD where there is no character
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8)) {
            throw new CharacterCodingException();
        }
        return text;
    }
}
