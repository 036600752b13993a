package io.agentsecrets;

/**
 * Decodes the escapes of string literals: those of JSON, whichever characters were escaped, and those that JavaScript,
 * Python and YAML add ({@code \'}, {@code \xe4}, {@code \U0001f511}). An unknown escape stands for itself.
 */
final class JsonEscapes extends EscapeDecoder {

    private static final String LETTERS = "\"\\/'bfnrt";
    private static final String MEANINGS = "\"\\/'\b\f\n\r\t";

    JsonEscapes() {
        super("\\", "\\U0001f511".length());
    }

    @Override
    int read(MappedText source, int at, Decoding out) {
        if (at + 1 == source.length()) {
            return 0;
        }
        char letter = source.at(at + 1);
        int known = LETTERS.indexOf(letter);
        if (known >= 0) {
            out.put(MEANINGS.charAt(known), at, at + 2);
            return 2;
        }
        return switch (letter) {
            case 'x' -> readNumber(source, at, 2, out);
            case 'u' -> readNumber(source, at, 4, out);
            case 'U' -> readNumber(source, at, 8, out);
            default -> 0;
        };
    }

    private static int readNumber(MappedText source, int at, int digits, Decoding out) {
        int number = HexDigits.read(source, at + 2, digits);
        int end = at + 2 + digits;
        if (number < 0 || number > Character.MAX_CODE_POINT) {
            return 0;
        }
        if (digits == 2) {
            out.putByte(number, at, end);
        } else {
            out.put(number, at, end);
        }
        return end - at;
    }
}
