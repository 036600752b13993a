package io.agentsecrets.exec;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

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
        if (needsEscapes(text)) {
            JsonStringEncoder.getInstance().quoteAsString(text, json);
        } else {
            json.append(text);
        }
        json.append('"');
    }

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
    static byte[] utf8(CharSequence json) throws CharacterCodingException {
        ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }
}
