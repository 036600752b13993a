package io.agentsecrets.yaml;

/** The lines of an ordinary YAML text, read one after the other. Whatever is not certain throws a {@link Doubt}. Used once. */
final class OrdinaryLine {

    private final String text;

    /** The number of the line, counted from 1. */
    private int number;

    private int start;

    /** The index of the current character. */
    private int at;

    /** Starts before the first line of a text that ends with a line feed. */
    OrdinaryLine(String text) {
        this.text = text;
    }

    /** Thrown if the text may mean more than this scanner knows. It has no stack trace: the engine reads the text then. */
    static final class Doubt extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Doubt() {
            super(null, null, false, false);
        }
    }

    static void doubtIf(boolean doubtful) {
        if (doubtful) {
            throw new Doubt();
        }
    }

    /** Whether all parsers read a character as one character of one column, and not as the end of a line. */
    static boolean isOrdinary(char c) {
        return (c >= ' ' && c < 0x7f) || (c >= 0xa0 && c < Character.MIN_SURROGATE && c != '\u2028' && c != '\u2029');
    }

    /** Goes to the first character of the next line that is not a blank. Returns false if there is no other line. */
    boolean next() {
        if (at >= text.length()) {
            return false;
        }
        number++;
        start = at;
        skipBlanks();
        return true;
    }

    /** Goes behind the end of the line. Nothing but a comment may come before it. */
    void end() {
        doubtIf(!isAtEnd());
        skipComment();
        if (isAt('\r')) {
            doubtIf(!text.startsWith("\r\n", at));
            at++;
        }
        doubtIf(!isAt('\n'));
        at++;
    }

    private void skipComment() {
        int i = at;
        while (isOrdinary(text.charAt(i))) {
            i++;
        }
        at = i;
    }

    /** Skips the current character and the blanks after it. */
    void skip() {
        at++;
        skipBlanks();
    }

    void skipBlanks() {
        int i = at;
        while (text.charAt(i) == ' ') {
            i++;
        }
        at = i;
    }

    /** Goes on to the next character. */
    void advance() {
        at++;
    }

    /**
     * Goes on to the next sign, which may be the current character. Signs are the characters marked in the table, and all
     * beyond it.
     */
    void advanceTo(boolean[] signs) {
        int i = at;
        while (!isIn(signs, text.charAt(i))) {
            i++;
        }
        at = i;
    }

    private static boolean isIn(boolean[] signs, char c) {
        return c >= signs.length || signs[c];
    }

    /** The index of the current character. */
    int index() {
        return at;
    }

    /** The current character. */
    char current() {
        return text.charAt(at);
    }

    /** The character after the current one. There is none if the current one is the end of the text. */
    char following() {
        return text.charAt(at + 1);
    }

    boolean isAt(char c) {
        return text.charAt(at) == c;
    }

    /** The column of the current character, counted from 0. */
    int column() {
        return at - start;
    }

    /** Whether nothing follows on the line but a comment. */
    boolean isAtEnd() {
        return isAt('\n') || isAt('\r') || (isAt('#') && isBehindBlank());
    }

    boolean isBehindBlank() {
        return at == start || text.charAt(at - 1) == ' ';
    }

    boolean isBeforeBlank() {
        char c = text.charAt(at + 1);
        return c == ' ' || c == '\n' || c == '\r';
    }

    boolean isAtDash() {
        return isAt('-') && isBeforeBlank();
    }

    boolean isAtColon() {
        return isAt(':') && isBeforeBlank();
    }

    boolean isAtBracket() {
        return isAt('[') || isAt('{');
    }

    /** Doubts a line that begins or ends a document, or is a directive. */
    void expectNoMarker() {
        doubtIf(at == start && (isAt('%') || text.startsWith("---", at) || text.startsWith("...", at)));
    }

    /** The place of some characters of this line. */
    Span span(int from, int to) {
        return new Span(from, to, number, from - start + 1);
    }
}
