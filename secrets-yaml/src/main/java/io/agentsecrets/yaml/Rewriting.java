package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.List;
import java.util.Map;

/**
 * Writes a text once more, with nothing changed but the characters of the replaced scalars, tabs behind plain ones, and a blank
 * before a block scalar that begins its line. Used once.
 */
final class Rewriting {

    private final String text;
    private final StringBuilder out;

    /** Whether each character is one code point, so that the two kinds of index are the same but for an offset. */
    private final boolean narrow;

    private final int offset;
    private int codePoints;
    private int chars;
    private int copied;

    /**
     * Begins a rewriting.
     *
     * @param text the whole text
     * @param offset how many characters, such as a byte order mark, stand before what was parsed
     */
    Rewriting(String text, int offset) {
        this.text = text;
        this.offset = offset;
        this.chars = offset;
        this.narrow = text.codePointCount(0, text.length()) == text.length();
        this.out = new StringBuilder(text.length() + 64);
    }

    /**
     * Returns the new text.
     *
     * @param replacements what changes, in the order of the text
     * @param values a value for each handle among them
     */
    String with(List<Replacement> replacements, Map<Handle, SecretValue> values) {
        for (Replacement replacement : replacements) {
            Span span = replacement.span();
            if (span != null) {
                int start = charIndex(span.start());
                int end = charIndex(span.end());
                out.append(text, copied, start);
                if (isBlockScalar(start) && beginsItsLine(start)) {
                    out.append(
                            ' '); // it may stand as far left as its key, where a scalar in quotes would be a key itself
                }
                appendScalar(replacement, values);
                copied = isBlockScalar(start)
                        ? endOfBlock(start, end)
                        : replacement.plain() ? end : endOfTabs(start, end);
            }
        }
        return out.append(text, copied, text.length()).toString();
    }

    private void appendScalar(Replacement replacement, Map<Handle, SecretValue> values) {
        String newText = replacement.newText(values);
        if (replacement.plain()) {
            out.append(newText);
        } else {
            DoubleQuoted.append(newText, out);
        }
    }

    /** Nothing else that is replaced starts with one of these. */
    private boolean isBlockScalar(int start) {
        return text.charAt(start) == '|' || text.charAt(start) == '>';
    }

    private boolean beginsItsLine(int start) {
        int before = start - 1;
        while (before >= offset && text.charAt(before) == ' ') {
            before--;
        }
        return before < offset || text.charAt(before) == '\n' || text.charAt(before) == '\r';
    }

    /**
     * Copies what follows the indicators on the first line of a block scalar, which may be a comment, and returns the
     * index after its content. Blank lines below the content stay.
     */
    private int endOfBlock(int start, int end) {
        int headerEnd = start + 1;
        while (headerEnd < end && "+-0123456789".indexOf(text.charAt(headerEnd)) >= 0) {
            headerEnd++;
        }
        int contentStart = afterLine(headerEnd, end);
        out.append(text, headerEnd, contentStart);
        int last = end - 1;
        while (last >= contentStart && " \t\r\n".indexOf(text.charAt(last)) >= 0) {
            last--;
        }
        return last < contentStart ? contentStart : afterLine(last, end);
    }

    /** Returns the index after the line break that ends the line at {@code index}, or {@code limit} if there is none. */
    private int afterLine(int index, int limit) {
        for (int i = index; i < limit; i++) {
            char c = text.charAt(i);
            if (c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'))) {
                return i + 1;
            }
        }
        return limit;
    }

    /**
     * Writes blanks for the tabs behind a plain scalar that is quoted now, and returns the index after them: SnakeYAML for
     * YAML 1.1 passes over a tab behind a plain scalar, but refuses one behind a quoted one.
     */
    private int endOfTabs(int start, int end) {
        if ("\"'*".indexOf(text.charAt(start)) >= 0) {
            return end;
        }
        int next = end;
        while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
            next++;
        }
        out.append(" ".repeat(next - end));
        return next;
    }

    /** Asked for growing indexes only. */
    private int charIndex(int codePointIndex) {
        if (narrow) {
            return codePointIndex + offset;
        }
        chars = text.offsetByCodePoints(chars, codePointIndex - codePoints);
        codePoints = codePointIndex;
        return chars;
    }
}
