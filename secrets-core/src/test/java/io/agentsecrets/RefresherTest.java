package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RefresherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
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
        try (Refresher refresher = Refresher.start(resolver, Duration.ofMillis(20), false)) {
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
        resolver.onChange(change -> heard.countDown());
        backend.put("p", "p2");

        try (Refresher refresher = Refresher.start(resolver, HOUR, true, () -> 0)) {
            assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(refresher).isNotNull();
        }
    }

    @Test
    void goes_on_after_a_failure() throws Exception {
        resolve();
        backend.fail(FailureKind.TIMEOUT, "too slow");
        try (Refresher refresher = Refresher.start(resolver, Duration.ofMillis(20), false)) {
            backend.awaitCalls(4, PATIENCE);
            assertThat(refresher).isNotNull();
        }
    }

    @Test
    void renews_values_before_their_time_is_over_without_an_interval() throws Exception {
        backend.put("u", "u1", Duration.ofMillis(200)).put("p", "p1", Duration.ofMillis(200));
        try (Refresher refresher = Refresher.start(resolver, Duration.ZERO, true)) {
            resolve();
            backend.awaitCalls(4, PATIENCE);
            assertThat(refresher).isNotNull();
        }
    }

    @Test
    void ends_at_once_while_a_call_hangs_and_leaves_no_thread() throws Exception {
        resolve();
        backend.hold();
        Refresher refresher = Refresher.start(resolver, HOUR, true, () -> 0);
        backend.awaitCalls(2, PATIENCE);
        assertThat(refreshers()).isEqualTo(1);

        long start = System.nanoTime();
        refresher.close();
        refresher.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(refreshers()).isZero();
        backend.release();
    }

    @Test
    void a_listener_may_end_it() throws Exception {
        resolve();
        AtomicReference<Refresher> refresher = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        resolver.onChange(change -> {
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

        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void has_no_thread_before_it_is_started() {
        resolve();
        resolver.refresh();

        assertThat(refreshers()).isZero();
    }

    @Test
    void refuses_a_negative_interval() {
        assertThatIllegalArgumentException().isThrownBy(() -> Refresher.start(resolver, Duration.ofSeconds(-1), true));
    }
}
