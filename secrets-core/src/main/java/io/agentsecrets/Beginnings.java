package io.agentsecrets;

/**
 * A table that rules out nearly every place of a text quickly, like a Bloom filter with one hash: it has one bit for the
 * first four characters of each text that was added. It may say yes by chance, but never no to a text that was added.
 *
 * <p>One thread at a time may add, while others ask: these find what was added before they got the table.
 */
final class Beginnings {

    /** How many characters of a text count. Of a shorter text only the first one does. */
    static final int LENGTH = 4;

    private static final int BITS_FOR_EACH = 16;
    private static final int SMALLEST = 1 << 10;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final long[] table;
    private final int shift;
    private int room;

    /** Makes a table with room for a number of texts. */
    Beginnings(int room) {
        int bits = Math.max(SMALLEST, Integer.highestOneBit(Math.min(room, 1 << 25) * BITS_FOR_EACH - 1) << 1);
        this.table = new long[bits >>> 6];
        this.shift = Long.SIZE - Integer.numberOfTrailingZeros(bits);
        this.room = bits / BITS_FOR_EACH;
    }

    /** Returns false if the table is full, so that a larger one is due. */
    boolean add(String text) {
        if (room == 0) {
            return false;
        }
        room--;
        long bit = bit(text.length() < LENGTH ? text.charAt(0) : key(text));
        table[(int) (bit >>> 6)] |= 1L << bit;
        return true;
    }

    private static long key(String text) {
        long key = 0;
        for (int i = 0; i < LENGTH; i++) {
            key = shifted(key, text.charAt(i));
        }
        return key;
    }

    /** Returns the key of four characters from that of the four before and the next one. */
    static long shifted(long key, char next) {
        return (key >>> Character.SIZE) | ((long) next << (3 * Character.SIZE));
    }

    /** Tells whether a text may have been added that starts with the characters of a key, or is short and starts with one. */
    boolean mayHold(long key) {
        long bit = bit(key);
        return (table[(int) (bit >>> 6)] & 1L << bit) != 0;
    }

    private long bit(long key) {
        return (key * MIX) >>> shift;
    }
}
