package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.handles;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.testing.FakeBackend;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendServerTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void a_request_is_answered_in_its_order() {
        FakeBackend backend =
                new FakeBackend().put("b", "x\"é\ud83d\udd11").put("a", "y").refuse("c", "no permission");

        int status = serve(backend, "{\"version\":\"1.0\",\"secrets\":[\"b\",\"c\",\"a\",\"d\"]}");

        assertThat(status).isEqualTo(BackendServer.OK).isZero();
        assertThat(out.toString(UTF_8))
                .isEqualTo("{\"b\":{\"value\":\"x\\\"é\ud83d\udd11\",\"error\":null},"
                        + "\"c\":{\"value\":null,\"error\":\"no permission\"},"
                        + "\"a\":{\"value\":\"y\",\"error\":null}}");
        assertThat(err.toString(UTF_8)).isEmpty();
        assertThat(backend.calls()).containsExactly(Set.copyOf(handles("b", "c", "a", "d")));
    }

    @Test
    void what_the_agent_asks_and_reads_makes_a_round_trip() {
        Set<Handle> asked = handles("a", "{\"k\": \"v\"}", "zażółć \ud83d\udd11\n", "unknown");
        FakeBackend backend =
                new FakeBackend().put("a", "1").put("{\"k\": \"v\"}", "2").put("zażółć \ud83d\udd11\n", "3");
        BackendProtocol protocol = new BackendProtocol("t", Map.of("k", List.of(1)));

        serve(backend, new String(protocol.request(asked), UTF_8));

        Reply reply = Reply.read(out.toByteArray(), asked);
        assertThat(reply.results(false, new KnownRedactors().with(reply)))
                .containsEntry(new Handle("a"), FetchResult.found("1"))
                .containsEntry(new Handle("{\"k\": \"v\"}"), FetchResult.found("2"))
                .containsEntry(new Handle("zażółć \ud83d\udd11\n"), FetchResult.found("3"))
                .doesNotContainKey(new Handle("unknown"));
    }

    @Test
    void fields_of_later_versions_are_passed_over() {
        FakeBackend backend = new FakeBackend().put("a", "x");

        assertThat(serve(
                        backend,
                        "{\"secret_backend_timeout\":30,\"x\":{\"y\":[]},\"secrets\":[\"a\",\"a\"],\"config\":{}}"))
                .isZero();
        assertThat(out.toString(UTF_8)).isEqualTo("{\"a\":{\"value\":\"x\",\"error\":null}}");
    }

    @Test
    void a_request_for_nothing_is_answered_without_the_backend() {
        FakeBackend backend = new FakeBackend();

        assertThat(serve(backend, "{\"version\":\"1.0\",\"secrets\":[]}")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo("{}");
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void an_empty_handle_has_no_entry_and_is_kept_from_the_backend() {
        FakeBackend backend = new FakeBackend().put("a", "x");

        assertThat(serve(backend, "{\"secrets\":[\"\",\"a\"]}")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo("{\"a\":{\"value\":\"x\",\"error\":null}}");
        assertThat(backend.calls()).containsExactly(handles("a"));
    }

    @Test
    void a_handle_that_does_not_exist_has_no_entry_and_one_that_is_refused_has_an_error() {
        SecretBackend backend = handles -> Map.of(
                new Handle("gone"), FetchResult.missing(),
                new Handle("locked"), FetchResult.failed("the vault is sealed"));

        assertThat(serve(backend, "{\"secrets\":[\"gone\",\"locked\",\"unknown\"]}"))
                .isZero();
        assertThat(out.toString(UTF_8)).isEqualTo("{\"locked\":{\"value\":null,\"error\":\"the vault is sealed\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1.5S|1.5", "PT0.0005S|5.0E-4", "PT1000000000000H|3.6E15"})
    void a_time_to_live_is_told_in_seconds(String durationAndJson) {
        String[] parts = durationAndJson.split("\\|", -1);
        FakeBackend backend = new FakeBackend().put("a", "x", Duration.parse(parts[0]));

        assertThat(serve(backend, "{\"secrets\":[\"a\"]}")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo("{\"a\":{\"value\":\"x\",\"error\":null,\"ttl\":" + parts[1] + "}}");
    }

    @Test
    void a_time_to_live_of_zero_is_none() {
        FakeBackend backend = new FakeBackend().put("a", "x", Duration.ZERO);

        assertThat(serve(backend, "{\"secrets\":[\"a\"]}")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo("{\"a\":{\"value\":\"x\",\"error\":null}}");
    }

    @Test
    void a_failure_without_reason_is_an_error_all_the_same() {
        FakeBackend backend = new FakeBackend().refuse("a", "");

        assertThat(serve(backend, "{\"secrets\":[\"a\"]}")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo("{\"a\":{\"value\":null,\"error\":\"the backend gave no reason\"}}");
    }

    @Test
    void whatever_the_backend_throws_is_named_but_not_quoted() {
        assertThat(serve(
                        handles -> {
                            throw new AssertionError("hunter2");
                        },
                        "{\"secrets\":[\"a\"]}"))
                .isEqualTo(BackendServer.BACKEND_FAILED);
        assertThat(err.toString(UTF_8)).isEqualTo("the backend failed with java.lang.AssertionError\n");
        assertThat(out.size()).isZero();
    }

    @Test
    void a_handle_with_half_a_surrogate_pair_has_no_entry_as_no_reply_can_name_it() {
        FakeBackend backend = new FakeBackend().put("a", "x").refuse("b\ud800", "no permission");

        assertThat(serve(backend, "{\"secrets\":[\"b\\ud800\",\"a\"]}")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo("{\"a\":{\"value\":\"x\",\"error\":null}}");
        assertThat(backend.calls()).containsExactly(handles("a"));
    }

    @Test
    void half_a_surrogate_pair_fails_its_handle() {
        FakeBackend backend = new FakeBackend().put("a", "x\ud83d");

        assertThat(serve(backend, "{\"secrets\":[\"a\"]}")).isZero();
        assertThat(out.toString(UTF_8))
                .isEqualTo("{\"a\":{\"value\":null,\"error\":\"the value holds half a surrogate pair\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "canary",
                "[]",
                "null",
                "{}",
                "{\"version\":\"1.0\"}",
                "{\"secrets\":null}",
                "{\"secrets\":\"canary\"}",
                "{\"secrets\":[5]}",
                "{\"secrets\":[null]}",
                "{\"secrets\":[[\"a\"]]}",
                "{\"secrets\":[\"canary\"",
                "{\"secrets\":[\"canary\"]",
                "{\"secrets\":[]} x",
                "{\"secrets\":[]}{}",
            })
    void a_bad_request_gives_status_2_and_is_not_quoted(String request) {
        FakeBackend backend = new FakeBackend();

        assertThat(serve(backend, request)).isEqualTo(BackendServer.BAD_REQUEST).isEqualTo(2);
        assertThat(out.size()).isZero();
        assertThat(err.toString(UTF_8))
                .isEqualTo("bad request: standard input must be {\"version\":\"1.0\",\"secrets\":[\"handle\", ...]}"
                        + System.lineSeparator());
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void a_failed_backend_gives_status_1_and_its_message() {
        FakeBackend backend = new FakeBackend().fail(FailureKind.TIMEOUT, "the vault is sealed");

        assertThat(serve(backend, "{\"secrets\":[\"a\"]}"))
                .isEqualTo(BackendServer.BACKEND_FAILED)
                .isEqualTo(1);
        assertThat(out.size()).isZero();
        assertThat(err.toString(UTF_8)).isEqualTo("the vault is sealed" + System.lineSeparator());
    }

    @Test
    void an_exception_of_a_backend_is_named_but_its_message_could_hold_a_secret() {
        SecretBackend backend = handles -> {
            throw new IllegalStateException("canary", new IOException("canary"));
        };

        assertThat(serve(backend, "{\"secrets\":[\"a\"]}")).isEqualTo(1);
        assertThat(out.size()).isZero();
        assertThat(err.toString(UTF_8))
                .isEqualTo("the backend failed with java.lang.IllegalStateException" + System.lineSeparator());
    }

    @Test
    void a_reply_that_nobody_reads_gives_status_1_and_no_value() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("canary");
            }
        };
        FakeBackend backend = new FakeBackend().put("a", "canary");

        int status = BackendServer.run(
                backend, new ByteArrayInputStream("{\"secrets\":[\"a\"]}".getBytes(UTF_8)), broken, printer());

        assertThat(status).isEqualTo(1);
        assertThat(err.toString(UTF_8)).isEqualTo("the reply cannot be written: IOException" + System.lineSeparator());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_failed_backend_is_a_failed_executable(@TempDir Path folder) throws IOException {
        ExecBackend backend = ExecBackend.builder(JavaProgram.script(folder, FakeBackendProgram.class))
                .arguments(List.of("the vault is sealed"))
                .timeout(Conditions.PATIENCE)
                .build();

        try (CapturedLog log = new CapturedLog()) {
            BackendException failure =
                    catchThrowableOfType(BackendException.class, () -> backend.fetch(handles("plain")));

            assertThat(failure.kind()).isEqualTo(FailureKind.EXIT);
            assertThat(failure).hasMessageContaining("ended with exit status 1;");
            assertThat(log.records())
                    .containsExactly(
                            "WARN io.agentsecrets.exec.ExecBackend - backend on standard error: the vault is sealed");
        }
    }

    private int serve(SecretBackend backend, String request) {
        return BackendServer.run(backend, new ByteArrayInputStream(request.getBytes(UTF_8)), out, printer());
    }

    private PrintStream printer() {
        return new PrintStream(err, true, UTF_8);
    }
}
