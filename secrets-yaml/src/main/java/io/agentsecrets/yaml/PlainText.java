package io.agentsecrets.yaml;

/**
 * The meaning of plain scalars for which it is beyond doubt, which are nearly all. The others are left to the engine's schema,
 * which is slower, as it tries regular expressions, and is only loaded when it is needed.
 */
final class PlainText {

    private static final String[] WORDS_OF_YAML = {
        "true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL"
    };

    /** The engine certainly reads a decimal number of up to this many characters. */
    private static final int CERTAIN_DIGITS = 18;

    /** The engine certainly makes an int of a whole number of up to this many characters. */
    private static final int LONGEST_CERTAIN_INT = 9;

    private PlainText() {}

    /** Tells whether a scalar is certainly a string. */
    static boolean isString(String text) {
        return isString(text, 0, text.length());
    }

    /** Tells whether a scalar, given as a part of a text, is certainly a string. Its first character says nearly all. */
    static boolean isString(String text, int start, int end) {
        return start < end
                && switch (text.charAt(start)) {
                    case '-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '~', '$', '<', ' ' -> false;
                    case 't', 'T', 'f', 'F', 'n', 'N' -> !isWordOfYaml(text, start, end);
                    default -> true;
                };
    }

    /** Tells whether the engine can certainly build the value of a scalar. */
    static boolean isBeyondDoubt(String text) {
        return isBeyondDoubt(text, 0, text.length());
    }

    /** Tells whether the engine can certainly build the value of a scalar, given as a part of a text. */
    static boolean isBeyondDoubt(String text, int start, int end) {
        return start == end
                || isString(text, start, end)
                || isShortDecimal(text, start, end)
                || isWordOfYaml(text, start, end);
    }

    private static boolean isWordOfYaml(String text, int start, int end) {
        for (String word : WORDS_OF_YAML) {
            if (word.length() == end - start && text.startsWith(word, start)) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether a scalar is certainly an int for the engine, which goes by the number of digits, leading zeros included. */
    static boolean isInt(String text) {
        return text.length() <= LONGEST_CERTAIN_INT && text.indexOf('.') < 0 && isShortDecimal(text, 0, text.length());
    }

    private static boolean isShortDecimal(String text, int start, int end) {
        if (start == end || end - start > CERTAIN_DIGITS) {
            return false;
        }
        int first = text.charAt(start) == '-' ? start + 1 : start;
        int dots = 0;
        for (int i = first; i < end; i++) {
            char c = text.charAt(i);
            dots += c == '.' ? 1 : 0;
            if (dots > 1 || (c == '.' && i == first) || (c != '.' && (c < '0' || c > '9'))) {
                return false;
            }
        }
        return end > first;
    }
}
