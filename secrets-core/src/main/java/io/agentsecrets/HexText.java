package io.agentsecrets;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes bytes that are written as pairs of hexadecimal digits, with or without separators. In a run of more than two
 * digits the first one may belong to the text before it: one decoder reads such a run from its first digit, another one
 * from its second.
 */
final class HexText implements Decoder {

    private static final List<String> SEPARATORS =
            List.of(":", " ", "+", "-", "\\x", "\n", ", ", ", 0x", " 0x", ",0x", "0x", ",");
    private static final int LONGEST_SEPARATOR = ", 0x".length();

    private final int skipped;

    HexText(int skipped) {
        this.skipped = skipped;
    }

    @Override
    public @Nullable MappedText decode(MappedText source) {
        Decoding out = Decoding.ofBytes(source);
        int read = 0;
        int at = 0;
        while (at < source.length()) {
            int end = endOfDigits(source, at);
            if (end - at >= 2) {
                if (!isSeparator(source, read, at)) {
                    out.gap();
                }
                read = readPairs(source, end - at > 2 ? at + skipped : at, end, out);
            }
            at = Math.max(end, at + 1);
        }
        if (!source.isCutWithin(read, LONGEST_SEPARATOR + 2)) {
            out.gap();
        }
        return out.text();
    }

    private static int endOfDigits(MappedText source, int from) {
        int end = from;
        while (HexDigits.read(source, end, 1) >= 0) {
            end++;
        }
        return end;
    }

    /** Returns where the last pair ends. */
    private static int readPairs(MappedText source, int from, int to, Decoding out) {
        int at = from;
        while (at + 2 <= to) {
            out.putByte(HexDigits.read(source, at, 2), at, at + 2);
            at += 2;
        }
        return at;
    }

    private static boolean isSeparator(MappedText source, int from, int to) {
        if (to - from > LONGEST_SEPARATOR) {
            return false;
        }
        for (String separator : SEPARATORS) {
            if (separator.length() == to - from && source.holds(separator, from)) {
                return true;
            }
        }
        return false;
    }
}
