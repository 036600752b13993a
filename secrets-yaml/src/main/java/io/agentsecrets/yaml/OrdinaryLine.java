package io.agentsecrets.yaml;

/** The lines of an ordinary YAML text, read one after the other. Whatever is not certain throws a {@link Doubt}. Used once. */
final class OrdinaryLine {

    /** The characters with which a scalar without quotes may not start, or may mean more. A dash is checked separately. */
    private static final String NO_START = "?:,[]{}#&*!|>'\"%@`";

    private final String text;

    /** The number of the line, counted from 1. */
    private int number;

    private int start;
    private int end;
    private int nextStart;

    /** The index of the next character. */
    private int at;

    private int scalarStart;
    private int scalarEnd;
    private Scalar.Style style = Scalar.Style.PLAIN;
    private String value = "";

    OrdinaryLine(String text) {
        this.text = text;
    }

    /** Thrown if the text may mean more than this scanner knows. It has no stack trace: the engine reads the text then. */
    static final class Doubt extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private Doubt() {
            super(null, null, false, false);
        }
    }

    static void doubtIf(boolean doubtful) {
        if (doubtful) {
            throw new Doubt();
        }
    }

    /** Goes to the first character of the next line that is no blank. */
    boolean next() {
        if (nextStart == text.length()) {
            return false;
        }
        number++;
        start = nextStart;
        end = start;
        while (end < text.length() && text.charAt(end) != '\n') {
            char c = text.charAt(end);
            doubtIf(!isOrdinary(c) && !(c == '\r' && end + 1 < text.length() && text.charAt(end + 1) == '\n'));
            end++;
        }
        nextStart = Math.min(end + 1, text.length());
        if (end > start && text.charAt(end - 1) == '\r') {
            end--;
        }
        at = start;
        skipBlanks();
        return true;
    }

    /** Whether all parsers read a character as one character of one column, and not as the end of a line. */
    private static boolean isOrdinary(char c) {
        return (c >= ' ' && c < 0x7f) || (c >= 0xa0 && c < Character.MIN_SURROGATE && c != '\u2028' && c != '\u2029');
    }

    private void skipBlanks() {
        while (at < end && text.charAt(at) == ' ') {
            at++;
        }
    }

    /** Skips the next character and the blanks after it. */
    void skip() {
        at++;
        skipBlanks();
    }

    int column() {
        return at - start;
    }

    /** The place of the next character. */
    Span place() {
        return new Span(at, at, number, at - start + 1);
    }

    /** The place behind the next character. */
    Span placeBehind() {
        return new Span(at + 1, at + 1, number, at - start + 2);
    }

    boolean isAt(char c) {
        return at < end && text.charAt(at) == c;
    }

    /** Whether nothing follows on the line but a comment. */
    boolean isAtEnd() {
        return at == end || (text.charAt(at) == '#' && isBlank(at - 1));
    }

    private boolean isBlank(int index) {
        return index < start || index >= end || text.charAt(index) == ' ';
    }

    boolean isAtDash() {
        return isAt('-') && isBlank(at + 1);
    }

    boolean isAtColon() {
        return isAt(':') && isBlank(at + 1);
    }

    boolean isAtBracket() {
        return isAt('[') || isAt('{');
    }

    void expectEnd() {
        doubtIf(!isAtEnd());
    }

    /** Doubts what begins or ends a document. */
    void expectNoMarker() {
        doubtIf(at == start && (isAt('%') || text.startsWith("---", at) || text.startsWith("...", at)));
    }

    /** Reads a scalar, and the blanks after it. */
    void readScalar() {
        readScalar(false);
    }

    /** Reads a scalar in brackets, and the blanks after it. */
    void readScalarInList() {
        readScalar(true);
    }

    private void readScalar(boolean inList) {
        doubtIf(at == end);
        scalarStart = at;
        switch (text.charAt(at)) {
            case '\'' -> readSingleQuoted();
            case '"' -> readDoubleQuoted();
            default -> readPlain(inList);
        }
        skipBlanks();
    }

    private void readPlain(boolean inList) {
        doubtIf(NO_START.indexOf(text.charAt(at)) >= 0 || (isAt('-') && (inList || isBlank(at + 1))));
        scalarEnd = at;
        while (at < end && !endsPlain(inList)) {
            if (text.charAt(at) != ' ') {
                scalarEnd = at + 1;
            }
            at++;
        }
        style = Scalar.Style.PLAIN;
        value = text.substring(scalarStart, scalarEnd);
    }

    private boolean endsPlain(boolean inList) {
        return switch (text.charAt(at)) {
            case '#' -> isBlank(at - 1);
            case ':' -> isBlank(at + 1) || (inList && isFlowSign(text.charAt(at + 1)));
            default -> inList && isFlowSign(text.charAt(at));
        };
    }

    private static boolean isFlowSign(char c) {
        return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
    }

    private void readSingleQuoted() {
        boolean doubled = false;
        for (at++; !isAt('\'') || (at + 1 < end && text.charAt(at + 1) == '\''); at++) {
            doubtIf(at >= end);
            if (isAt('\'')) {
                doubled = true;
                at++;
            }
        }
        endQuoted(Scalar.Style.SINGLE_QUOTED);
        value = doubled ? value.replace("''", "'") : value;
    }

    private void readDoubleQuoted() {
        for (at++; !isAt('"'); at++) {
            doubtIf(at >= end || isAt('\\'));
        }
        endQuoted(Scalar.Style.DOUBLE_QUOTED);
    }

    private void endQuoted(Scalar.Style quotes) {
        value = text.substring(scalarStart + 1, at);
        at++;
        scalarEnd = at;
        style = quotes;
    }

    /** How many characters were read since the start of the last scalar. */
    int read() {
        return at - scalarStart;
    }

    /** The last scalar. */
    Scalar scalar(int event) {
        Span span = new Span(scalarStart, scalarEnd, number, scalarStart - start + 1);
        return Scalar.of(value, span, style, event);
    }
}
