package io.agentsecrets;

/** A view in the making: a decoder walks over a source and says what it reads there. Used by one thread. */
final class Decoding {

    private final View source;
    private final boolean text;
    private final char[] chars;
    private final int[] starts;
    private final int[] ends;
    private int length;

    /** The bytes of a character in UTF-8 of which more are to come, and for each where its original starts and ends. */
    private final int[] bytes = new int[4];

    private final int[] byteStarts = new int[4];
    private final int[] byteEnds = new int[4];
    private int pending;
    private int wanted;

    private Decoding(View source, boolean text) {
        this.source = source;
        this.text = text;
        int room = source.length() + 1;
        this.chars = new char[room];
        this.starts = new int[room];
        this.ends = new int[room];
    }

    /** Decodes a text that holds escapes. Escaped bytes that are no UTF-8 are taken for Latin-1. */
    static Decoding ofText(View source) {
        return new Decoding(source, true);
    }

    /** Decodes text that stands for bytes. Those that are no UTF-8 are left out, as most stand there by chance. */
    static Decoding ofBytes(View source) {
        return new Decoding(source, false);
    }

    /** Takes over a part of the source as it is. */
    void keep(int from, int to) {
        flush();
        for (int i = from; i < to; i++) {
            append(source.at(i), source.start(i), source.end(i));
        }
    }

    /** Adds a character that a part of the source stands for. */
    void put(int codePoint, int from, int to) {
        flush();
        putOriginal(codePoint, source.start(from), source.end(to - 1));
    }

    /** Adds a byte that a part of the source stands for; bytes in UTF-8 become characters. */
    void putByte(int value, int from, int to) {
        if (pending > 0 && (value & 0xc0) != 0x80) {
            flush();
        }
        bytes[pending] = value;
        byteStarts[pending] = source.start(from);
        byteEnds[pending] = source.end(to - 1);
        if (pending++ == 0) {
            wanted = lengthInUtf8(value);
        }
        if (pending == wanted) {
            putPending();
        } else if (wanted == 0) {
            flush();
        }
    }

    /** Returns how many bytes a character has that starts with the given byte, or 0 if none does. */
    private static int lengthInUtf8(int first) {
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xc2 || first > 0xf4) {
            return 0;
        }
        return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    }

    private void putPending() {
        int codePoint = pending == 1 ? bytes[0] : bytes[0] & (0x7f >> pending);
        for (int i = 1; i < pending; i++) {
            codePoint = codePoint << 6 | (bytes[i] & 0x3f);
        }
        int end = byteEnds[pending - 1];
        pending = 0;
        putOriginal(Math.min(codePoint, Character.MAX_CODE_POINT), byteStarts[0], end);
    }

    private void putOriginal(int codePoint, int start, int end) {
        if (Character.isBmpCodePoint(codePoint)) {
            append((char) codePoint, start, end);
        } else {
            append(Character.highSurrogate(codePoint), start, end);
            append(Character.lowSurrogate(codePoint), start, end);
        }
    }

    /** Says that a part of the source could not be read. */
    void gap() {
        flush();
        if (length > 0 && chars[length - 1] != View.GAP) {
            append(View.GAP, ends[length - 1], ends[length - 1]);
        }
    }

    /** Gives up waiting for the rest of a character. */
    private void flush() {
        int given = pending;
        pending = 0;
        for (int i = 0; i < given; i++) {
            if (text) {
                append((char) bytes[i], byteStarts[i], byteEnds[i]);
            } else {
                gap();
            }
        }
    }

    private void append(char c, int start, int end) {
        chars[length] = c;
        starts[length] = start;
        ends[length++] = end;
    }

    /** Returns what was read. Where the source was cut, a character may have lost its end: it is left out. */
    View view() {
        if (source.isCut()) {
            pending = 0;
        }
        flush();
        return new View(chars, starts, ends, length, text && source.hasWords(), source.isCut());
    }
}
