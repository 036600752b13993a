package io.agentsecrets;

import java.util.Arrays;

/**
 * Base64 in both alphabets, in one line or wrapped, read at one of the four alignments. A character carries six bits, so each
 * byte comes from two characters; a byte's original is both of them.
 */
final class Base64Text implements Decoder {

    private static final byte[] VALUES = values();

    private final int skipped;

    /** Reads runs of Base64 without their first {@code skipped} characters, which belong to what stands before. */
    Base64Text(int skipped) {
        this.skipped = skipped;
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        for (String alphabet : new String[] {"+/", "-_"}) {
            String all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + alphabet;
            for (int i = 0; i < all.length(); i++) {
                values[all.charAt(i)] = (byte) i;
            }
        }
        return values;
    }

    @Override
    public View decode(View source) {
        Decoding out = Decoding.ofBytes(source);
        int at = 0;
        while (at < source.length()) {
            at = isBase64(source.at(at)) ? readRun(source, at, out) : at + 1;
        }
        return out.view();
    }

    private static boolean isBase64(char c) {
        return c < 128 && VALUES[c] >= 0;
    }

    /** Reads up to the end of a run and returns where it is. */
    private int readRun(View source, int from, Decoding out) {
        int read = -skipped;
        int bits = 0;
        int before = from;
        int at = from;
        while (at < source.length()) {
            if (!isBase64(source.at(at))) {
                int next = afterLineBreak(source, at);
                if (next == at) {
                    out.gap();
                    return at;
                }
                at = next;
                continue;
            }
            bits = bits << 6 | VALUES[source.at(at)];
            int phase = read & 3;
            if (read > 0 && phase != 0) {
                out.putByte(bits >> (6 - 2 * phase) & 0xff, before, at + 1);
            }
            read++;
            before = at++;
        }
        return at;
    }

    /** Returns where the next line starts behind its indentation; {@link OneLine} leaves a question mark for a line break. */
    private static int afterLineBreak(View source, int from) {
        boolean broken = false;
        int at = from;
        while (at < source.length() && " \t\r\n?".indexOf(source.at(at)) >= 0) {
            broken |= source.at(at) != ' ' && source.at(at) != '\t';
            at++;
        }
        return broken ? at : from;
    }
}
