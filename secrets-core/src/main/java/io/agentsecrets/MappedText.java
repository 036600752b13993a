package io.agentsecrets;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text in which each character knows its origin: the characters of the original text that it was decoded from. The original
 * text itself is one too. Immutable; never longer than the original.
 */
final class MappedText {

    /** A gap, where a decoder could read nothing. It is not a character of Unicode, so no secret contains it. */
    static final char GAP = '\uffff';

    /** How long a piece must be to be decoded a second time: shorter pieces are mostly there by chance. */
    private static final int SHORTEST_PIECE = 5;

    /** How the characters came from the original. */
    enum Kind {
        /** They are the text itself. */
        PLAIN,
        /** Some were escaped, all others are those of the text. */
        TEXT,
        /** All were bytes, so words are there only by chance. */
        BYTES
    }

    private final Kind kind;
    private final boolean cut;
    private final char[] chars;
    private final int[] starts;
    private final int[] ends;
    private final int length;
    private final long[] ascii = new long[2];

    MappedText(Kind kind, boolean cut, char[] chars, int[] starts, int[] ends, int length) {
        this.kind = kind;
        this.cut = cut;
        this.chars = chars;
        this.starts = starts;
        this.ends = ends;
        this.length = length;
        for (int i = 0; i < length; i++) {
            if (chars[i] < 128) {
                ascii[chars[i] >> 6] |= 1L << chars[i];
            }
        }
    }

    /** Returns a text as it is; {@code cut} tells that more followed before the text was cut. */
    static MappedText plain(String text, boolean cut) {
        int[] starts = new int[text.length()];
        int[] ends = new int[text.length()];
        Arrays.setAll(starts, i -> i);
        Arrays.setAll(ends, i -> i + 1);
        return new MappedText(Kind.PLAIN, cut, text.toCharArray(), starts, ends, text.length());
    }

    int length() {
        return length;
    }

    char at(int position) {
        return chars[position];
    }

    /** Returns where the original of a character starts. */
    int start(int position) {
        return starts[position];
    }

    /** Returns where the original of a character ends. */
    int end(int position) {
        return ends[position];
    }

    /** Copies a part, with its origins, to a place in the arrays of another text. */
    void copy(int from, int to, char[] toChars, int[] toStarts, int[] toEnds, int place) {
        System.arraycopy(chars, from, toChars, place, to - from);
        System.arraycopy(starts, from, toStarts, place, to - from);
        System.arraycopy(ends, from, toEnds, place, to - from);
    }

    /**
     * Tells whether a part reads differently than in the plain text: one of its characters was decoded, or half an escape
     * after it was dropped. In the plain text itself, every part counts as new.
     */
    boolean isNew(int from, int to) {
        boolean decoded = kind == Kind.PLAIN || (cut && to == length);
        for (int i = from; i < to && !decoded; i++) {
            decoded = ends[i] - starts[i] > 1;
        }
        return decoded;
    }

    /** Tells whether the text was cut, so that its end may be the beginning of a secret or half an escape. */
    boolean isCut() {
        return cut;
    }

    /** Tells whether the text was cut after a position, fewer than {@code limit} readable characters later. */
    boolean isCutWithin(int position, int limit) {
        int end = position;
        while (end < length && end < position + limit && chars[end] != GAP) {
            end++;
        }
        return cut && end == length && end < position + limit;
    }

    /** Tells whether a short secret may be a word here. */
    boolean hasWords() {
        return kind != Kind.BYTES;
    }

    /** Tells whether an ASCII character occurs. */
    boolean contains(char c) {
        return (ascii[c >> 6] & 1L << c) != 0;
    }

    /** Tells whether the characters at a position are those of a text. */
    boolean holds(String text, int position) {
        int i = 0;
        while (i < text.length() && position + i < length && chars[position + i] == text.charAt(i)) {
            i++;
        }
        return i == text.length();
    }

    /** Tells whether there is no letter or digit directly before and after a part. */
    boolean isWord(int from, int to) {
        return isWordStart(from) && (to == length || !Character.isLetterOrDigit(chars[to]));
    }

    boolean isWordStart(int position) {
        return position == 0 || !Character.isLetterOrDigit(chars[position - 1]);
    }

    /**
     * Returns what is worth decoding once more: all of a text, but of decoded bytes only pieces that are long enough to be
     * text.
     */
    @Nullable
    MappedText legible() {
        if (hasWords()) {
            return this;
        }
        Decoding pieces = Decoding.ofBytes(this);
        int from = 0;
        while (from < length) {
            int to = from;
            while (to < length && chars[to] != GAP) {
                to++;
            }
            if (to - from >= SHORTEST_PIECE || to == length) {
                pieces.keep(from, to);
                if (to < length) {
                    pieces.gap();
                }
            }
            from = to + 1;
        }
        return pieces.text();
    }
}
