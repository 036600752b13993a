package io.agentsecrets;

import org.jspecify.annotations.Nullable;

/** The builder of a decoded text: a decoder walks over a source and adds what it reads there. Used by one thread. */
final class Decoding {

    private final MappedText source;
    private final boolean isText;
    private char[] chars = new char[0];
    private int[] starts = new int[0];
    private int[] ends = new int[0];
    private int length;

    /** How many characters of the source are done. */
    private int done;

    /** The bytes of a character that is not complete, and where their originals start and end. */
    private final int[] bytes = new int[4];

    private final int[] byteStarts = new int[4];
    private final int[] byteEnds = new int[4];
    private int pending;
    private int wanted;

    private Decoding(MappedText source, boolean isText) {
        this.source = source;
        this.isText = isText;
    }

    /**
     * Starts to decode a text with escapes: what the decoder does not add stays as it is. Escaped bytes that are not UTF-8
     * are read as Latin-1.
     */
    static Decoding ofText(MappedText source) {
        return new Decoding(source, true);
    }

    /**
     * Starts to decode digits that stand for bytes: what the decoder does not add is left out. Bytes that are not UTF-8
     * leave a gap, as most of them are there by chance.
     */
    static Decoding ofBytes(MappedText source) {
        return new Decoding(source, false);
    }

    /** Adds a character that is written as a part of the source. */
    void put(int codePoint, int from, int to) {
        moveTo(from);
        done = to;
        flush();
        append(codePoint, source.start(from), source.end(to - 1));
    }

    /** Adds a byte that is written as a part of the source; bytes in UTF-8 become characters. */
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

    /** Adds a gap: the source cannot be read between what was added so far and what comes next. */
    void gap() {
        flush();
        if (length > 0 && chars[length - 1] != MappedText.GAP) {
            append(MappedText.GAP, ends[length - 1], ends[length - 1]);
        }
    }

    /** Returns what was read before a position; the rest of the source is not read. */
    @Nullable
    MappedText textUpTo(int end) {
        moveTo(end);
        if (source.isCut()) {
            pending = 0; // the rest of the character was cut off
        }
        flush();
        MappedText.Kind kind = isText && source.hasWords() ? MappedText.Kind.TEXT : MappedText.Kind.BYTES;
        return length == 0 ? null : new MappedText(kind, source.isCut(), chars, starts, ends, length);
    }

    /** Returns what was read, or null if there was nothing to decode. */
    @Nullable
    MappedText text() {
        return done == 0 ? null : textUpTo(source.length());
    }

    private void moveTo(int from) {
        if (isText && done < from) {
            keep(done, from);
        }
    }

    /** Adds the bytes of a character that stays incomplete. */
    private void flush() {
        int given = pending;
        pending = 0;
        for (int i = 0; i < given; i++) {
            if (isText) {
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

    /** Makes room as soon as there is something to decode; decoding makes no text longer. */
    private void reserve() {
        if (chars.length == 0) {
            int room = source.length() + 1;
            chars = new char[room];
            starts = new int[room];
            ends = new int[room];
        }
    }
}
