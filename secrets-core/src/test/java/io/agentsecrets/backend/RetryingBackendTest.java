package io.agentsecrets.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class RetryingBackendTest {

    private static final Set<Handle> HANDLES = Set.of(new Handle("a"));

    /** How the calls end, in order; null is a success, and so is every call after the last. */
    private final Deque<FailureKind> script = new ArrayDeque<>();

    private final List<Long> pauses = new ArrayList<>();
    private int calls;
    private long now;
    private double random;

    private RetryingBackend.Builder builder() {
        SecretBackend backend = handles -> {
            calls++;
            FailureKind failure = script.isEmpty() ? null : script.removeFirst();
            if (failure != null) {
                throw new BackendException(failure, "it failed");
            }
            return Map.of(new Handle("a"), FetchResult.found("v"));
        };
        return RetryingBackend.builder(backend).clock(new RetryingBackend.Clock(() -> now, () -> random, nanos -> {
            pauses.add(TimeUnit.NANOSECONDS.toMillis(nanos));
            now += nanos;
        }));
    }

    private void failing(FailureKind kind, int times) {
        for (int i = 0; i < times; i++) {
            script.add(kind);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMEOUT", "EXIT", "START"})
    void asks_again_after_what_may_pass(FailureKind kind) {
        failing(kind, 2);

        Map<Handle, FetchResult> results = builder().attempts(3).build().fetch(HANDLES);

        assertThat(results).containsKey(new Handle("a"));
        assertThat(calls).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"TIMEOUT", "EXIT", "START"})
    void does_not_ask_again_after_what_only_an_operator_can_mend(FailureKind kind) {
        failing(kind, 1);

        assertThatThrownBy(() -> builder().attempts(3).build().fetch(HANDLES)).hasMessage("it failed");

        assertThat(calls).isEqualTo(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void says_how_often_it_asked_in_vain() {
        failing(FailureKind.TIMEOUT, 3);

        assertThatThrownBy(() -> builder().attempts(3).build().fetch(HANDLES))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.TIMEOUT))
                .hasMessage("it failed (attempt 3)");
    }

    @Test
    void doubles_its_pauses_up_to_the_longest() {
        failing(FailureKind.EXIT, 6);

        builder()
                .attempts(7)
                .firstPause(Duration.ofMillis(100))
                .longestPause(Duration.ofMillis(1000))
                .build()
                .fetch(HANDLES);

        assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1000L, 1000L);
    }

    @Test
    void shortens_a_pause_by_a_random_part_of_up_to_a_half() {
        failing(FailureKind.EXIT, 1);
        random = 1;

        builder().attempts(2).firstPause(Duration.ofMillis(100)).build().fetch(HANDLES);

        assertThat(pauses).containsExactly(50L);
    }

    @Test
    void pauses_do_not_overflow() {
        failing(FailureKind.EXIT, 99);

        builder()
                .attempts(100)
                .firstPause(Duration.ofHours(23))
                .longestPause(Duration.ofDays(1))
                .build()
                .fetch(HANDLES);

        assertThat(pauses).allMatch(millis -> millis >= 23 * 3_600_000L && millis <= 24 * 3_600_000L);
    }

    @Test
    void an_outage_costs_its_attempts_once_a_minute_and_not_for_every_call() {
        failing(FailureKind.TIMEOUT, 3 + 10 + 3);
        RetryingBackend backend = builder().attempts(3).build();

        assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessageContaining("attempt 3");
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessage("it failed");
        }
        assertThat(calls).isEqualTo(13);

        now += RetryingBackend.REST.toNanos();
        assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessageContaining("attempt 3");
        assertThat(calls).isEqualTo(16);
    }

    @Test
    void asks_again_as_before_once_a_call_succeeded() {
        failing(FailureKind.TIMEOUT, 2);
        RetryingBackend backend = builder().attempts(2).build();
        assertThatThrownBy(() -> backend.fetch(HANDLES)).isInstanceOf(BackendException.class);

        backend.fetch(HANDLES);
        failing(FailureKind.TIMEOUT, 1);
        backend.fetch(HANDLES);

        assertThat(calls).isEqualTo(2 + 1 + 2);
    }

    @Test
    void waits_at_the_start_until_its_patience_is_over() {
        failing(FailureKind.EXIT, 1000);
        RetryingBackend backend = builder()
                .attempts(1)
                .firstPause(Duration.ofSeconds(1))
                .longestPause(Duration.ofSeconds(1))
                .startUpPatience(Duration.ofSeconds(10))
                .build();

        assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessage("it failed (attempt 10)");
        assertThat(now).isEqualTo(Duration.ofSeconds(9).toNanos());

        now += Duration.ofSeconds(5).toNanos();
        assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessage("it failed");
    }

    @Test
    void has_no_patience_any_more_once_a_call_succeeded() {
        RetryingBackend backend =
                builder().attempts(1).startUpPatience(Duration.ofHours(1)).build();
        backend.fetch(HANDLES);
        failing(FailureKind.EXIT, 1);

        assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessage("it failed");

        assertThat(pauses).isEmpty();
    }

    @Test
    void an_interrupt_ends_a_pause_and_stays_set() {
        failing(FailureKind.EXIT, 10);
        RetryingBackend backend = RetryingBackend.builder(builder().attempts(1).build())
                .attempts(10)
                .firstPause(Duration.ofHours(1))
                .longestPause(Duration.ofHours(1))
                .build();
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> backend.fetch(HANDLES))
                    .isInstanceOfSatisfying(
                            BackendException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void refuses_settings_out_of_range() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().attempts(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().firstPause(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().longestPause(Duration.ofDays(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().startUpPatience(Duration.ofSeconds(-1)));
    }
}
