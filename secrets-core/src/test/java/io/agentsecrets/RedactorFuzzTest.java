package io.agentsecrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;

/**
 * What must hold of every text and every set of secrets. An input is secrets and at last a text, in UTF-8, with a line of
 * two dashes after each secret.
 *
 * <p>"No secret is left" means: what a result shows between its masks is text of the input, and no secret of four or more
 * characters stands in it, nor a shorter one as a word of its own. (Across a mask, stars and text may spell a secret by chance.)
 */
@Tag("fuzz")
class RedactorFuzzTest {

    private static final Pattern SEPARATOR = Pattern.compile("\n--\n");
    private static final Pattern MASKS = Pattern.compile("\\*{8,}");
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f]");
    private static final Duration LONG = Duration.ofMinutes(1);

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({"\\x0a--\\x0a", "hunter2", "s3cret", "********", "\\\\u003c", "%20", "aHVudGVyMg", "\\x00"})
    void leaves_no_secret_and_changes_nothing_else(byte[] input) {
        Case given = Case.of(input);
        Redactor redactor = Redactor.of(given.secrets());

        String masked = redactor.redact(given.text());

        assertNoSecretIn(masked, given.secrets());
        assertOnlyMasksDiffer(given.text(), masked);
        if (!masked.contains(SecretValue.MASK)) {
            assertThat(masked).isSameAs(given.text());
        }
    }

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({"\\x0a--\\x0a", "hunter2", "s3cret", "\\\"", "\\\\", "<", "%", "+", "/", "\\x09", "\\xc3\\xa9"})
    void leaves_no_encoded_secret(byte[] input) {
        Case given = Case.of(input);
        Redactor redactor = Redactor.of(given.secrets());
        for (SecretValue secret : given.secrets()) {
            byte[] bytes = secret.reveal().getBytes(UTF_8);
            if (bytes.length >= 4 && !secret.reveal().contains("*")) {
                assertMasks(redactor, URLEncoder.encode(secret.reveal(), UTF_8));
                assertMasks(redactor, Base64.getEncoder().withoutPadding().encodeToString(bytes));
                assertMasks(redactor, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
                assertMasks(redactor, json(secret.reveal()));
            }
        }
    }

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({"\\x0a--\\x0a", "hunter2", "s3cret", "********", "\\x00", "\\x1b[0m", "\\xe2\\x80\\xae"})
    void leaves_no_secret_in_a_reason_that_is_stripped_and_cut(byte[] input) {
        Case given = Case.of(input);

        String reason = new FetchResult.Failed(FailureKind.BACKEND_ERROR, given.text())
                .maskedBy(Redactor.of(given.secrets()))
                .reason();

        assertNoSecretIn(reason, given.secrets());
        assertThat(reason.length()).isLessThanOrEqualTo(FetchResult.Failed.REASON_LIMIT + OneLine.CUT.length());
        assertThat(reason).isEqualTo(OneLine.of(reason));
    }

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({"\\x0a--\\x0a", "aaaa", "abab"})
    void takes_no_longer_than_the_text_is_long(byte[] input) {
        Case given = Case.of(input);
        String text = given.text().repeat(1 + 20_000 / Math.max(1, given.text().length()));

        long start = System.nanoTime();
        Redactor.of(given.secrets()).redact(text);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }

    private static void assertNoSecretIn(String masked, List<SecretValue> secrets) {
        for (String shown : MASKS.split(masked, -1)) {
            for (SecretValue secret : secrets) {
                String text = secret.reveal();
                if (text.length() >= 4) {
                    assertThat(shown).doesNotContain(text);
                } else if (!text.isEmpty()) {
                    assertThat(shown).doesNotContain(" " + text + " ");
                }
            }
        }
    }

    /** The parts between masks stand in the text, in order, the first at its start and the last at its end. */
    private static void assertOnlyMasksDiffer(String text, String masked) {
        if (text.contains("*")) {
            return; // its stars cannot be told from masks
        }
        String[] shown = MASKS.split(masked, -1);
        assertThat(text).startsWith(shown[0]).endsWith(shown[shown.length - 1]);
        int position = 0;
        for (String part : shown) {
            int found = text.indexOf(part, position);
            assertThat(found).isGreaterThanOrEqualTo(position);
            position = found + part.length();
        }
    }

    private static void assertMasks(Redactor redactor, String encoded) {
        assertThat(redactor.redact("<" + encoded + ">"))
                .contains(SecretValue.MASK)
                .doesNotContain(encoded);
    }

    private static String json(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
        for (String pair : List.of("\bb", "\ff", "\nn", "\rr", "\tt")) {
            escaped = escaped.replace(pair.substring(0, 1), "\\" + pair.charAt(1));
        }
        return CONTROL.matcher(escaped)
                .replaceAll(c -> String.format("\\\\u%04x", (int) c.group().charAt(0)));
    }

    private record Case(List<SecretValue> secrets, String text) {

        static Case of(byte[] input) {
            String[] parts = SEPARATOR.split(new String(input, UTF_8), -1);
            List<SecretValue> secrets = new ArrayList<>();
            Arrays.stream(parts, 0, parts.length - 1).map(SecretValue::of).forEach(secrets::add);
            return new Case(secrets, parts[parts.length - 1]);
        }
    }
}
