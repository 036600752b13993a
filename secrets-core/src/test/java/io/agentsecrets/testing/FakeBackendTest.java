package io.agentsecrets.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FakeBackendTest {

    private static final Handle A = new Handle("a");
    private static final Handle B = new Handle("b");
    private static final Handle C = new Handle("c");

    private final FakeBackend backend = new FakeBackend();

    @Test
    void answers_what_it_was_given_and_nothing_else() {
        backend.put("a", "1").put("b", "2", Duration.ofSeconds(5)).put("other", "3");

        assertThat(backend.fetch(Set.of(A, B, C)))
                .isEqualTo(Map.of(
                        A, FetchResult.found("1"),
                        B, new FetchResult.Found(SecretValue.of("2"), Duration.ofSeconds(5)),
                        C, FetchResult.missing()));
    }

    @Test
    void refuses_a_handle_until_it_gets_a_value() {
        backend.put("a", "1").refuse("a", "revoked");
        assertThat(backend.fetch(Set.of(A))).isEqualTo(Map.of(A, FetchResult.failed("revoked")));

        backend.put("a", "2");
        assertThat(backend.fetch(Set.of(A))).isEqualTo(Map.of(A, FetchResult.found("2")));
    }

    @Test
    void fails_as_a_whole_until_it_recovers() {
        backend.put("a", "1").fail(FailureKind.EXIT, "status 1");

        assertThatThrownBy(() -> backend.fetch(Set.of(A)))
                .isInstanceOfSatisfying(
                        BackendException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(FailureKind.EXIT))
                .hasMessage("status 1");
        assertThat(backend.recover().fetch(Set.of(A))).isEqualTo(Map.of(A, FetchResult.found("1")));
    }

    @Test
    void a_call_that_no_resolver_may_make_is_reported_and_not_counted() {
        assertThatThrownBy(() -> backend.fetch(Set.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> backend.fetch(Set.of(A, new Handle("")))).isInstanceOf(IllegalArgumentException.class);
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void remembers_its_calls_in_order() {
        backend.fetch(Set.of(A));
        backend.fetch(Set.of(B, C));

        assertThat(backend.calls()).containsExactly(Set.of(A), Set.of(B, C));
        assertThat(backend.callCount()).isEqualTo(2);
    }

    @Test
    void keeps_a_call_waiting_until_it_is_released() throws Exception {
        backend.put("a", "1").hold();
        FutureTask<Map<Handle, FetchResult>> call = new FutureTask<>(() -> backend.fetch(Set.of(A)));
        new Thread(call).start();
        backend.awaitCalls(1, Duration.ofSeconds(20));
        assertThat(call.isDone()).isFalse();

        backend.release();

        assertThat(call.get(120, TimeUnit.SECONDS)).isEqualTo(Map.of(A, FetchResult.found("1")));
    }

    @Test
    void a_call_that_waits_can_be_interrupted() {
        backend.hold();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> backend.fetch(Set.of(A)))
                .isInstanceOfSatisfying(
                        BackendException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(FailureKind.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void calls_that_do_not_come_are_an_assertion_error() {
        assertThatThrownBy(() -> backend.awaitCalls(1, Duration.ofMillis(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected 1 call but saw 0");
    }
}
