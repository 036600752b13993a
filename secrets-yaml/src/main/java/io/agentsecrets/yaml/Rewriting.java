package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a text once more, with nothing changed but the characters of the replaced scalars, tabs among the blanks behind those
 * that were not in quotes, a tag {@code !}, and a blank before a block scalar that begins its line. Used once.
 */
final class Rewriting {

    /** How much longer the text may become than its secrets explain. */
    private static final long SLACK = 1024 * 1024;

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
     * Refuses what would be longer than the text, four times the secrets that it names and a mebibyte.
     *
     * @throws ConfigException if it would
     */
    static void refuseTooLong(
            String source, String text, List<Replacement> replacements, Map<Handle, SecretValue> values) {
        long growth = growth(replacements, values);
        if (growth > SLACK && growth > SLACK + 4 * lengthOfSecrets(replacements, values)) {
            throw new ConfigException(
                    FailureKind.CONFIG,
                    source,
                    "with the values in their places the text would have " + (text.length() + growth)
                            + " characters: more than the text, four times its secrets and a mebibyte");
        }
    }

    private static long growth(List<Replacement> replacements, Map<Handle, SecretValue> values) {
        long growth = 0;
        for (Replacement replacement : replacements) {
            Span span = replacement.span();
            if (span != null) {
                growth += replacement.length(values) - (span.end() - span.start());
            }
        }
        return growth;
    }

    /** Counts the bytes of each secret once, however often it is used. */
    private static long lengthOfSecrets(List<Replacement> replacements, Map<Handle, SecretValue> values) {
        long length = 0;
        Set<Handle> counted = new HashSet<>();
        for (Replacement replacement : replacements) {
            Handle handle = replacement.handle();
            if (handle != null && counted.add(handle)) {
                length += replacement.newText(values).getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return length;
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
                replace(replacement, span, replacement.newText(values));
            }
        }
        return out.append(text, copied, text.length()).toString();
    }

    private void replace(Replacement replacement, Span span, String newText) {
        Span tag = replacement.tag();
        if (tag != null && replacement.form() == Replacement.Form.QUOTED) {
            copyTo(charIndex(tag.start()));
            out.append(" ".repeat(tag.end() - tag.start()));
            copied = charIndex(tag.end());
            copyBlanks(text.length());
        }
        int start = charIndex(span.start());
        int end = charIndex(span.end());
        copyTo(start);
        if (tag != null && replacement.form() == Replacement.Form.WRITTEN_OUT) {
            int tagStart = text.offsetByCodePoints(offset, tag.start());
            out.append(text, tagStart, text.offsetByCodePoints(tagStart, tag.end() - tag.start()))
                    .append(' ');
        }
        boolean block = isBlockScalar(start);
        if (block && beginsItsLine(start)) {
            out.append(' '); // it may stand as far left as its key, where a scalar in quotes would be a key itself
        }
        if (replacement.isPlain()) {
            out.append(newText);
        } else {
            DoubleQuoted.append(newText, out);
        }
        copied = block ? endOfBlock(start, end) : end;
        if (block || !isQuotedOrAlias(start)) {
            copyBlanks(text.length());
        }
    }

    private void copyTo(int index) {
        out.append(text, copied, index);
        copied = index;
    }

    /** Nothing else that is replaced starts with one of these. */
    private boolean isBlockScalar(int start) {
        return text.charAt(start) == '|' || text.charAt(start) == '>';
    }

    private boolean isQuotedOrAlias(int start) {
        return "\"'*".indexOf(text.charAt(start)) >= 0;
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
        copied = start + 1;
        while (copied < end && "+-0123456789".indexOf(text.charAt(copied)) >= 0) {
            copied++;
        }
        int contentStart = afterLine(copied, end);
        copyBlanks(contentStart);
        copyTo(contentStart);
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
     * Copies the blanks and empty lines that come next, with blanks for tabs: most readers pass over a tab behind a plain
     * or block scalar, and refuse one behind a scalar in quotes.
     */
    private void copyBlanks(int limit) {
        while (copied < limit && " \t\r\n".indexOf(text.charAt(copied)) >= 0) {
            char c = text.charAt(copied);
            out.append(c == '\t' ? ' ' : c);
            copied++;
        }
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
