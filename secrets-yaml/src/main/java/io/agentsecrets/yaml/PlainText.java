package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;

/**
 * The meaning of plain scalars for which it is beyond doubt, which are nearly all. The others are left to the engine's schema,
 * which is slower, as it tries regular expressions, and is only loaded when it is needed.
 */
final class PlainText {

    private static final String[] WORDS_OF_YAML = {
        "true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL"
    };

    /** The signs of numbers in the core schema, beside digits, the point, plus and minus: {@code 0x1F}, {@code 0o7}, {@code -.Inf}. */
    private static final String SIGNS_OF_NUMBERS = "abcdefABCDEFxoinIN";

    /** The engine certainly reads a decimal number of up to this many characters. */
    private static final int CERTAIN_DIGITS = 18;

    /**
     * The engine certainly makes an int of a whole number of up to this many characters: it goes by the number of digits, leading
     * zeros included.
     */
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
                    case '~', '$', '<', ' ' -> false;
                    case '-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
                        isNoNumber(text, start, end);
                    case 't', 'T', 'f', 'F', 'n', 'N' -> !isWordOfYaml(text, start, end);
                    default -> true;
                };
    }

    /** Tells whether a scalar certainly is no number: addresses and durations, such as {@code 10.0.0.1} and {@code 15s}. */
    private static boolean isNoNumber(String text, int start, int end) {
        int dots = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            dots += c == '.' ? 1 : 0;
            if (dots > 1 || (c > '9' && SIGNS_OF_NUMBERS.indexOf(c) < 0)) {
                return true;
            }
        }
        return false;
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

    /** Returns the value of a plain scalar without a tag: a string, a number, true, false or null. */
    static @Nullable Object read(String text) {
        if (isString(text)) {
            return text;
        }
        if (isShortDecimal(text, 0, text.length())) {
            return number(text);
        }
        return switch (text) {
            case "true", "True", "TRUE" -> true;
            case "false", "False", "FALSE" -> false;
            case "", "null", "Null", "NULL" -> null;
            default -> Schema.read(text);
        };
    }

    private static @Nullable Object number(String decimal) {
        if (decimal.indexOf('.') >= 0) {
            return Double.valueOf(decimal);
        }
        return decimal.length() <= LONGEST_CERTAIN_INT ? (Object) Integer.valueOf(decimal) : Schema.read(decimal);
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
