package io.agentsecrets.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

class ResilientBackendTest {

    private static final Set<Handle> HANDLES = Set.of(new Handle("a"));

    /** How the calls end, in order; null is a success, and so is every call after the last. */
    private final Deque<FailureKind> script = new ArrayDeque<>();

    private final FakeBackend backend = new FakeBackend();

    private final List<Long> pauses = new ArrayList<>();
    private int calls;
    private long now;
    private double random;

    private ResilientBackend.Builder builder() {
        SecretBackend backend = handles -> {
            calls++;
            FailureKind failure = script.isEmpty() ? null : script.removeFirst();
            if (failure != null) {
                throw new BackendException(failure, "it failed");
            }
            return Map.of(new Handle("a"), FetchResult.found("v"));
        };
        return ResilientBackend.builder(backend)
                .ticker(() -> now)
                .random(() -> random)
                .sleep(nanos -> {
                    pauses.add(TimeUnit.NANOSECONDS.toMillis(nanos));
                    now += nanos;
                });
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
        ResilientBackend backend = builder().attempts(3).build();

        assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessageContaining("attempt 3");
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessage("it failed");
        }
        assertThat(calls).isEqualTo(13);

        now += Outage.REST;
        assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessageContaining("attempt 3");
        assertThat(calls).isEqualTo(16);
    }

    @Test
    void asks_again_as_before_once_a_call_succeeded() {
        failing(FailureKind.TIMEOUT, 2);
        ResilientBackend backend = builder().attempts(2).build();
        assertThatThrownBy(() -> backend.fetch(HANDLES)).isInstanceOf(BackendException.class);

        backend.fetch(HANDLES);
        failing(FailureKind.TIMEOUT, 1);
        backend.fetch(HANDLES);

        assertThat(calls).isEqualTo(2 + 1 + 2);
    }

    @Test
    void waits_at_the_start_until_its_patience_is_over() {
        failing(FailureKind.EXIT, 1000);
        ResilientBackend backend = builder()
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
        ResilientBackend backend =
                builder().attempts(1).startUpPatience(Duration.ofHours(1)).build();
        backend.fetch(HANDLES);
        failing(FailureKind.EXIT, 1);

        assertThatThrownBy(() -> backend.fetch(HANDLES)).hasMessage("it failed");

        assertThat(pauses).isEmpty();
    }

    @Test
    void an_interrupt_ends_a_pause_and_stays_set() {
        failing(FailureKind.EXIT, 10);
        ResilientBackend backend = ResilientBackend.builder(
                        builder().attempts(1).build())
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

    private SecretBackend cooling(SecretBackend cooled) {
        return ResilientBackend.builder(cooled)
                .attempts(1)
                .coolDown(Duration.ofSeconds(30))
                .ticker(() -> now)
                .build();
    }

    private static Map<String, Object> sources(int count) {
        Map<String, Object> sources = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            sources.put("file" + i, List.of("ENC[h" + i + "]"));
        }
        return sources;
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMEOUT", "START", "PERMISSIONS", "EXIT", "OUTPUT"})
    void a_thousand_files_cost_one_failed_call(FailureKind kind) {
        backend.fail(kind, "no luck");
        SecretResolver resolver = SecretResolver.builder(cooling(backend)).build();

        sources(1000)
                .forEach((source, tree) -> assertThatThrownBy(() -> resolver.resolve(source, tree))
                        .isInstanceOfSatisfying(
                                UnresolvedHandlesException.class,
                                e -> assertThat(e.failures().get(0).kind()).isEqualTo(kind))
                        .hasMessageContaining("no luck"));

        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void says_for_how_long_the_backend_is_left_alone() {
        backend.fail(FailureKind.TIMEOUT, "too slow");
        SecretBackend cooling = cooling(backend);
        Set<Handle> handles = Set.of(new Handle("a"));
        assertThatThrownBy(() -> cooling.fetch(handles)).hasMessage("too slow");

        now = Duration.ofSeconds(20).toNanos();

        assertThatThrownBy(() -> cooling.fetch(handles))
                .hasMessage("too slow; it is not asked again for 10 s (cool-down)");
    }

    @Test
    void asks_again_when_the_time_is_over() {
        backend.put("a", "v").fail(FailureKind.TIMEOUT, "too slow");
        SecretBackend cooling = cooling(backend);
        Set<Handle> handles = Set.of(new Handle("a"));
        assertThatThrownBy(() -> cooling.fetch(handles)).isInstanceOf(BackendException.class);

        backend.recover();
        now = Duration.ofSeconds(30).toNanos();

        assertThat(cooling.fetch(handles)).containsKey(new Handle("a"));
    }

    @Test
    void a_bad_source_is_still_found_among_a_hundred() {
        SecretBackend exitsForOne = handles -> {
            if (handles.contains(new Handle("h42"))) {
                throw new BackendException(FailureKind.EXIT, "status 1");
            }
            return backend.fetch(handles);
        };
        for (int i = 0; i < 100; i++) {
            backend.put("h" + i, "v" + i);
        }
        SecretResolver resolver = SecretResolver.builder(cooling(exitsForOne)).build();

        Map<String, Resolution<@Nullable Object>> resolutions = resolver.resolveAll(sources(100));

        assertThat(resolutions.values())
                .filteredOn(Resolution.Dropped.class::isInstance)
                .extracting(Resolution::source)
                .containsExactly("file42");
    }

    @Test
    void a_backend_that_always_exits_is_asked_no_more_often_than_for_one_fetch() {
        backend.fail(FailureKind.EXIT, "status 1");
        SecretResolver resolver = SecretResolver.builder(cooling(backend)).build();

        resolver.resolveAll(sources(1000));
        sources(1000)
                .forEach((source, tree) -> assertThatThrownBy(() -> resolver.resolve(source, tree))
                        .isInstanceOf(UnresolvedHandlesException.class));

        assertThat(backend.callCount()).isLessThanOrEqualTo(SplitFetch.MAX_CALLS);
    }

    @Test
    void what_a_backend_says_of_a_handle_cools_nothing() {
        backend.refuse("a", "revoked").put("b", "v");
        SecretBackend cooling = cooling(backend);

        cooling.fetch(Set.of(new Handle("a")));
        cooling.fetch(Set.of(new Handle("b")));

        assertThat(backend.callCount()).isEqualTo(2);
    }

    @Test
    void an_interrupted_call_cools_nothing() {
        backend.put("a", "v").fail(FailureKind.INTERRUPTED, "interrupted");
        SecretBackend cooling = cooling(backend);
        Set<Handle> handles = Set.of(new Handle("a"));
        assertThatThrownBy(() -> cooling.fetch(handles)).isInstanceOf(BackendException.class);

        backend.recover();

        assertThat(cooling.fetch(handles)).hasSize(1);
    }

    @Test
    void the_attempts_of_a_call_are_one_call_to_the_cool_down() {
        failing(FailureKind.EXIT, 3);
        SecretBackend both =
                builder().attempts(3).coolDown(Duration.ofSeconds(30)).build();
        assertThatThrownBy(() -> both.fetch(HANDLES)).hasMessage("it failed (attempt 3)");

        assertThatThrownBy(() -> both.fetch(HANDLES))
                .hasMessage("it failed (attempt 3); it is not asked again for 30 s (cool-down)");
        assertThat(calls).isEqualTo(3);

        now += Duration.ofSeconds(30).toNanos();
        assertThat(both.fetch(HANDLES)).hasSize(1);
    }

    static Stream<Throwable> thrown_undeclared() {
        return Stream.of(new StackOverflowError(), new IOException("checked"), new IllegalStateException("a bug"));
    }

    @ParameterizedTest
    @MethodSource("thrown_undeclared")
    void whatever_else_a_backend_throws_passes_through_and_changes_nothing(Throwable thrown) {
        Deque<Throwable> next = new ArrayDeque<>();
        SecretBackend unruly = handles -> {
            Throwable first = next.poll();
            throw first == null ? new BackendException(FailureKind.TIMEOUT, "too slow") : sneaky(first);
        };
        SecretBackend resilient = ResilientBackend.builder(unruly)
                .attempts(2)
                .startUpPatience(Duration.ofSeconds(10))
                .coolDown(Duration.ofSeconds(30))
                .longestPause(Duration.ofSeconds(1))
                .firstPause(Duration.ofSeconds(1))
                .ticker(() -> now)
                .random(() -> 0)
                .sleep(nanos -> now += nanos)
                .build();

        next.add(thrown);
        assertThatThrownBy(() -> resilient.fetch(HANDLES)).isSameAs(thrown);
        assertThatThrownBy(() -> resilient.fetch(HANDLES)).hasMessage("too slow (attempt 10)");
        next.add(thrown);
        assertThatThrownBy(() -> resilient.fetch(HANDLES)).hasMessageContaining("cool-down");
        now += Duration.ofSeconds(30).toNanos();
        assertThatThrownBy(() -> resilient.fetch(HANDLES)).isSameAs(thrown);
        assertThatThrownBy(() -> resilient.fetch(HANDLES)).hasMessage("too slow");
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void threads_that_share_it_do_not_wait_for_each_other() throws Exception {
        CyclicBarrier allAreCalling = new CyclicBarrier(4);
        SecretBackend meets = handles -> {
            try {
                allAreCalling.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
            throw new BackendException(FailureKind.EXIT, "status 1");
        };
        SecretBackend resilient = ResilientBackend.builder(meets)
                .attempts(1)
                .coolDown(Duration.ofDays(1))
                .build();
        List<Future<?>> fetches = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < 4; i++) {
                Set<Handle> handles = Set.of(new Handle("h" + i));
                fetches.add(threads.submit(() -> resilient.fetch(handles)));
            }
            for (Future<?> fetch : fetches) {
                assertThatThrownBy(fetch::get).hasMessageContaining("status 1");
            }
        } finally {
            threads.shutdown();
        }
        assertThatThrownBy(() -> resilient.fetch(HANDLES)).hasMessageContaining("cool-down");
    }

    @Test
    void refuses_settings_out_of_range() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().attempts(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().firstPause(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().longestPause(Duration.ofDays(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().startUpPatience(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().coolDown(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().coolDown(Duration.ofDays(2)));
    }
}
