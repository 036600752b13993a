package io.agentsecrets;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes as pairs of hexadecimal digits, side by side or separated, read from the first digit of a run or from the second one.
 */
final class HexText implements Decoder {

    private static final List<String> SEPARATORS =
            List.of(":", " ", "-", "\\x", "\n", ", ", ", 0x", " 0x", ",0x", "0x", ",");
    private static final int LONGEST_SEPARATOR = ", 0x".length();

    private final int skipped;

    HexText(int skipped) {
        this.skipped = skipped;
    }

    @Override
    public @Nullable View decode(View source) {
        Decoding out = Decoding.ofBytes(source);
        int at = 0;
        while (at < source.length()) {
            at = isDigit(source, at) ? readRun(source, at, out) : at + 1;
        }
        return out.view();
    }

    private static boolean isDigit(View source, int at) {
        return EscapeDecoder.hex(source, at, 1) >= 0;
    }

    /** Reads pairs up to something else, and returns where the digits end. */
    private int readRun(View source, int from, Decoding out) {
        int at = from + skipped;
        int value = EscapeDecoder.hex(source, at, 2);
        int end = at;
        while (value >= 0) {
            end = at + 2;
            out.putByte(value, at, end);
            at = EscapeDecoder.hex(source, end, 2) >= 0 ? end : end + separator(source, end);
            value = EscapeDecoder.hex(source, at, 2);
        }
        if (source.length() - end > LONGEST_SEPARATOR) {
            out.gap();
        }
        while (end < source.length() && isDigit(source, end)) {
            end++;
        }
        return Math.max(end, from + 1);
    }

    /** Returns the length of the separator between two pairs, 0 if there is none. */
    private static int separator(View source, int at) {
        for (String separator : SEPARATORS) {
            if (EscapeDecoder.follows(source, at, separator)
                    && EscapeDecoder.hex(source, at + separator.length(), 2) >= 0) {
                return separator.length();
            }
        }
        return 0;
    }
}
