package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.NearMisses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The scanner reads each short text as the engine does, or leaves it to the engine. {@code -Dlonger=1} tries texts of one part
 * more.
 */
class ScannerExhaustiveTest {

    private static final int LONGER = Integer.getInteger("longer", 0);
    private static final YamlOptions SCANNER = YamlOptions.defaults();
    private static final YamlOptions ENGINE =
            YamlOptions.builder().scanner(false).build();

    private static final String[] CHARACTERS = {"a", " ", ":", "-", "\n", "#", "[", "]", ",", "\"", "'", "("};

    private static final String[] PARTS = {
        "a", "ENC[x]", " ", "  ", ": ", ":", "- ", "-", "\n", "\n ", "\n  ", " #", "[", "]", ", ", "\"", "'", "{}",
        "\r\n", "1", "b: ", "- c: "
    };

    private final List<String> differing = new ArrayList<>();
    private int scanned;

    @Test
    void every_text_of_up_to_five_characters_is_read_as_the_engine_does() {
        EveryText.of(CHARACTERS, 5 + LONGER, this::compare);

        assertThat(scanned).isGreaterThan(10_000);
        assertThat(differing).isEmpty();
    }

    @Test
    void every_text_of_up_to_four_parts_is_read_as_the_engine_does() {
        EveryText.of(PARTS, 4 + LONGER, this::compare);

        assertThat(scanned).isGreaterThan(10_000);
        assertThat(differing).isEmpty();
    }

    private void compare(String text) {
        if (OrdinaryYaml.read(text, SCANNER, new Findings("a.yaml", NearMisses.WARN, text))) {
            scanned++;
            if (!Outcome.of(text, SCANNER).equals(Outcome.of(text, ENGINE))) {
                differing.add(text);
            }
        }
    }
}
