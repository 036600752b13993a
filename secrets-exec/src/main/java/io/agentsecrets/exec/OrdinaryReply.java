package io.agentsecrets.exec;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a reply as executables usually print it: an object of objects whose only fields are {@code value} and
 * {@code error}, each a string without escapes or null. Whatever else stands in a reply, right or wrong, makes it doubtful, and
 * Jackson reads it instead (docs/adr/0018). Used by one thread.
 */
final class OrdinaryReply {

    /** Thrown at the first doubt. It has no trace and no text, as it never leaves this file. */
    private static final class Doubt extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Doubt() {
            super(null, null, false, false);
        }
    }

    private final String text;
    private int index;

    OrdinaryReply(String text) {
        this.text = text;
    }

    /** Returns the entries in their order, or null if anything is doubtful. */
    static @Nullable Map<String, ReplyEntry> entriesOf(String reply) {
        try {
            return new OrdinaryReply(reply).entries();
        } catch (Doubt doubt) {
            return null;
        }
    }

    Map<String, ReplyEntry> entries() {
        Map<String, ReplyEntry> entries = new LinkedHashMap<>();
        take('{');
        do {
            String handle = name();
            doubtIf(entries.put(handle, entry()) != null);
        } while (tookComma());
        take('}');
        skipBlanks();
        doubtIf(!isAtEnd());
        return entries;
    }

    private ReplyEntry entry() {
        take('{');
        String value = null;
        String error = null;
        boolean hasValue = false;
        boolean hasError = false;
        do {
            String name = name();
            if (name.equals("value") && !hasValue) {
                hasValue = true;
                value = stringOrNull();
            } else { // also for a second value, which is doubtful, as its name is not error
                doubtIf(hasError || !name.equals("error"));
                hasError = true;
                error = stringOrNull();
            }
        } while (tookComma());
        take('}');
        return new ReplyEntry(value, error, null, null);
    }

    private String name() {
        String name = string();
        take(':');
        return name;
    }

    private @Nullable String stringOrNull() {
        if (next() == '"') {
            return string();
        }
        doubtIf(!text.startsWith("null", index));
        index += "null".length();
        return null;
    }

    private String string() {
        take('"');
        int start = index;
        while (!isAtEnd() && text.charAt(index) != '"') {
            doubtIf(text.charAt(index) < ' ' || text.charAt(index) == '\\');
            index++;
        }
        String string = text.substring(start, index);
        take('"');
        return string;
    }

    private boolean tookComma() {
        boolean isComma = next() == ',';
        if (isComma) {
            index++;
        }
        return isComma;
    }

    private void take(char expected) {
        doubtIf(next() != expected);
        index++;
    }

    /** Returns the next character that is no blank. */
    private char next() {
        skipBlanks();
        doubtIf(isAtEnd());
        return text.charAt(index);
    }

    private void skipBlanks() {
        while (!isAtEnd() && isBlank(text.charAt(index))) {
            index++;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    boolean isAtEnd() {
        return index == text.length();
    }

    private static void doubtIf(boolean isDoubtful) {
        if (isDoubtful) {
            throw new Doubt();
        }
    }
}
