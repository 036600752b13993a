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

    /** The first characters of all other scalars that the core schema does not read as strings. */
    private static final String NO_STRING = "-+.0123456789~$< ";

    /** The engine certainly reads a decimal number of up to this many digits. */
    private static final int CERTAIN_DIGITS = 18;

    private PlainText() {}

    /** Tells whether a scalar is certainly a string. */
    static boolean isString(String text) {
        return !text.isEmpty() && NO_STRING.indexOf(text.charAt(0)) < 0 && !isWordOfYaml(text);
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
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            dots += c == '.' ? 1 : 0;
            if (dots > 1 || (c == '.' && i == 0) || (c != '.' && (c < '0' || c > '9'))) {
                return false;
            }
        }
        return true;
    }
}
