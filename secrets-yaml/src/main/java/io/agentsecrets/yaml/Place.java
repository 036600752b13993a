package io.agentsecrets.yaml;

/**
 * A place in a text.
 *
 * @param line counted from 1; a line ends with CR, LF or both
 * @param column counted from 1, in code points
 */
record Place(int line, int column) {

    /** Returns the place of the character with the given index; a byte order mark at the start has no column. */
    static Place of(CharSequence text, int index) {
        int line = 1;
        int lineStart = isMarked(text) ? 1 : 0;
        for (int i = 0; i < index; i++) {
            if (endsLine(text, i)) {
                line++;
                lineStart = i + 1;
            }
        }
        return new Place(line, 1 + Character.codePointCount(text, Math.min(lineStart, index), index));
    }

    /** Returns the line with the given number, without its end; empty if there is none. */
    static String line(String text, int line) {
        int start = 0;
        int current = 1;
        for (int i = 0; i < text.length(); i++) {
            if (endsLine(text, i)) {
                if (current == line) {
                    return text.substring(start, i);
                }
                current++;
                start = i + 1;
            }
        }
        return current == line ? text.substring(start) : "";
    }

    private static boolean isMarked(CharSequence text) {
        return text.length() > 0 && text.charAt(0) == '\ufeff';
    }

    /** Whether the character is the last one of a line. */
    private static boolean endsLine(CharSequence text, int index) {
        char c = text.charAt(index);
        return c == '\n' || (c == '\r' && (index + 1 == text.length() || text.charAt(index + 1) != '\n'));
    }
}
