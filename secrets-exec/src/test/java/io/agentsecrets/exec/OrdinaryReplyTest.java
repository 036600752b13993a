package io.agentsecrets.exec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.agentsecrets.SecretValue;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read without Jackson means the same to Jackson. */
class OrdinaryReplyTest {

    private static final int CASES = Integer.getInteger("cases", 2_000);
    private static final long SEED = Long.getLong("seed", 20_261_126L);

    private static final JsonFactory REFUSING_DUPLICATES = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "\\",
        "\\n",
        "\\u0041",
        " ",
        "\t",
        "\n",
        "\u0000",
        "\u007f",
        "null",
        "nul",
        "true",
        "0",
        "1e9",
        "value",
        "error",
        "ttl",
        "Value",
        "a",
        "\u00e9",
        "\ud83d\udd11",
        "\ufeff",
        "/",
        "'",
        "\"value\":",
        "\"error\":null",
        "\"a\":{\"value\":\"b\"},"
    };

    @Test
    void reads_values_and_errors() {
        Map<String, ReplyEntry> entries = requireNonNull(
                OrdinaryReply.entriesOf(" { \"a\" : {\"value\":\"p4ss/ \u00e9\",\"error\":null}\r\n,\t\"b\":"
                        + "{\"error\":\"is locked\"}, \"c\":{\"error\":null,\"value\":null} } \n"));

        assertThat(entries.keySet()).containsExactly("a", "b", "c");
        assertThat(requireNonNull(entries.get("a")).value()).isEqualTo(SecretValue.of("p4ss/ \u00e9"));
        assertThat(requireNonNull(entries.get("b")).error()).isEqualTo("is locked");
        assertThat(requireNonNull(entries.get("c")).value()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"a\":null}",
                "{\"a\":{}}",
                "{\"a\":{\"value\":1}}",
                "{\"a\":{\"value\":\"\\n\"}}",
                "{\"a\":{\"value\":\"\t\"}}",
                "{\"\\u0061\":{\"value\":\"b\"}}",
                "{\"a\":{\"value\":\"b\",\"ttl\":1}}",
                "{\"a\":{\"value\":\"b\",\"note\":null}}",
                "{\"a\":{\"Value\":\"b\"}}",
                "{\"a\":{\"value\":\"b\",\"value\":\"c\"}}",
                "{\"a\":{\"error\":\"b\",\"error\":\"c\"}}",
                "{\"a\":{\"value\":\"b\"},\"a\":{\"value\":\"c\"}}",
                "{\"a\":{\"value\":\"b\"},}",
                "{\"a\":{\"value\":\"b\",}}",
                "{\"a\":{\"value\":\"b\"}} x",
                "{\"a\":{\"value\":\"b\"}",
                "{\"a\":{\"value\":nul",
                "{\"a\":{\"value\":nulL}}",
                "{\"a\":{\"value\":\"b",
                "{'a':{'value':'b'}}",
                "\u00a0{\"a\":{\"value\":\"b\"}}"
            })
    void leaves_all_other_replies_to_Jackson(String reply) {
        assertThat(OrdinaryReply.entriesOf(reply)).isNull();
    }

    @RepeatedTest(5)
    void agrees_with_Jackson_about_random_replies(RepetitionInfo repetition) {
        Random random = new Random(SEED + repetition.getCurrentRepetition());
        int mutatedAndRead = 0;
        for (int i = 0; i < CASES; i++) {
            String ordinary = randomReply(random);
            assertThat(OrdinaryReply.entriesOf(ordinary)).as(ordinary).isNotNull();
            assertAgrees(ordinary);
            mutatedAndRead += assertAgrees(mutated(ordinary, random)) ? 1 : 0;
        }
        assertThat(mutatedAndRead).isPositive();
    }

    /** Returns whether the reply was read without Jackson, so that there was something to compare. */
    private static boolean assertAgrees(String reply) {
        Map<String, ReplyEntry> entries = OrdinaryReply.entriesOf(reply);
        if (entries == null) {
            return false;
        }
        Map<?, ?> expected = readByJackson(reply);
        assertThat(entries.keySet()).as(reply).isEqualTo(expected.keySet());
        entries.forEach((name, entry) -> assertIs(entry, (Map<?, ?>) requireNonNull(expected.get(name)), reply));
        return true;
    }

    private static Map<?, ?> readByJackson(String reply) {
        try (JsonParser json = REFUSING_DUPLICATES.createParser(reply)) {
            while (json.nextToken() != null) {
                // read only to find duplicates
            }
            return (Map<?, ?>) requireNonNull(Json.read(reply));
        } catch (IOException e) {
            throw new AssertionError("Jackson refuses: " + reply, e);
        }
    }

    private static void assertIs(ReplyEntry entry, Map<?, ?> expected, String reply) {
        SecretValue value = entry.value();
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("value", value == null ? null : value.reveal());
        fields.put("error", entry.error());
        Map<String, @Nullable Object> wanted = new HashMap<>();
        wanted.put("value", null);
        wanted.put("error", null);
        expected.forEach((field, text) -> wanted.put((String) field, text));
        wanted.replace("error", "", null); // an empty error is none
        assertThat(fields).as(reply).isEqualTo(wanted);
    }

    private static String randomReply(Random random) {
        StringBuilder json = new StringBuilder(blanks(random)).append('{');
        int entries = 1 + random.nextInt(4);
        for (int i = 0; i < entries; i++) {
            json.append(i == 0 ? "" : ",")
                    .append(blanks(random))
                    .append('"')
                    .append(text(random))
                    .append(i)
                    .append('"');
            json.append(blanks(random))
                    .append(':')
                    .append(blanks(random))
                    .append(randomEntry(random))
                    .append(blanks(random));
        }
        return json.append('}').append(blanks(random)).toString();
    }

    private static String randomEntry(Random random) {
        String value = "\"value\"" + blanks(random) + ":" + blanks(random) + textOrNull(random);
        String error = "\"error\"" + blanks(random) + ":" + blanks(random) + textOrNull(random);
        return switch (random.nextInt(4)) {
            case 0 -> "{" + value + "}";
            case 1 -> "{" + error + "}";
            case 2 ->
                "{" + blanks(random) + value + blanks(random) + "," + blanks(random) + error + blanks(random) + "}";
            default -> "{" + error + "," + value + "}";
        };
    }

    private static String textOrNull(Random random) {
        return random.nextInt(4) == 0 ? "null" : '"' + text(random) + '"';
    }

    private static String text(Random random) {
        String[] characters = {
            "a", "B", "7", " ", "/", "{", "}", ":", ",", "[", "\u00e9", "\ud83d\udd11", "\u2028", "\u007f", "null"
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    private static String blanks(Random random) {
        return random.nextInt(3) == 0
                ? String.valueOf(" \n\r\t".charAt(random.nextInt(4))).repeat(1 + random.nextInt(2))
                : "";
    }

    private static String mutated(String reply, Random random) {
        StringBuilder mutated = new StringBuilder(reply);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int start = random.nextInt(mutated.length() + 1);
            int end = Math.min(mutated.length(), start + random.nextInt(3));
            mutated.replace(start, end, random.nextInt(4) == 0 ? "" : PIECES[random.nextInt(PIECES.length)]);
        }
        return mutated.toString();
    }
}
