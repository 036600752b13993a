package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.handles;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;

/** What must hold of every reply, whatever an executable prints. An input is what stands on standard output. */
@Tag("fuzz")
class ReplyFuzzTest {

    private static final Set<Handle> ASKED = handles("h", "db/password", "\u00e9\ud83d\udd11", "");
    private static final List<SecretValue> KNOWN = List.of(SecretValue.of("known-s3cret"));
    private static final Duration LONG = Duration.ofMinutes(1);

    /** All that may be said of a reply as a whole. The two numbers in it are a place and nothing of the reply. */
    private static final Pattern REFUSAL =
            Pattern.compile("the executable's reply (is not UTF-8|is nested too deeply|is empty|is not a JSON object"
                    + "|is not valid JSON \\(near character [0-9]{1,10}\\)|goes on after the JSON object)"
                    + "; it must print one JSON object on standard output and nothing else"
                    + "|the executable's reply holds (a handle|the handle (h|db/password|\u00e9\ud83d\udd11|)) twice"
                    + "; print one entry for each handle");

    /** All that may be said of one entry, besides the backend's own reason. */
    private static final Pattern INVALID = Pattern.compile(
            "the executable's reply is wrong: (the entry must be an object, \\{\"value\":\"...\",\"error\":null}"
                    + "|(value|error) must be a string or null|ttl must be a number of seconds, 0 or more"
                    + "|(value|error|ttl) stands twice)");

    /** Reads what JSON is, and nothing of what the protocol makes of it. */
    private static final ObjectMapper WITHOUT_DUPLICATES =
            json().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private static final ObjectMapper WITH_DUPLICATES = json().build();

