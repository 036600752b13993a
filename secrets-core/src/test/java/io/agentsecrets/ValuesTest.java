package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small values: secrets, origins, results, failures. */
class ValuesTest {

    @Test
    void a_secret_shows_itself_only_when_asked_to() {
        SecretValue secret = SecretValue.of("hunter2");

        assertThat(secret).hasToString("********");
        assertThat(secret.reveal()).isEqualTo("hunter2");
        assertThat(secret).isNotInstanceOf(Serializable.class);
    }

    @ParameterizedTest
    @CsvSource({"a, a, true", "a, b, false", "a, aa, false", "aa, a, false", "'', '', true", "'', a, false"})
    void secrets_are_equal_if_their_texts_are(String first, String second, boolean equal) {
        assertThat(SecretValue.of(first).equals(SecretValue.of(second))).isEqualTo(equal);
        assertThat(SecretValue.of(first)).hasSameHashCodeAs(SecretValue.of(first));
        assertThat(SecretValue.of(first)).isNotEqualTo(first);
    }

    @Test
    void a_secret_knows_whether_it_can_be_written() {
        assertThat(SecretValue.of("").isEmpty()).isTrue();
        assertThat(SecretValue.of("🔑").isWellFormed()).isTrue();
        assertThat(SecretValue.of("a\ud83d").isWellFormed()).isFalse();
    }

    @Test
    void an_origin_shows_its_place() {
        assertThat(new Origin("postgres.yaml", "instances/0/password", 14, 15))
                .hasToString("postgres.yaml: instances/0/password (line 14)");
        assertThat(Origin.of("environment", "DB_PASSWORD")).hasToString("environment: DB_PASSWORD");
        assertThat(Origin.of("a.yaml", "")).hasToString("a.yaml: the root");
        assertThat(Origin.of("a\nb", "c\rd\u2028e")).hasToString("a?b: c?d?e");
    }

    @Test
    void an_origin_refuses_places_that_cannot_be() {
        assertThatThrownBy(() -> new Origin("a", "b", -1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Origin("a", "b", 1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_reason_of_a_failure_is_one_line_without_control_characters() {
        assertThat(FetchResult.failed("no\r\n\tsuch\u0000 \u001b[31mkey\u202e\u2028\u0085!"))
                .isEqualTo(new FetchResult.Failed(FailureKind.BACKEND_ERROR, "nosuch [31mkey!"));
    }

    @Test
    void the_reason_of_a_failure_is_capped() {
        assertThat(reason("x".repeat(500))).isEqualTo("x".repeat(500));
        assertThat(reason("x".repeat(501))).isEqualTo("x".repeat(500) + "...");
        assertThat(reason("\n".repeat(600) + "x".repeat(500) + "\n")).isEqualTo("x".repeat(500));
        assertThat(reason("x".repeat(499) + "🔑x")).isEqualTo("x".repeat(499) + "...");
        assertThat(reason("x".repeat(1_000_000))).hasSize(503);
    }

    private static String reason(String text) {
        return new FetchResult.Failed(FailureKind.BACKEND_ERROR, text).reason();
    }

    @Test
    void a_result_refuses_a_negative_time_to_live() {
        assertThatThrownBy(() -> new FetchResult.Found(SecretValue.of("x"), Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_failure_copies_its_origins() {
        List<Origin> origins = new ArrayList<>(List.of(Origin.of("a", "b")));

        HandleFailure failure = new HandleFailure(new Handle("h"), origins, FailureKind.MISSING, "why");
        origins.clear();

        assertThat(failure.origins()).containsExactly(Origin.of("a", "b"));
    }

    @Test
    void an_exception_of_a_place_names_it() {
        ConfigException placed = new ConfigException(FailureKind.CONFIG, "a.yaml", 3, 7, "duplicate key");
        ConfigException whole = new ConfigException(FailureKind.SETTINGS, "a\nb", "cannot read c\nd");

        assertThat(placed).hasMessage("a.yaml, line 3, column 7: duplicate key");
        assertThat(placed.line()).isEqualTo(3);
        assertThat(placed.column()).isEqualTo(7);
        assertThat(whole).hasMessage("a?b: cannot read c?d");
        assertThat(whole.problem()).isEqualTo("cannot read c?d");
        assertThat(new BackendException(FailureKind.EXIT, "status 1\nx")).hasMessage("status 1?x");
    }

    @Test
    void an_exception_with_several_problems_has_a_line_for_each_and_can_be_told_on_one() {
        ConfigException failure =
                new ConfigException(FailureKind.SETTINGS, "agent.yaml", List.of("a must be text", "b is\nunknown"));

        assertThat(failure).hasMessage("agent.yaml: 2 problems\n  a must be text\n  b is?unknown");
        assertThat(failure.problem()).isEqualTo("a must be text; b is?unknown");
        assertThat(new ConfigException(FailureKind.SETTINGS, "agent.yaml", List.of("c")))
                .hasMessage("agent.yaml: c");
    }

    @Test
    void exceptions_survive_serialization() throws Exception {
        UnresolvedHandlesException error = new UnresolvedHandlesException(
                "a.yaml",
                1,
                List.of(new HandleFailure(new Handle("h"), List.of(Origin.of("a.yaml", "p")), FailureKind.EXIT, "why")),
                HandleSyntax.enc());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(error);

        UnresolvedHandlesException copy = (UnresolvedHandlesException)
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        assertThat(copy).hasMessage(error.getMessage());
        assertThat(copy.source()).isEqualTo("a.yaml");
        assertThat(copy.failures()).isEmpty();
    }
}
