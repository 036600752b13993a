package io.agentsecrets.yaml;

import java.util.Set;

/**
 * The meaning of plain scalars for which it is beyond doubt, which are nearly all. The others are left to the engine's schema,
 * which is slower, as it tries regular expressions, and is only loaded when it is needed.
 */
final class PlainText {

    private static final Set<String> WORDS_OF_YAML =
            Set.of("true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL");

    private static final int LONGEST_WORD_OF_YAML = 5;

    /** The engine certainly reads a decimal number of up to this many digits. */
    private static final int CERTAIN_DIGITS = 18;

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
                    case 't', 'T', 'f', 'F', 'n', 'N' -> !isWordOfYaml(text.substring(start, end));
                    default -> true;
                };
    }

    /** Tells whether the engine can certainly build the value of a scalar. */
    static boolean isBeyondDoubt(String text) {
        return text.isEmpty() || isString(text) || isShortDecimal(text) || isWordOfYaml(text);
    }

    private static boolean isWordOfYaml(String text) {
        return text.length() <= LONGEST_WORD_OF_YAML && WORDS_OF_YAML.contains(text);
    }

    private static boolean isShortDecimal(String text) {
        if (text.length() > CERTAIN_DIGITS) {
            return false;
        }
        int start = text.charAt(0) == '-' ? 1 : 0;
        int dots = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            dots += c == '.' ? 1 : 0;
            if (dots > 1 || (c == '.' && i == start) || (c != '.' && (c < '0' || c > '9'))) {
                return false;
            }
        }
        return text.length() > start;
    }
}
