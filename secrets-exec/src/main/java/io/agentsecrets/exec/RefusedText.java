package io.agentsecrets.exec;

import io.agentsecrets.SecretValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a reply that was refused as a whole. Nobody knows which part of it is a secret, and the executable may have
 * printed the same on standard error. So each piece between quotes or line breaks counts as one, except names.
 */
final class RefusedText {

    /** A piece, and the quote and colon behind it if it is a name. */
    private static final Pattern PIECE = Pattern.compile("[^\"'\\r\\n]+(?<name>[\"']\\s*:)?");

    private static final Pattern WORD_OF_JSON = Pattern.compile("null|true|false");

    private RefusedText() {}

    /** Returns all that may be a secret, as it stands there and as JSON would read it. */
    static List<SecretValue> secretsIn(String text) {
        List<SecretValue> secrets = new ArrayList<>();
        Matcher piece = PIECE.matcher(text);
        while (piece.find()) {
            String found = piece.group().strip();
            if (piece.group("name") == null && !isBetweenStrings(found)) {
                secrets.add(SecretValue.of(found));
                addUnescaped(found, secrets);
            }
        }
        addStringsWithEscapes(text, secrets);
        return secrets;
    }

    /** Returns the piece at the end, which may be the beginning of a secret. */
    static SecretValue endOf(String text) {
        int from = text.length();
        while (from > 0 && "\"'\r\n".indexOf(text.charAt(from - 1)) < 0) {
            from--;
        }
        return SecretValue.of(text.substring(from));
    }

    /** Adds the strings of JSON in which a quote is escaped, as it is no end of a piece. */
    private static void addStringsWithEscapes(String text, List<SecretValue> secrets) {
        int from = -1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                if (from >= 0) {
                    addUnescaped(text.substring(from, i), secrets);
                }
                from = i + 1;
            }
        }
    }

    /** Whether it is only what JSON writes between strings. */
    private static boolean isBetweenStrings(String piece) {
        return WORD_OF_JSON.matcher(piece).replaceAll("").chars().allMatch(c -> c <= ' ' || "{}[],:".indexOf(c) >= 0);
    }

    private static void addUnescaped(String piece, List<SecretValue> secrets) {
        if (piece.indexOf('\\') < 0) {
            return;
        }
        try {
            secrets.add(SecretValue.of(String.valueOf(Json.read('"' + piece + '"'))));
        } catch (IOException noStringOfJson) {
            // it counts as it stands
        }
    }
}
