package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is known without the engine's schema is what the schema says, of every short text. {@code -Dlonger=1} tries longer ones. */
class PlainTextTest {

    private static final int LONGER = Integer.getInteger("longer", 0);

    private static final String[] OF_NUMBERS = {
        "0", "1", "9", ".", "-", "+", "e", "E", "x", "o", "_", "F", "inf", "nan", ":", " ", "~"
    };

    private static final String[] OF_WORDS = {
        "true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL", "~", "<<", "<", "=", "$", "{", "}",
        "A", "n", "t", "y", "\u00e9", "0", "-", ".", " ", "/", "\u0660"
    };

    private int certain;

    @Test
    void every_short_number_is_read_as_the_schema_does() {
        EveryText.of(OF_NUMBERS, 4 + LONGER, this::compare);

        assertThat(certain).isGreaterThan(10_000);
    }

    @Test
    void every_text_of_a_few_words_is_read_as_the_schema_does() {
        EveryText.of(OF_WORDS, 3 + LONGER, this::compare);

        assertThat(certain).isGreaterThan(10_000);
    }

    @Test
    void whole_numbers_of_all_lengths_are_read_as_the_schema_does() {
        for (int length = 1; length <= 40; length++) {
            for (String sign : new String[] {"", "-", "+"}) {
                compare(sign + "9".repeat(length));
                compare(sign + "0".repeat(length) + "7");
                compare(sign + "1".repeat(length) + ".5");
                compare(sign + "0." + "1".repeat(length));
            }
        }
    }

    private void compare(String text) {
        if (PlainText.isString(text) && !text.equals(Schema.read(text))) {
            throw new AssertionError("no string: " + text);
        }
        if (PlainText.isBeyondDoubt(text)) {
            certain++;
            if (!isSame(PlainText.read(text), Schema.read(text))) {
                throw new AssertionError(text + ": " + PlainText.read(text) + ", " + Schema.read(text));
            }
        }
    }

    private static boolean isSame(Object value, Object expected) {
        return value == null ? expected == null : value.equals(expected);
    }
}
