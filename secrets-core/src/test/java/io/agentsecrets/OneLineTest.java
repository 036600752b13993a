package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No text from outside can move the cursor of a terminal or hide what else stands on its line. */
class OneLineTest {

    private static final Pattern NOT_SHOWN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

    /** The last ones are a hidden letter, an emoji and its halves. */
    private static final String[] PARTS = {
        "a", "é", "\n", "\u001b", "\u009b", "\u202e", "\u2028", "\udb40\udc41", "\ud83d\udd11", "\ud83d", "\udd11"
    };

    @Test
    void a_letter_that_no_terminal_shows_is_replaced() {
        assertThat(OneLine.of("a\udb40\udc41b")).isEqualTo("a?b");
        assertThat(OneLine.stripped("a\udb40\udc41b", 2)).isEqualTo("ab");
    }

    @Test
    void every_character_that_could_forge_a_line_is_replaced_and_no_other() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            compare(Character.toString(c));
        }
    }

    @Test
    void every_short_text_is_shown_without_such_characters() {
        EveryText.of(PARTS, 5, OneLineTest::compare);
    }

    private static void compare(String text) {
        Matcher notShown = NOT_SHOWN.matcher(text);
        isEqual(text, OneLine.of(text), notShown.replaceAll("?"));
        String shown = notShown.replaceAll("");
        for (int limit = 0; limit <= text.length(); limit++) {
            isEqual(text, OneLine.stripped(text, limit), cut(shown, limit));
        }
    }

    private static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        boolean isWithinAPair = limit > 0 && Character.isSurrogatePair(text.charAt(limit - 1), text.charAt(limit));
        return text.substring(0, isWithinAPair ? limit - 1 : limit) + "...";
    }

    private static void isEqual(String text, String actual, String expected) {
        if (!actual.equals(expected)) {
            assertThat(actual)
                    .as(
                            "the text %s",
                            text.codePoints().mapToObj(Integer::toHexString).toList())
                    .isEqualTo(expected);
        }
    }
}
