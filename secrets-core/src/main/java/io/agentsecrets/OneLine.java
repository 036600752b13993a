package io.agentsecrets;

/** Makes text from outside safe to print on one line of a message, a log or a terminal. */
public final class OneLine {

    /** The text in place of what was cut off. */
    public static final String CUT = "...";

    private OneLine() {}

    /**
     * Replaces characters that could break or forge a line or hide text in it: control characters, format characters, line
     * separators, and halves of surrogate pairs.
     *
     * @param text any text
     * @return the text with a question mark in place of each; the same object if there are none
     */
    public static String of(String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (breaksALine(text.codePointAt(i))) {
                return masked(text, i);
            }
        }
        return text;
    }

    private static String masked(String text, int from) {
        StringBuilder masked = new StringBuilder(text.length()).append(text, 0, from);
        text.substring(from).codePoints().forEach(c -> masked.appendCodePoint(breaksALine(c) ? '?' : c));
        return masked.toString();
    }

    /**
     * Removes the characters that {@link #of} replaces, and cuts the rest if it is too long.
     *
     * @param text any text
     * @param limit how many {@code char}s are kept at most, 0 or more
     * @return the rest of the text; if it was cut, {@link #CUT} follows
     */
    public static String stripped(String text, int limit) {
        StringBuilder kept = new StringBuilder(Math.min(text.length(), limit));
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (breaksALine(c)) {
                continue;
            }
            if (kept.length() + Character.charCount(c) > limit) {
                return kept.append(CUT).toString();
            }
            kept.appendCodePoint(c);
        }
        return kept.toString();
    }

    private static boolean breaksALine(int character) {
        if (character >= ' ' && character < 0x7f) {
            return false;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
