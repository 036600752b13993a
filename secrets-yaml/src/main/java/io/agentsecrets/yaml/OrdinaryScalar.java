package io.agentsecrets.yaml;

import static io.agentsecrets.yaml.OrdinaryLine.doubtIf;

import io.agentsecrets.yaml.OrdinaryLine.Doubt;

/** The scalar of an ordinary text that was read last: one on a single line, plain or in quotes, without escapes. */
final class OrdinaryScalar {

    /** The characters that matter in a scalar without quotes: they may end it, or belong to a handle. */
    private static final boolean[] SIGNS = new boolean[256];

    static {
        for (char c = 0; c < SIGNS.length; c++) {
            SIGNS[c] = !OrdinaryLine.isOrdinary(c) || "#:,[]{}(".indexOf(c) >= 0;
        }
    }

    private final String text;
    private final OrdinaryLine line;
    private int start;
    private int end;
    private boolean quoted;
    private boolean doubled;
    private boolean bracketed;

    OrdinaryScalar(String text, OrdinaryLine line) {
        this.text = text;
        this.line = line;
    }

    /** Reads the next scalar of the line, and the blanks after it. */
    void read() {
        read(false);
    }

    /** Reads the next scalar of a list in brackets, and the blanks after it. */
    void readInBrackets() {
        read(true);
    }

    private void read(boolean inBrackets) {
        start = line.index();
        doubled = false;
        bracketed = false;
        switch (line.current()) {
            case '\'' -> readSingleQuoted();
            case '"' -> readDoubleQuoted();
            case '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '%', '@', '`' -> throw new Doubt();
            case '-' -> readAfterDash(inBrackets);
            default -> readPlain(inBrackets);
        }
        line.skipBlanks();
    }

    private void readAfterDash(boolean inBrackets) {
        doubtIf(inBrackets || line.isBeforeBlank());
        readPlain(false);
    }

    private void readPlain(boolean inBrackets) {
        doubtIf(!OrdinaryLine.isOrdinary(line.current()));
        line.advanceTo(SIGNS);
        while (!endsPlain(line.current(), inBrackets)) {
            line.advance();
            line.advanceTo(SIGNS);
        }
        quoted = false;
        end = line.index();
        while (text.charAt(end - 1) == ' ') {
            end--;
        }
    }

    private boolean endsPlain(char c, boolean inBrackets) {
        bracketed |= isOpening(c);
        return switch (c) {
            case '#' -> line.isBehindBlank();
            case ':' -> line.isBeforeBlank() || (inBrackets && isFlowSign(line.following()));
            default -> !OrdinaryLine.isOrdinary(c) || (inBrackets && isFlowSign(c));
        };
    }

    private static boolean isFlowSign(char c) {
        return c == ',' || c == '[' || c == ']' || c == '{' || c == '}';
    }

    /** Near misses of handles such as {@code ENC(x)} count too. */
    private static boolean isOpening(char c) {
        return c == '[' || c == '(';
    }

    private void readSingleQuoted() {
        for (line.advance(); !line.isAt('\'') || line.following() == '\''; line.advance()) {
            if (line.isAt('\'')) {
                doubled = true;
                line.advance();
            }
            readQuoted();
        }
        endQuoted();
    }

    private void readDoubleQuoted() {
        for (line.advance(); !line.isAt('"'); line.advance()) {
            doubtIf(line.isAt('\\'));
            readQuoted();
        }
        endQuoted();
    }

    private void readQuoted() {
        char c = line.current();
        doubtIf(!OrdinaryLine.isOrdinary(c));
        bracketed |= isOpening(c);
    }

    private void endQuoted() {
        line.advance();
        quoted = true;
        end = line.index();
    }

    /** The number of characters from its start to the current one, with the blanks after it. */
    int width() {
        return line.index() - start;
    }

    /** Whether it is a string, and not a number or a word with a meaning. */
    boolean isString() {
        return quoted || PlainText.isString(text, start, end) || Schema.isString(text());
    }

    /** Whether the engine can certainly build its value. */
    boolean isBeyondDoubt() {
        return quoted || PlainText.isBeyondDoubt(text, start, end) || Schema.isBeyondDoubt(text());
    }

    boolean isQuoted() {
        return quoted;
    }

    /** Whether it holds an opening bracket, square or round. */
    boolean isBracketed() {
        return bracketed;
    }

    /** Whether the characters between its quotes are its text. If not, it holds a quote, which is written twice. */
    boolean isVerbatim() {
        return !doubled;
    }

    /** The index of its first character: a quote, if it has them. */
    int start() {
        return start;
    }

    /** The index of its first character, without quotes. */
    int contentStart() {
        return quoted ? start + 1 : start;
    }

    /** The index after its last character, without quotes. */
    int contentEnd() {
        return quoted ? end - 1 : end;
    }

    /** Whether it has a certain text. */
    boolean is(String word) {
        return word.length() == contentEnd() - contentStart() && text.startsWith(word, contentStart());
    }

    /** Its text as parsers read it. */
    String text() {
        String written = text.substring(contentStart(), contentEnd());
        return doubled ? written.replace("''", "'") : written;
    }

    Span span() {
        return line.span(start, end);
    }
}
