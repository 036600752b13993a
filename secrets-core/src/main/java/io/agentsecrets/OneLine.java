package io.agentsecrets;

/** Makes text from outside safe to print on one line of a message, a log or a terminal. */
public final class OneLine {

    /** The text in place of what was cut off. */
    public static final String CUT = "...";

    private OneLine() {}

    /**
     * Replaces characters that could break or forge a line: control characters, format characters and line separators.
     *
     * @param text any text
     * @return the text with a question mark in place of each; the same object if there are none
     */
    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (breaksALine(text.charAt(i))) {
                return masked(text, i);
            }
        }
        return text;
    }

    /**
     * Removes characters that could break or forge a line, and cuts the rest if it is too long.
     *
     * @param text any text
     * @param limit how many characters are kept at most, 0 or more
     * @return the rest of the text; if it was cut, {@link #CUT} follows
     */
    public static String stripped(String text, int limit) {
        StringBuilder kept = new StringBuilder(Math.min(text.length(), limit));
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (breaksALine(c)) {
                continue;
            }
            if (kept.length() == limit) {
                return withoutHalfPair(kept).append(CUT).toString();
            }
            kept.append(c);
        }
        return kept.toString();
    }

    private static StringBuilder withoutHalfPair(StringBuilder text) {
        int last = text.length() - 1;
        if (last >= 0 && Character.isHighSurrogate(text.charAt(last))) {
            text.setLength(last);
        }
        return text;
    }

    private static String masked(String text, int from) {
        StringBuilder masked = new StringBuilder(text);
        for (int i = from; i < masked.length(); i++) {
            if (breaksALine(masked.charAt(i))) {
                masked.setCharAt(i, '?');
            }
        }
        return masked.toString();
    }

    private static boolean breaksALine(char c) {
        if (c >= ' ' && c < 0x7f) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
