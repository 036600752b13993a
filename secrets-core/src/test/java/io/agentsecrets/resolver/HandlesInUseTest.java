package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.Handle;
import io.agentsecrets.audit.AuditEvent;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is in use stays known and masked, and what is not is let go of, also while threads race. */
class HandlesInUseTest {

    private static final String VALUE = "hunter2-of-x";

    private final FakeBackend backend = new FakeBackend().put("x", VALUE);
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        startThread(task);
        return task;
    }

    private static void startThread(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    private static <T> T result(FutureTask<T> task) throws Exception {
        return task.get(120, TimeUnit.SECONDS);
    }

    private void assertInUse(SecretResolver resolver) {
        assertThat(resolver.report().secrets())
                .extracting(SecretsReport.Secret::handle)
                .containsExactly(new Handle("x"));
        assertThat(resolver.redactor().redact("is " + VALUE)).isEqualTo("is ********");
        backend.put("x", "changed");
        assertThat(resolver.refresh().changed().handles()).containsExactly(new Handle("x"));
        assertThat(heard).containsExactly("a");
        backend.put("x", VALUE);
    }

    /** The trail is told that the handle left the memory, and another source takes it up at that very moment. */
    @Test
    void fault_6_what_another_source_takes_up_while_it_is_forgotten_stays_known() {
        AtomicReference<SecretResolver> own = new AtomicReference<>();
        SecretResolver resolver = SecretResolver.builder(backend)
                .auditTrail(event -> {
                    if (event.type() == AuditEvent.Type.FORGOTTEN) {
                        assertThat(own.get().resolve("a", List.of("ENC[x]"))).isEqualTo(List.of(VALUE));
                    }
                })
                .build();
        own.set(resolver);
        resolver.addListener(change -> heard.add(change.source()));
        resolver.resolve("b", List.of("ENC[x]"));

        resolver.forget("b");

        assertInUse(resolver);
    }

    /** As above, but the other source has found the value in memory and is about to read it when it is forgotten. */
    @Test
    void fault_6_a_source_that_found_a_value_is_not_dropped_because_another_one_is_forgotten() throws Exception {
        CountDownLatch lookedUp = new CountDownLatch(1);
        CountDownLatch forgotten = new CountDownLatch(1);
        AtomicReference<SecretResolver> own = new AtomicReference<>();
        AtomicReference<FutureTask<Object>> resolving = new AtomicReference<>();
        SecretResolver resolver = SecretResolver.builder(backend)
                .metrics(new ResolverMetrics() {
                    @Override
                    public void lookedUp(int hits, int misses) {
                        if (resolving.get() != null) {
                            lookedUp.countDown();
                            awaitQuietly(forgotten);
                        }
                    }
                })
                .auditTrail(event -> {
                    if (event.type() == AuditEvent.Type.FORGOTTEN) {
                        resolving.set(new FutureTask<>(() -> own.get().resolve("a", List.of("ENC[x]"))));
                        start(resolving.get(), lookedUp);
                        awaitQuietly(lookedUp);
                    }
                })
                .build();
        own.set(resolver);
        resolver.addListener(change -> heard.add(change.source()));
        resolver.resolve("b", List.of("ENC[x]"));

        resolver.forget("b");
        forgotten.countDown();

        assertThat(result(resolving.get())).isEqualTo(List.of(VALUE));
        assertInUse(resolver);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs a task on a thread of its own and opens a latch after it, if the task has not done so. */
    private static void start(FutureTask<Object> task, CountDownLatch latch) {
        startThread(() -> {
            task.run();
            latch.countDown();
        });
    }

    @Test
    void fault_6_two_threads_that_forget_and_resolve_never_lose_what_is_in_use() throws Exception {
        SecretResolver resolver = SecretResolver.builder(backend).build();
        resolver.addListener(change -> heard.add(change.source()));
        CyclicBarrier together = new CyclicBarrier(2);
        int rounds = 2000;
        FutureTask<Object> forgetting = start(() -> {
            for (int i = 0; i < rounds; i++) {
                resolver.forget("a");
                resolver.resolve("b", List.of("ENC[x]"));
                together.await();
                resolver.forget("b");
                together.await();
                together.await();
            }
            return "done";
        });
        for (int i = 0; i < rounds; i++) {
            together.await(120, TimeUnit.SECONDS);
            assertThat(resolver.resolve("a", List.of("ENC[x]"))).isEqualTo(List.of(VALUE));
            together.await(120, TimeUnit.SECONDS);
            assertThat(resolver.redactor().redact(VALUE)).isEqualTo("********");
            together.await(120, TimeUnit.SECONDS);
        }
        result(forgetting);
        assertInUse(resolver);
    }

    @Test
    void fault_6_a_handle_that_is_forgotten_while_it_is_asked_for_does_not_come_back() throws Exception {
        SecretResolver resolver = SecretResolver.builder(backend).build();
        resolver.resolve("b", List.of("ENC[x]"));
        backend.hold();
        FutureTask<RefreshResult> refresh = start(resolver::refresh);
        backend.awaitCalls(2, Duration.ofSeconds(30));

        resolver.forget("b");
        backend.release();
        result(refresh);

        assertThat(resolver.report().secrets()).isEmpty();
        assertThat(resolver.redactor().redact(VALUE)).isEqualTo(VALUE);
    }

    @Test
    void fault_7_a_source_that_is_resolved_again_with_other_handles_lets_go_of_the_old_ones() {
        AtomicLong now = new AtomicLong();
        SecretResolver resolver =
                SecretResolver.builder(backend).ticker(now::get).build();
        for (int i = 0; i < 50; i++) {
            backend.put("h" + i, "value-number-" + i);
            resolver.resolve("a", List.of("ENC[h" + i + "]"));
            now.addAndGet(Duration.ofMinutes(1).toNanos());
        }

        assertThat(resolver.report().secrets())
                .extracting(SecretsReport.Secret::handle)
                .containsExactly(new Handle("h49"));
        assertThat(resolver.redactor().redact("value-number-7 value-number-49")).isEqualTo("value-number-7 ********");
        assertThat(resolver.oldestValue()).isEqualTo(Duration.ofMinutes(1));
        resolver.refresh();
        assertThat(backend.calls()).last().isEqualTo(Set.of(new Handle("h49")));
    }

    @Test
    void fault_7_what_another_source_uses_is_kept_and_a_source_without_handles_keeps_none() {
        SecretResolver resolver =
                SecretResolver.builder(backend.put("y", "value-of-y")).build();
        resolver.resolve("a", List.of("ENC[x]", "ENC[y]"));
        resolver.resolve("b", List.of("ENC[y]"));

        resolver.resolve("a", List.of("no handle"));

        assertThat(resolver.redactor().redact(VALUE + " value-of-y")).isEqualTo(VALUE + " ********");
        resolver.resolveAll(Map.of("b", List.of()));
        assertThat(resolver.report().secrets()).isEmpty();
        assertThat(resolver.oldestValue()).isZero();
    }
}
