package io.agentsecrets;

import java.util.Arrays;

/**
 * A text as one decoder reads it, with the way back: each of its characters knows which characters of the original text it
 * was made of. The plain text is a view, too. Immutable; its length never exceeds that of the original.
 */
final class View {

    /** Stands where a decoder could read nothing. It is no character of Unicode, so it is no part of a secret. */
    static final char GAP = '\uffff';

    /** What is decoded a second time has to be this long; shorter pieces are decoded by chance. */
    private static final int SHORTEST_PIECE = 5;

    private final char[] chars;
    private final int[] starts;
    private final int[] ends;
    private final int length;
    private final boolean words;
    private final boolean cut;
    private final long[] ascii = new long[2];

    View(char[] chars, int[] starts, int[] ends, int length, boolean words, boolean cut) {
        this.chars = chars;
        this.starts = starts;
        this.ends = ends;
        this.length = length;
        this.words = words;
        this.cut = cut;
        for (int i = 0; i < length; i++) {
            if (chars[i] < 128) {
                ascii[chars[i] >> 6] |= 1L << chars[i];
            }
        }
    }

    /** Returns the view of a text as it is; {@code cut} tells that more followed before the text was cut. */
    static View plain(String text, boolean cut) {
        return plain(text, cut, true);
    }

    /** Returns the view of a text in which no word counts as one, so that only longer secrets are found. */
    static View withoutWords(String text) {
        return plain(text, false, false);
    }

    private static View plain(String text, boolean cut, boolean words) {
        int[] positions = new int[text.length() + 1];
        Arrays.setAll(positions, i -> i);
        int[] ends = Arrays.copyOfRange(positions, 1, text.length() + 1);
        return new View(text.toCharArray(), positions, ends, text.length(), words, cut);
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

    /** Tells whether the text was cut, so that its end may be the beginning of a secret or half an escape. */
    boolean isCut() {
        return cut;
    }

    /** Tells whether there is prose here; what comes out of Base64 has no words but by chance. */
    boolean hasWords() {
        return words;
    }

    /** Tells whether an ASCII character occurs. */
    boolean contains(char c) {
        return (ascii[c >> 6] & 1L << c) != 0;
    }

    /** Tells whether no letter or digit stands before or after a part. */
    boolean isWord(int from, int to) {
        return isWordStart(from) && (to == length || !Character.isLetterOrDigit(chars[to]));
    }

    boolean isWordStart(int position) {
        return position == 0 || !Character.isLetterOrDigit(chars[position - 1]);
    }

    /** Returns what is worth decoding once more: all of a text, but of decoded bytes only what is long enough to be one. */
    View legible() {
        if (words) {
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
        return pieces.view();
    }
}