    private static JsonMapper.Builder json() {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(100)
                .maxNumberLength(Integer.MAX_VALUE)
                .build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({
        "{\\\"h\\\":{\\\"value\\\":\\\"v\\\",\\\"error\\\":null}}",
        "\\\"db/password\\\":",
        "\\\"value\\\":",
        "\\\"error\\\":",
        "\\\"ttl\\\":",
        "\\\"VALUE\\\":",
        "known-s3cret",
        "\\\\u0068",
        "\\\\ud800",
        "\\xef\\xbb\\xbf"
    })
    void reads_strictly_and_quotes_nothing(byte[] stdout) {
        long start = System.nanoTime();
        Reply reply = Reply.read(stdout, ASKED);
        Map<Handle, FetchResult> exact;
        try {
            exact = reply.results(false, maskOf(reply));
        } catch (BackendException refused) {
            assertQuotesNothing(refused);
            assertThat(textOf(stdout)).satisfies(ReplyFuzzTest::assertIsNoCleanReply);
            return;
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
        Map<Handle, FetchResult> trimmed = reply.results(true, maskOf(reply));

        assertThat(exact.keySet()).isSubsetOf(ASKED).isEqualTo(trimmed.keySet());
        exact.values().forEach(result -> assertSaysNothingSecret(result, reply.values()));
        exact.forEach((handle, result) -> assertLosesLineBreaksOnly(result, trimmed.get(handle)));
        assertAgreesWithJson(textOf(stdout), exact);
    }

    private static TextMask maskOf(Reply reply) {
        KnownRedactors known = new KnownRedactors();
        known.add(Redactor.of(KNOWN));
        return known.with(reply);
    }

    private static void assertQuotesNothing(BackendException refused) {
        assertThat(refused.kind()).isEqualTo(FailureKind.OUTPUT);
        assertThat(refused.getMessage()).matches(REFUSAL);
        assertThat(refused).hasNoCause().hasNoSuppressedExceptions();
    }

    private static void assertSaysNothingSecret(FetchResult result, Map<Handle, SecretValue> values) {
        if (!(result instanceof FetchResult.Failed failed)) {
            return;
        }
        String reason = failed.reason();
        switch (failed.kind()) {
            case INVALID -> assertThat(reason).matches(INVALID);
            case EMPTY ->
                assertThat(reason)
                        .matches(
                                "the executable gave (an empty value|neither .*); store a value, or remove the handle");
            default -> {
                assertThat(failed.kind()).isEqualTo(FailureKind.BACKEND_ERROR);
                assertThat(reason.length()).isLessThanOrEqualTo(503);
                assertThat(reason.codePoints().noneMatch(Character::isISOControl))
                        .isTrue();
                Set<String> secrets = new HashSet<>(Set.of("known-s3cret"));
                values.values().forEach(value -> secrets.add(value.reveal()));
                // between stars, as stars themselves may be a secret; shorter ones are masked only as words
                for (String shown : reason.split("\\*{8,}", -1)) {
                    secrets.stream()
                            .filter(secret -> secret.length() >= 4)
                            .forEach(secret -> assertThat(shown).doesNotContain(secret));
                }
            }
        }
    }

    private static void assertLosesLineBreaksOnly(FetchResult exact, FetchResult trimmed) {
        if (!(exact instanceof FetchResult.Found found)) {
            assertThat(trimmed).isEqualTo(exact);
            return;
        }
        String expected = found.value().reveal().replaceAll("[\r\n]++\\z", "");
        if (expected.isEmpty()) {
            assertThat(trimmed)
                    .isInstanceOfSatisfying(
                            FetchResult.Failed.class,
                            failed -> assertThat(failed.kind()).isEqualTo(FailureKind.EMPTY));
        } else {
            assertThat(trimmed).isEqualTo(new FetchResult.Found(SecretValue.of(expected), found.timeToLive()));
        }
    }

    /** A refused text is none that other readers would take for one JSON object without doubt. */
    private static void assertIsNoCleanReply(String text) {
        JsonNode json = read(WITHOUT_DUPLICATES, text);
        assertThat(json != null && json.isObject()).isFalse();
    }

    private static void assertAgreesWithJson(String text, Map<Handle, FetchResult> results) {
        JsonNode json = read(WITHOUT_DUPLICATES, text);
        if (json == null) { // only fields that stand twice may divide the two readers
            assertThat(read(WITH_DUPLICATES, text)).isNotNull();
            return;
        }
        Map<Handle, FetchResult> expected = new HashMap<>();
        for (Handle handle : ASKED) {
            if (json.has(handle.name())) {
                expected.put(handle, expected(json.get(handle.name()), results.get(handle)));
            }
        }
        assertThat(results).isEqualTo(expected);
    }

    /** The table of docs/spec.md, section 4, for one entry. */
    private static FetchResult expected(JsonNode entry, FetchResult actual) {
        if (!entry.isObject()) {
            return invalid("the entry must be an object, {\"value\":\"...\",\"error\":null}");
        }
        Map<String, JsonNode> fields = new HashMap<>();
        boolean twice = false;
        for (Map.Entry<String, JsonNode> field : entry.properties()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            twice |= Set.of("value", "error", "ttl").contains(name) && fields.put(name, field.getValue()) != null;
        }
        if (twice
                || !isTextOrNull(fields.get("value"))
                || !isTextOrNull(fields.get("error"))
                || !isTimeToLive(fields.get("ttl"))) {
            // which of several faults is named is not laid down
            return actual instanceof FetchResult.Failed failed && failed.kind() == FailureKind.INVALID
                    ? actual
                    : invalid("some field");
        }
        String error = text(fields.get("error"));
        if (!error.isEmpty()) {
            return actual instanceof FetchResult.Failed failed && failed.kind() == FailureKind.BACKEND_ERROR
                    ? actual
                    : FetchResult.failed(error);
        }
        String value = text(fields.get("value"));
        return value.isEmpty()
                ? new FetchResult.Failed(
                        FailureKind.EMPTY,
                        "the executable gave "
                                + (isText(fields.get("value")) ? "an empty value" : "neither a value nor an error")
                                + "; store a value, or remove the handle")
                : new FetchResult.Found(SecretValue.of(value), timeToLive(fields.get("ttl")));
    }

    private static boolean isText(JsonNode field) {
        return field != null && field.isTextual();
    }

    private static boolean isTextOrNull(JsonNode field) {
        return field == null || field.isNull() || field.isTextual();
    }

    private static boolean isTimeToLive(JsonNode field) {
        return field == null || field.isNull() || (field.isNumber() && field.doubleValue() >= 0);
    }

    private static String text(JsonNode field) {
        return field == null || field.isNull() ? "" : field.textValue();
    }

    private static Duration timeToLive(JsonNode field) {
        if (field == null || field.isNull() || field.doubleValue() >= Long.MAX_VALUE / 1e9) {
            return null;
        }
        double seconds = field.doubleValue();
        return seconds == 0 ? null : Duration.ofNanos(Math.max(1, (long) (seconds * 1e9)));
    }

    private static FetchResult invalid(String problem) {
        return new FetchResult.Failed(FailureKind.INVALID, "the executable's reply is wrong: " + problem);
    }

    private static JsonNode read(ObjectMapper mapper, String text) {
        try {
            JsonNode json = text == null ? null : mapper.readTree(text);
            return json == null || json.isMissingNode() ? null : json;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Returns the text without a byte order mark, or null if it is not UTF-8. */
    private static String textOf(byte[] stdout) {
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(stdout)).toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
