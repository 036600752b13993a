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
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a text. Only the characters of replaced scalars change, and around them three things: tabs in the blanks after a
 * scalar that was not in quotes become blanks, so does a tag {@code !}, and a block scalar at the start of its line gets a
 * blank before it. Used once.
 */
final class Rewriting {

    /** How much longer the text may become than its secrets explain. */
    private static final long SLACK = 1024 * 1024;

    private final String text;
    private final List<Replacement> replacements;

    /** The new text of each replacement; null if it changes no characters. */
    private final @Nullable String[] newTexts;

    private final StringBuilder out;

    /** Whether each char is one code point, so that the two kinds of index differ only by the offset. */
    private final boolean narrow;

    private final int offset;
    private int codePoints;
    private int chars;
    private int copied;

    /**
     * Starts a rewriting.
     *
     * @param text the whole text
     * @param offset how many characters before the parsed text there are, such as a byte order mark
     * @param replacements the replacements, in the order of the text
     * @param values a value for each of their handles
     * @throws ConfigException if the new text would be longer than the sum of the old one, four times its secrets, and a
     *     mebibyte
     */
    Rewriting(String source, String text, int offset, List<Replacement> replacements, Map<Handle, SecretValue> values) {
        this.text = text;
        this.replacements = replacements;
        this.newTexts = newTexts(replacements, values);
        this.offset = offset;
        this.chars = offset;
        this.narrow = text.codePointCount(0, text.length()) == text.length();
        this.out = new StringBuilder(newLength(source));
    }

    private static @Nullable String[] newTexts(List<Replacement> replacements, Map<Handle, SecretValue> values) {
        @Nullable String[] newTexts = new String[replacements.size()];
        for (int i = 0; i < newTexts.length; i++) {
            Replacement replacement = replacements.get(i);
            newTexts[i] = replacement.span() == null ? null : replacement.newText(values);
        }
        return newTexts;
    }

    private int newLength(String source) {
        long growth = growth();
        if (growth > SLACK && growth > SLACK + 4 * lengthOfSecrets()) {
            throw new ConfigException(
                    FailureKind.CONFIG,
                    source,
                    "with the values in their places the text would have " + (text.length() + growth)
                            + " characters: more than the text, four times its secrets and a mebibyte");
        }
        return Math.toIntExact(text.length() + growth);
    }

    private long growth() {
        long growth = 0;
        for (int i = 0; i < newTexts.length; i++) {
            String newText = newTexts[i];
            Span span = replacements.get(i).span();
            if (newText != null && span != null) {
                growth += replacements.get(i).length(newText) - (span.end() - span.start());
            }
        }
        return growth;
    }

    /** Returns the bytes of all secrets, each counted once, however often it is used. */
    private long lengthOfSecrets() {
        long length = 0;
        Set<Handle> counted = new HashSet<>();
        for (int i = 0; i < newTexts.length; i++) {
            String newText = newTexts[i];
            Handle handle = replacements.get(i).handle();
            if (newText != null && handle != null && counted.add(handle)) {
                length += newText.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return length;
    }

    /** Returns the new text. */
    String written() {
        for (int i = 0; i < newTexts.length; i++) {
            String newText = newTexts[i];
            Span span = replacements.get(i).span();
            if (newText != null && span != null) {
                replace(replacements.get(i), span, newText);
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
            out.append(' '); // it may be as far left as its key, where a scalar in quotes would be read as a key
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

    /** Tells whether a block scalar starts here. No other replaced scalar starts with one of these characters. */
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
     * Copies the rest of the first line of a block scalar, which may be a comment, and returns the index after the content.
     * Blank lines below the content are kept.
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
     * Copies the blanks and empty lines that come next, with blanks for tabs: most parsers accept a tab after a plain or
     * block scalar, but refuse one after a scalar in quotes.
     */
    private void copyBlanks(int limit) {
        while (copied < limit && " \t\r\n".indexOf(text.charAt(copied)) >= 0) {
            char c = text.charAt(copied);
            out.append(c == '\t' ? ' ' : c);
            copied++;
        }
    }

    /** Returns the index of a code point in chars. The indexes of successive calls must not decrease. */
    private int charIndex(int codePointIndex) {
        if (narrow) {
            return codePointIndex + offset;
        }
        chars = text.offsetByCodePoints(chars, codePointIndex - codePoints);
        codePoints = codePointIndex;
        return chars;
    }
}
