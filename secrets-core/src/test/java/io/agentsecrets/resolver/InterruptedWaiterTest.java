package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread that is interrupted while it waits for values has not read them: its source still hears that they changed. */
class InterruptedWaiterTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<Thread.State> WAITS = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);
    private static final Map<String, String> POSTGRES = Map.of("user", "ENC[u]", "password", "ENC[p]");
    private static final Map<String, String> SECOND = Map.of("user", "u2", "password", "p2");

    private final FakeBackend store = new FakeBackend().put("u", "u1").put("p", "p1");
    private final AtomicLong now = new AtomicLong();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void let_go() {
        store.release();
    }

    private SecretResolver shortLived() {
        SecretResolver resolver = SecretResolver.builder(store)
                .ticker(now::get)
                .timeToLive(Duration.ofSeconds(10))
                .build();
        resolver.addListener(change -> heard.add(change.source()));
        return resolver;
    }

    private void tenSecondsLater() {
        now.addAndGet(Duration.ofSeconds(10).toNanos());
    }

    private void rotate() {
        store.put("u", "u2").put("p", "p2");
    }

    private static Object postgres(SecretResolver resolver) {
        return resolver.resolve("postgres", POSTGRES);
    }

    private static Thread start(FutureTask<?> task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitWaiting(Thread thread) {
        long start = System.nanoTime();
        while (!WAITS.contains(thread.getState())) {
            assertThat(System.nanoTime() - start).isLessThan(PATIENCE.toNanos());
            Thread.onSpinWait();
        }
    }

    /** The waiter shares the running call, or waits for the next one, or makes the call itself. */
    @ParameterizedTest
    @ValueSource(strings = {"sharing", "gathering", "calling"})
    void fault_8_an_interrupted_waiter_takes_no_event_with_it(String how) throws Exception {
        SecretResolver resolver = shortLived();
        postgres(resolver);
        rotate();
        tenSecondsLater();
        int before = store.callCount();
        store.put("x", "x1").hold();
        Object first = how.equals("sharing") ? POSTGRES : List.of("ENC[x]");
        FutureTask<Object> other = new FutureTask<>(() -> resolver.resolve("other", first));
        FutureTask<Object> waiter = new FutureTask<>(() -> postgres(resolver));
        if (!how.equals("calling")) {
            start(other);
            store.awaitCalls(before + 1, PATIENCE);
        }
        Thread waiting = start(waiter);
        if (how.equals("calling")) {
            store.awaitCalls(before + 1, PATIENCE);
        }
        awaitWaiting(waiting);

        waiting.interrupt();
        assertThatThrownBy(() -> waiter.get(120, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
        store.release();
        if (!how.equals("calling")) {
            other.get(120, TimeUnit.SECONDS);
        }
        resolver.refresh();

        assertThat(heard).contains("postgres");
        assertThat(postgres(resolver)).isEqualTo(SECOND);
    }

    @Test
    void fault_8_one_that_read_its_values_in_time_is_not_told_of_them_again() {
        SecretResolver resolver = shortLived();
        postgres(resolver);
        rotate();
        tenSecondsLater();
        assertThat(postgres(resolver)).isEqualTo(SECOND);

        resolver.refresh();

        assertThat(heard).isEmpty();
    }
}
