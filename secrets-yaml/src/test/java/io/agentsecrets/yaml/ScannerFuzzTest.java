package io.agentsecrets.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** The scanner reads every text as the engine does, or leaves it to the engine. An input is a text in UTF-8. */
@Tag("fuzz")
class ScannerFuzzTest {

    private static final YamlOptions ENGINE =
            YamlOptions.builder().scanner(false).build();

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({
        "ENC[a]",
        "\\\"ENC[b]\\\"",
        "'ENC[c]'",
        "enc[a]",
        ": ",
        ":\\x0a",
        ":\\x0a  ",
        "- ",
        "-\\x0a",
        "- - ",
        "? ",
        "\\x0a",
        "\\x0a  ",
        "\\x0a- ",
        "\\x0a  - ",
        " # ",
        "#",
        "\\x0d\\x0a",
        "''",
        "[a, ",
        "[",
        "]",
        "{}",
        ", ",
        "|\\x0a",
        "&a ",
        "*a",
        "!",
        "---\\x0a",
        "...",
        "<<: ",
        "\\\\x41",
        "k: v\\x0a",
        "  k: v\\x0a",
        "\\xef\\xbb\\xbf",
        "\\xc2\\x85",
        "\\xe2\\x80\\xa8",
        "\\xf0\\x9f\\x94\\x91"
    })
    void is_read_as_by_the_engine_alone(byte[] input) {
        String text = new String(input, UTF_8);

        assertThat(Outcome.of(text, YamlOptions.defaults())).isEqualTo(Outcome.of(text, ENGINE));
    }
}
