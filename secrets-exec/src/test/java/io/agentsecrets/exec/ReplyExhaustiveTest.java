package io.agentsecrets.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.BackendException;
import io.agentsecrets.Handle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A reply that is read without Jackson means the same to Jackson: the results, the remarks, and what is masked. Most faults of
 * a parser show in a text of a few parts; here is every one, so nothing depends on luck. {@code -Dlonger=1} tries texts of one
 * part more.
 */
class ReplyExhaustiveTest {

    private static final int LONGER = Integer.getInteger("longer", 0);
    private static final Set<Handle> ASKED = Scripts.handles("h", "");

    private static final String[] TOKENS = {
        "{",
        "}",
        ":",
        ",",
        "\"h\"",
        "\"i\"",
        "\"\"",
        "\"value\"",
        "\"error\"",
        "null",
        " ",
        "[",
        "\"Value\"",
        "\"ttl\"",
        "\"a\\n\"",
        "\"a\nb\"",
        "nul",
        "1"
    };

    private static final String[] ODD_TOKENS = {
        "{",
        "}",
        ":",
        ",",
        "\"h\"",
        "\"i\"",
        "\"value\"",
        "\"error\"",
        "null",
        "\t",
        "\r\n",
        "\"",
        "\\",
        "\\u0068",
        "x",
        "\" \u00e9\ud83d\udd11\u2028\u007f/\"",
        "true",
        "-1e9",
        "]",
        "//",
        "'h'",
        "\u00a0"
    };

    private static final String[] CHARACTERS = {
        "{", "}", "\"", ":", ",", "\\", "/", "n", "h", "1", " ", "\n", "\u0000", "\u00a0", "\u00e9", "\ufeff", "'"
    };

    private final List<String> differing = new ArrayList<>();
    private int tried;
    private int read;

    @AfterEach
    void none_differs() {
        assertThat(differing)
                .as("%,d texts, of which %,d were read", tried, read)
                .isEmpty();
    }

    @Test
    void every_text_of_up_to_eleven_tokens() {
        compareEach(TOKENS, 11 + LONGER, new StringBuilder());

        assertThat(read).isGreaterThan(5_000);
    }

    @Test
    void every_end_of_up_to_six_characters() {
        compareEach(CHARACTERS, 6 + LONGER, new StringBuilder("{\"h\":{\"value\":\"x\""));

        assertThat(read).isGreaterThan(50);
    }

    @Test
    void every_two_tokens_in_the_place_of_up_to_two() {
        String[] reply = {
            "{",
            "\"h\"",
            ":",
            "{",
            "\"value\"",
            ":",
            "\"x\"",
            ",",
            "\"error\"",
            ":",
            "null",
            "}",
            ",",
            "\"i\"",
            ":",
            "{",
            "\"error\"",
            ":",
            "\"x is locked\"",
            "}",
            "}"
        };

        compareEachPlace(reply, 2, ODD_TOKENS, 2 + LONGER);

        assertThat(read).isGreaterThan(300);
    }

    @Test
    void every_three_characters_in_the_place_of_up_to_one() {
        String[] reply = "{\"h\":{\"value\":\"x\",\"error\":null}}\n".split("", -1);

        compareEachPlace(reply, 1, CHARACTERS, 3 + LONGER);

        assertThat(read).isGreaterThan(10_000);
    }

    /** Compares all texts of up to so many more parts, except those that begin with what is doubtful before its end. */
    private void compareEach(String[] parts, int most, StringBuilder text) {
        int length = text.length();
        for (String part : parts) {
            compare(text.append(part).toString());
            if (most > 1 && mayGoOn(text.toString())) {
                compareEach(parts, most - 1, text);
            }
            text.setLength(length);
        }
    }

    private static boolean mayGoOn(String text) {
        OrdinaryReply reader = new OrdinaryReply(text);
        try {
            reader.entries();
            return true;
        } catch (RuntimeException doubt) {
            return reader.isAtEnd() || text.endsWith("n") || text.endsWith("nu") || text.endsWith("nul");
        }
    }

    private void compareEachPlace(String[] reply, int mostDropped, String[] parts, int most) {
        for (int start = 0; start <= reply.length; start++) {
            for (int end = start; end <= Math.min(start + mostDropped, reply.length); end++) {
                StringBuilder before = new StringBuilder(joined(reply, 0, start));
                compareEach(before, parts, most, joined(reply, end, reply.length));
            }
        }
    }

    private void compareEach(StringBuilder before, String[] parts, int most, String after) {
        compare(before + after);
        int length = before.length();
        for (int i = 0; i < parts.length && most > 0; i++) {
            compareEach(before.append(parts[i]), parts, most - 1, after);
            before.setLength(length);
        }
    }

    private static String joined(String[] parts, int start, int end) {
        return String.join("", List.of(parts).subList(start, end));
    }

    private void compare(String text) {
        tried++;
        if (OrdinaryReply.entriesOf(text) != null) {
            read++;
            if (!meaning(Reply.read(text.getBytes(UTF_8), ASKED)).equals(meaningToJackson(text))) {
                differing.add(text);
            }
        }
    }

    private static List<Object> meaningToJackson(String text) {
        Reply reply = new Reply(ASKED);
        try {
            ReplyParser.parse(text, ASKED, reply);
            return meaning(reply);
        } catch (BackendException refused) {
            return List.of(refused.getMessage());
        }
    }

    private static List<Object> meaning(Reply reply) {
        TextMask mask = new KnownRedactors().with(reply);
        return List.of(
                reply.results(false, mask),
                reply.results(true, mask),
                reply.remarks(),
                reply.tellsAllValues(),
                new HashSet<>(reply.secrets()));
    }
}
