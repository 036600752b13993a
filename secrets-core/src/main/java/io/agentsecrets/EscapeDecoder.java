package io.agentsecrets;

import org.jspecify.annotations.Nullable;

/** Reads a text in which some characters are written as escapes and all others stand for themselves. */
abstract class EscapeDecoder implements Decoder {

    private final String starts;
    private final int longest;

    /**
     * @param starts the ASCII characters that an escape may start with
     * @param longest the number of characters of the longest escape
     */
    EscapeDecoder(String starts, int longest) {
        this.starts = starts;
        this.longest = longest;
    }

    /**
     * Reads the escape at a position into {@code out}.
     *
     * @return the number of characters it takes, or 0 if there is none
     */
    abstract int read(View source, int at, Decoding out);

    @Override
    public @Nullable View decode(View source) {
        if (starts.chars().noneMatch(c -> source.contains((char) c))) {
            return null;
        }
        Decoding out = Decoding.ofText(source);
        boolean changed = false;
        int at = 0;
        while (at < source.length()) {
            boolean mayStart = starts.indexOf(source.at(at)) >= 0;
            int length = mayStart ? read(source, at, out) : 0;
            if (length == 0 && mayStart && isCutWithin(source, at)) {
                return out.view();
            }
            if (length == 0) {
                out.keep(at, at + 1);
            }
            changed |= length > 0;
            at += Math.max(length, 1);
        }
        return changed ? out.view() : null;
    }

    /** Tells whether half an escape may stand at the end of a text that was cut. */
    private boolean isCutWithin(View source, int at) {
        return source.isCut() && source.length() - at < longest;
    }

    static boolean follows(View source, int at, String expected) {
        if (at + expected.length() > source.length()) {
            return false;
        }
        for (int i = 0; i < expected.length(); i++) {
            if (source.at(at + i) != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the number that {@code digits} hexadecimal digits make, or -1 if others stand there. */
    static int hex(View source, int at, int digits) {
        if (at + digits > source.length()) {
            return -1;
        }
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            char c = source.at(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            number = number << 4 | digit;
        }
        return number;
    }
}
