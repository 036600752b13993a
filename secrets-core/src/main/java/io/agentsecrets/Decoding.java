package io.agentsecrets;

import org.jspecify.annotations.Nullable;

/** A view in the making: a decoder walks over a source and says what it reads there. Used by one thread. */
final class Decoding {

    private final View source;
    private final boolean text;
    private char[] chars = new char[0];
    private int[] starts = new int[0];
    private int[] ends = new int[0];
    private int length;

    /** How much of the source was read. */
    private int done;

    /** The bytes of a character of which more are to come, and where their originals start and end. */
    private final int[] bytes = new int[4];

    private final int[] byteStarts = new int[4];
    private final int[] byteEnds = new int[4];
    private int pending;
    private int wanted;

    private Decoding(View source, boolean text) {
        this.source = source;
        this.text = text;
    }

    /**
     * Starts to decode a text with escapes: what the decoder says nothing of stays as it is. Escaped bytes that are no UTF-8
     * are taken for Latin-1.
     */
    static Decoding ofText(View source) {
        return new Decoding(source, true);
    }

    /**
     * Starts to decode digits that stand for bytes: what the decoder says nothing of is left out. Bytes that are no UTF-8
     * leave a gap, as most stand there by chance.
     */
    static Decoding ofBytes(View source) {
        return new Decoding(source, false);
    }

    /** Adds a character that a part of the source stands for. */
    void put(int codePoint, int from, int to) {
        moveTo(from);
        done = to;
        flush();
        append(codePoint, source.start(from), source.end(to - 1));
    }

    /** Adds a byte that a part of the source stands for; bytes in UTF-8 become characters. */
    void putByte(int value, int from, int to) {
        moveTo(from);
        done = to;
        if (pending > 0 && (value & 0xc0) != 0x80) {
            flush();
        }
        if (pending == 0) {
            wanted = lengthInUtf8(value);
        }
        bytes[pending] = value;
        byteStarts[pending] = source.start(from);
        byteEnds[pending++] = source.end(to - 1);
        if (pending == wanted) {
            appendPending();
        } else if (wanted == 0) {
            flush();
        }
    }

    /** Returns how many bytes a character has that starts with the given one, or 0 if none does. */
    private static int lengthInUtf8(int first) {
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xc2 || first > 0xf4) {
            return 0;
        }
        return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    }

    private void appendPending() {
        int codePoint = pending == 1 ? bytes[0] : bytes[0] & (0x7f >> pending);
        for (int i = 1; i < pending; i++) {
            codePoint = codePoint << 6 | (bytes[i] & 0x3f);
        }
        int end = byteEnds[pending - 1];
        pending = 0;
        append(Math.min(codePoint, Character.MAX_CODE_POINT), byteStarts[0], end);
    }

    /** Takes over a part of the source as it is. */
    void keep(int from, int to) {
        flush();
        reserve();
        source.copy(from, to, chars, starts, ends, length);
        length += to - from;
        done = to;
    }

    /** Says that the source cannot be read between what was added so far and what comes next. */
    void gap() {
        flush();
        if (length > 0 && chars[length - 1] != View.GAP) {
            append(View.GAP, ends[length - 1], ends[length - 1]);
        }
    }

    /** Says that the source has no more to read than what stands before a position. */
    @Nullable
    View viewUpTo(int end) {
        moveTo(end);
        if (source.isCut()) {
            pending = 0; // the rest of the character is behind the cut
        }
        flush();
        View.Kind kind = text && source.hasWords() ? View.Kind.TEXT : View.Kind.BYTES;
        return length == 0 ? null : new View(kind, source.isCut(), chars, starts, ends, length);
    }

    /** Returns what was read, or null if there was nothing to decode. */
    @Nullable
    View view() {
        return done == 0 ? null : viewUpTo(source.length());
    }

    private void moveTo(int from) {
        if (text && done < from) {
            keep(done, from);
        }
    }

    /** Gives up waiting for the rest of a character. */
    private void flush() {
        int given = pending;
        pending = 0;
        for (int i = 0; i < given; i++) {
            if (text) {
                append(bytes[i], byteStarts[i], byteEnds[i]);
            } else {
                gap();
            }
        }
    }

    private void append(int codePoint, int start, int end) {
        reserve();
        for (char c : Character.toChars(codePoint)) {
            chars[length] = c;
            starts[length] = start;
            ends[length++] = end;
        }
    }

    /** Makes room when it is known that there is something to decode; nothing becomes longer by decoding. */
    private void reserve() {
        if (chars.length == 0) {
            int room = source.length() + 1;
            chars = new char[room];
            starts = new int[room];
            ends = new int[room];
        }
    }
}
