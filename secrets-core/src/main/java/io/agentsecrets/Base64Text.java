package io.agentsecrets;

import org.jspecify.annotations.Nullable;

/**
 * Decodes Base64 in both alphabets, on one line or wrapped, at one of four alignments. A character carries six bits, so two
 * characters are the original of each byte.
 */
final class Base64Text implements Decoder {

    private static final int BLANK = -1;
    private static final int LINE_BREAK = -2;
    private static final int OTHER = -3;

    /** What each ASCII character means. A question mark is what {@link OneLine} leaves of a line break. */
    private static final byte[] VALUES = values();

    private final int skipped;

    /** Reads runs of Base64 without their first {@code skipped} characters, which belong to the text before. */
    Base64Text(int skipped) {
        this.skipped = skipped;
    }

    private static byte[] values() {
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        byte[] values = new byte[128];
        for (char c = 0; c < values.length; c++) {
            int value = Math.max((digits + "+/").indexOf(c), (digits + "-_").indexOf(c));
            int blank = " \t".indexOf(c) >= 0 ? BLANK : "\r\n?".indexOf(c) >= 0 ? LINE_BREAK : OTHER;
            values[c] = (byte) (value >= 0 ? value : blank);
        }
        return values;
    }

    private static int value(char c) {
        return c < VALUES.length ? VALUES[c] : OTHER;
    }

    @Override
    public @Nullable MappedText decode(MappedText source) {
        Decoding out = Decoding.ofBytes(source);
        int at = 0;
        while (at < source.length()) {
            int value = value(source.at(at));
            if (value >= 0 || value == OTHER) {
                out.gap();
            }
            int end = value >= 0 ? endOfRun(source, at) : at + 1;
            if (value >= 0 && source.isNew(at, end)) {
                readRun(source, at, end, out);
            }
            at = end;
        }
        return out.text();
    }

    /** Returns where a run ends. A line break and the blanks around it do not end a run. */
    private static int endOfRun(MappedText source, int from) {
        int end = from;
        boolean broken = false;
        for (int at = from; at < source.length(); at++) {
            int value = value(source.at(at));
            broken |= value == LINE_BREAK;
            if (value == OTHER || (value >= 0 && at > end && !broken)) {
                return end;
            }
            if (value >= 0) {
                end = at + 1;
                broken = false;
            }
        }
        return broken ? source.length() : end;
    }

    private void readRun(MappedText source, int from, int to, Decoding out) {
        int read = -skipped;
        int bits = 0;
        int before = from;
        for (int at = from; at < to; at++) {
            int value = value(source.at(at));
            if (value >= 0) {
                bits = bits << 6 | value;
                int phase = read & 3;
                if (read > 0 && phase != 0) {
                    out.putByte((bits >> (6 - 2 * phase)) & 0xff, before, at + 1);
                }
                read++;
                before = at;
            }
        }
    }
}
