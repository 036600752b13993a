package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefresherTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final FakeBackend backend = new FakeBackend().put("u", "u1").put("p", "p1");
    private final SecretResolver resolver = SecretResolver.builder(backend).build();

    private static long refreshers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("agent-secrets-refresher"))
                .count();
    }

    private void resolve() {
        resolver.resolve("postgres", List.of("ENC[u]", "ENC[p]"));
    }

    @Test
    void refreshes_again_and_again() throws Exception {
        resolve();
        try (Refresher refresher = Refresher.start(resolver, Duration.ofMillis(20))) {
            backend.awaitCalls(4, PATIENCE);
            assertThat(refresher).isNotNull();
        }
    }

    @Test
    void the_first_refresh_comes_after_a_random_part_of_the_interval() throws Exception {
        resolve();
        try (Refresher refresher = Refresher.start(resolver, HOUR, true, () -> 0)) {
            backend.awaitCalls(2, PATIENCE);
            assertThat(refresher).isNotNull();
        }
        assertThat(backend.callCount()).isEqualTo(2);
    }

    @Test
    void a_listener_hears_what_it_brought() throws Exception {
        resolve();
        CountDownLatch heard = new CountDownLatch(1);
        resolver.addListener(change -> heard.countDown());
        backend.put("p", "p2");

        try (Refresher refresher = Refresher.start(resolver, HOUR, true, () -> 0)) {
            assertThat(heard.await(120, TimeUnit.SECONDS)).isTrue();
            assertThat(refresher).isNotNull();
        }
    }

    @Test
    void goes_on_after_a_failure() throws Exception {
        resolve();
        backend.fail(FailureKind.TIMEOUT, "too slow");
        try (Refresher refresher = Refresher.start(resolver, Duration.ofMillis(20))) {
            backend.awaitCalls(4, PATIENCE);
            assertThat(refresher).isNotNull();
        }
    }

    @Test
    void renews_values_before_their_time_is_over_without_an_interval() throws Exception {
        backend.put("u", "u1", Duration.ofMillis(200)).put("p", "p1", Duration.ofMillis(200));
        try (Refresher refresher = Refresher.startScattered(resolver, Duration.ZERO)) {
            resolve();
            backend.awaitCalls(2, PATIENCE);
            assertThat(refresher).isNotNull();
        }
    }

    /** A backend that notes when it was asked, and fails from its second call on if it is told to. */
    private static final class Clocked implements SecretBackend {

        private final List<Long> times = new CopyOnWriteArrayList<>();
        private final CountDownLatch enough;
        private final boolean fails;
        private final @Nullable Duration timeToLive;

        Clocked(int enough, boolean fails, @Nullable Duration timeToLive) {
            this.enough = new CountDownLatch(enough);
            this.fails = fails;
            this.timeToLive = timeToLive;
        }

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            times.add(System.nanoTime());
            enough.countDown();
            if (fails && times.size() > 1) {
                throw new BackendException(FailureKind.TIMEOUT, "too slow");
            }
            return Map.of(new Handle("u"), new FetchResult.Found(SecretValue.of("u1"), timeToLive));
        }

        Duration between(int first, int second) {
            return Duration.ofNanos(times.get(second) - times.get(first));
        }
    }

    @Test
    void asks_no_sooner_than_the_interval_says() throws Exception {
        Clocked clocked = new Clocked(4, false, null);
        SecretResolver resolver = SecretResolver.builder(clocked).build();
        resolver.resolve("postgres", List.of("ENC[u]"));

        try (Refresher refresher = Refresher.start(resolver, Duration.ofMillis(300), false, () -> 0.5)) {
            assertThat(clocked.enough.await(120, TimeUnit.SECONDS)).isTrue();
            assertThat(refresher).isNotNull();
        }

        assertThat(clocked.between(1, 2)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
        assertThat(clocked.between(2, 3)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void pauses_longer_and_longer_while_values_that_end_cannot_be_renewed() throws Exception {
        Clocked clocked = new Clocked(4, true, Duration.ofMillis(100));
        SecretResolver resolver = SecretResolver.builder(clocked).build();
        resolver.resolve("postgres", List.of("ENC[u]"));

        try (Refresher refresher = Refresher.start(resolver, Duration.ZERO)) {
            assertThat(clocked.enough.await(120, TimeUnit.SECONDS)).isTrue();
            assertThat(refresher).isNotNull();
        }

        assertThat(clocked.between(1, 2)).isGreaterThanOrEqualTo(FIRST_PAUSE);
        assertThat(clocked.between(2, 3)).isGreaterThanOrEqualTo(FIRST_PAUSE.multipliedBy(2));
    }

    @Test
    void ends_at_once_while_a_call_hangs_and_leaves_no_thread() throws Exception {
        resolve();
        backend.hold();
        Refresher refresher = Refresher.start(resolver, HOUR, true, () -> 0);
        backend.awaitCalls(2, PATIENCE);
        assertThat(refreshers()).isEqualTo(1);

        refresher.close(); // returns, although the call ends only when it is released below
        refresher.close();

        assertThat(refreshers()).isZero();
        backend.release();
    }

    @Test
    void a_listener_may_end_it() throws Exception {
        resolve();
        AtomicReference<Refresher> refresher = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        resolver.addListener(change -> {
            try {
                started.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            refresher.get().close();
            closed.countDown();
        });
        backend.put("p", "p2");

        refresher.set(Refresher.start(resolver, HOUR, true, () -> 0));
        started.countDown();

        assertThat(closed.await(120, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void has_no_thread_before_it_is_started() {
        resolve();
        resolver.refresh();

        assertThat(refreshers()).isZero();
    }

    @Test
    void refuses_a_negative_interval() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Refresher.startScattered(resolver, Duration.ofSeconds(-1)));
    }
}
