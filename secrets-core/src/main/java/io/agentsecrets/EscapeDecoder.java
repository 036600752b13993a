package io.agentsecrets;

import org.jspecify.annotations.Nullable;

/** Reads a text in which some characters are written as escapes and all others stand for themselves. */
abstract class EscapeDecoder implements Decoder {

    private final char start;
    private final char otherStart;
    private final int longest;

    /**
     * @param starts the one or two ASCII characters that an escape may start with
     * @param longest the number of characters of the longest escape
     */
    EscapeDecoder(String starts, int longest) {
        this.start = starts.charAt(0);
        this.otherStart = starts.charAt(starts.length() - 1);
        this.longest = longest;
    }

    /**
     * Reads the escape at a position into {@code out}.
     *
     * @return the number of characters it takes, or 0 if there is none
     */
    abstract int read(MappedText source, int at, Decoding out);

    @Override
    public @Nullable MappedText decode(MappedText source) {
        if (!source.contains(start) && !source.contains(otherStart)) {
            return null;
        }
        Decoding out = Decoding.ofText(source);
        int at = 0;
        while (at < source.length()) {
            char c = source.at(at);
            boolean mayStart = c == start || c == otherStart;
            int length = mayStart ? read(source, at, out) : 0;
            if (length == 0 && mayStart && source.isCutWithin(at, longest)) {
                return out.textUpTo(at);
            }
            at += Math.max(length, 1);
        }
        return out.text();
    }
}
