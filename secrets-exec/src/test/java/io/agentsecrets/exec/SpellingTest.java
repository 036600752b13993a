package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The nearest name is found for every short name, and for every slip of a finger in the name of a setting. */
class SpellingTest {

    private static final String[] LETTERS = {"a", "b", "_"};

    @Test
    void every_short_name_is_compared_with_every_other() {
        List<String> names = new ArrayList<>();
        EveryText.of(LETTERS, 4, names::add);
        for (String unknown : names) {
            for (String name : names) {
                boolean isClose = distance(unknown, name) <= 2;
                assertThat(Spelling.closest(unknown, List.of(name))).as(unknown).isEqualTo(isClose ? name : null);
            }
        }
    }

    @Test
    void a_name_may_have_two_slips_and_a_long_one_a_slip_in_every_four_letters() {
        for (int length = 1; length <= 40; length++) {
            for (int slips = 0; slips <= length; slips++) {
                String name = "a".repeat(length);
                String unknown = "b".repeat(slips) + "a".repeat(length - slips);
                String slipped = slips <= 2 ? name : null;
                assertThat(Spelling.slippedFrom(unknown, List.of(name))).isEqualTo(slipped);
                assertThat(Spelling.closest(unknown, List.of(name))).isEqualTo(slips <= length / 4 ? name : slipped);
            }
        }
    }

    @Test
    void every_slip_in_the_name_of_a_setting_is_answered_with_its_name() {
        List<String> keys = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            keys.add(setting.key());
        }
        for (String key : keys) {
            for (int at = 0; at < key.length(); at++) {
                String before = key.substring(0, at);
                assertThat(Spelling.closest(before + "x" + key.substring(at), keys))
                        .isEqualTo(key);
                assertThat(Spelling.closest(before + key.substring(at + 1), keys))
                        .isEqualTo(key);
                assertThat(Spelling.closest(before + "x" + key.substring(at + 1), keys))
                        .isEqualTo(key);
            }
        }
    }

    /** The fewest letters to change, add or take off, by the definition. */
    private static int distance(String from, String to) {
        if (from.isEmpty() || to.isEmpty()) {
            return from.length() + to.length();
        }
        String restOfFrom = from.substring(1);
        String restOfTo = to.substring(1);
        if (from.charAt(0) == to.charAt(0)) {
            return distance(restOfFrom, restOfTo);
        }
        return 1
                + Math.min(
                        distance(restOfFrom, restOfTo), Math.min(distance(restOfFrom, to), distance(from, restOfTo)));
    }
}
