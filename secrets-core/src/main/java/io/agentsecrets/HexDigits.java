package io.agentsecrets;

/** Reads hexadecimal digits in a text. */
final class HexDigits {

    private HexDigits() {}

    /** Returns the number that {@code digits} digits make, or -1 if there is anything else. */
    static int read(MappedText source, int at, int digits) {
        if (at + digits > source.length()) {
            return -1;
        }
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = value(source.at(i));
            if (digit < 0) {
                return -1;
            }
            number = number << 4 | digit;
        }
        return number;
    }

    private static int value(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int small = c | 0x20;
        return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
    }
}
