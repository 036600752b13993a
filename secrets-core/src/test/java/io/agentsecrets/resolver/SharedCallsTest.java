package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Resolution;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How threads share calls to a backend. Real threads throughout; nothing sleeps, everything waits for a condition. */
class SharedCallsTest {

    private static final Duration LONG = Duration.ofMinutes(2);

    private final FakeBackend backend = new FakeBackend();
    private final SecretResolver resolver = SecretResolver.builder(backend).build();
    private final List<Run<?>> runs = new ArrayList<>();

    /** A thread of its own, and what became of it. */
    private static final class Run<T> {
        final FutureTask<T> task;
        final Thread thread;
        volatile boolean interruptedAtTheEnd;

        Run(Callable<T> work) {
            task = new FutureTask<>(() -> {
                try {
                    return work.call();
                } finally {
                    interruptedAtTheEnd = Thread.currentThread().isInterrupted();
                }
            });
            thread = new Thread(task);
            thread.setDaemon(true);
        }

        T result() throws Exception {
            return task.get(120, TimeUnit.SECONDS);
        }

        /** Waits until the thread has joined a call and waits for its end. */
        void awaitBlocked() {
            await(this::waitsForACall);
        }

        boolean waitsForACall() {
            List<String> methods = Stream.of(thread.getStackTrace())
                    .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                    .toList();
            return methods.contains("io.agentsecrets.resolver.SharedCalls.takePart")
                    && methods.stream().anyMatch(method -> method.endsWith("ConditionObject.await"))
                    && thread.getState() == Thread.State.WAITING;
        }
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).isLessThan(LONG.toNanos());
            Thread.onSpinWait();
        }
    }

    private <T> Run<T> start(Callable<T> work) {
        Run<T> run = new Run<>(work);
        runs.add(run);
        run.thread.start();
        return run;
    }

    private Run<Object> startResolving(String source, String... handles) {
        return start(() -> resolve(source, handles));
    }

    private Object resolve(String source, String... handles) {
        List<String> tree = new ArrayList<>();
        for (String handle : handles) {
            tree.add("ENC[" + handle + "]");
        }
        return resolver.resolve(source, tree);
    }

    /** Starts a call for the handle {@code first} that hangs until the backend is released. */
    private Run<Object> startHeldCall() throws InterruptedException {
        backend.put("first", "1").hold();
        Run<Object> run = startResolving("first.yaml", "first");
        backend.awaitCalls(1, LONG);
        return run;
    }

    private static Set<Handle> handles(String... names) {
        return Set.of(names).stream().map(Handle::new).collect(Collectors.toSet());
    }

    @AfterEach
    void every_thread_ends() throws InterruptedException {
        backend.release();
        for (Run<?> run : runs) {
            run.thread.join(LONG.toMillis());
            assertThat(run.thread.isAlive()).as("a thread that hangs").isFalse();
        }
    }

    @RepeatedTest(100)
    void asks_the_backend_once_for_handles_that_many_threads_want() throws Exception {
        for (int i = 0; i < 20; i++) {
            backend.put("h" + i, "v" + i);
        }
        CountDownLatch ready = new CountDownLatch(64);
        List<Run<Object>> threads = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            int n = i;
            threads.add(start(() -> {
                ready.countDown();
                ready.await();
                return resolve(n + ".yaml", "h" + n % 20, "h" + (n + 7) % 20, "h" + (n * 3) % 20);
            }));
        }

        for (int n = 0; n < 64; n++) {
            assertThat(threads.get(n).result())
                    .isEqualTo(List.of("v" + n % 20, "v" + (n + 7) % 20, "v" + (n * 3) % 20));
        }
        List<Handle> asked = backend.calls().stream().flatMap(Set::stream).toList();
        assertThat(asked).doesNotHaveDuplicates().hasSize(20);
        assertThat(backend.callCount()).isLessThan(20);
    }

    @RepeatedTest(20)
    void threads_that_come_during_a_call_share_the_next_one() throws Exception {
        Run<Object> first = startHeldCall();
        List<Run<Object>> others = new ArrayList<>();
        for (int i = 0; i < 63; i++) {
            backend.put("h" + i, "v" + i);
            others.add(startResolving(i + ".yaml", "h" + i, "first", "h" + (i + 1) % 63));
        }
        for (Run<Object> other : others) {
            other.awaitBlocked();
        }

        backend.release();

        assertThat(first.result()).isEqualTo(List.of("1"));
        for (int i = 0; i < 63; i++) {
            assertThat(others.get(i).result()).isEqualTo(List.of("v" + i, "1", "v" + (i + 1) % 63));
        }
        assertThat(backend.calls()).hasSize(2).first().isEqualTo(handles("first"));
        assertThat(backend.calls().get(1)).hasSize(63).doesNotContain(new Handle("first"));
    }

    @Test
    void threads_that_want_the_same_handle_share_its_failure_too() throws Exception {
        backend.refuse("bad", "revoked").hold();
        Run<Object> first = startResolving("a.yaml", "bad");
        backend.awaitCalls(1, LONG);
        Run<Object> second = startResolving("b.yaml", "bad");
        second.awaitBlocked();

        backend.release();

        assertThatThrownBy(first::result).hasMessageContaining("ENC[bad] at 0: revoked");
        assertThatThrownBy(second::result).hasMessageContaining("ENC[bad] at 0: revoked");
        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void a_cached_source_resolves_while_a_slow_call_is_under_way() throws Exception {
        backend.put("cached", "1");
        resolve("a.yaml", "cached");
        backend.put("slow", "2").hold();
        Run<Object> slow = startResolving("slow.yaml", "cached", "slow");
        backend.awaitCalls(2, LONG);

        Run<Object> cached = startResolving("a.yaml", "cached");
        Run<Object> again = start(() -> resolver.resolveAll(Map.of("a.yaml", List.of("ENC[cached]"))));

        assertThat(cached.result()).isEqualTo(List.of("1"));
        assertThat(again.result()).isEqualTo(Map.of("a.yaml", new Resolution.Resolved<>("a.yaml", List.of("1"))));
        assertThat(slow.task.isDone()).isFalse();
        backend.release();
        assertThat(slow.result()).isEqualTo(List.of("1", "2"));
        assertThat(backend.calls().get(1)).isEqualTo(handles("slow"));
    }

    @RepeatedTest(20)
    void an_interrupted_waiter_stops_waiting_and_harms_nobody() throws Exception {
        backend.put("second", "2").put("third", "3");
        Run<Object> first = startHeldCall();
        Run<Object> sharing = startResolving("sharing.yaml", "first", "second");
        Run<Object> waiting = startResolving("waiting.yaml", "second");
        Run<Object> patient = startResolving("patient.yaml", "first", "second", "third");
        sharing.awaitBlocked();
        waiting.awaitBlocked();
        patient.awaitBlocked();

        sharing.thread.interrupt();
        waiting.thread.interrupt();

        assertInterrupted(sharing, "second");
        assertInterrupted(waiting, "second");
        backend.release();
        assertThat(first.result()).isEqualTo(List.of("1"));
        assertThat(patient.result()).isEqualTo(List.of("1", "2", "3"));
        assertThat(backend.callCount()).isEqualTo(2);
    }

    private static void assertInterrupted(Run<?> run, String handle) {
        assertThatThrownBy(run::result).cause().isInstanceOfSatisfying(UnresolvedHandlesException.class, error -> {
            assertThat(error).hasMessageContaining("ENC[" + handle + "]");
            assertThat(error.failures()).extracting(HandleFailure::kind).containsOnly(FailureKind.INTERRUPTED);
        });
        assertThat(run.interruptedAtTheEnd).isTrue();
    }

    @Test
    void what_only_an_interrupted_waiter_wanted_is_not_asked_for() throws Exception {
        Run<Object> first = startHeldCall();
        Run<Object> waiting = startResolving("waiting.yaml", "second");
        waiting.awaitBlocked();

        waiting.thread.interrupt();
        assertInterrupted(waiting, "second");
        backend.release();
        first.result();
        backend.put("third", "3");
        resolve("third.yaml", "third");

        assertThat(backend.calls()).containsExactly(handles("first"), handles("third"));
    }

    @Test
    void what_only_an_interrupted_waiter_wanted_beside_the_running_call_is_not_asked_for() throws Exception {
        Run<Object> first = startHeldCall();
        Run<Object> waiting = startResolving("waiting.yaml", "first", "second");
        waiting.awaitBlocked();

        waiting.thread.interrupt();
        assertInterrupted(waiting, "second");
        backend.release();
        first.result();
        backend.put("third", "3");
        resolve("third.yaml", "third");

        assertThat(backend.calls()).containsExactly(handles("first"), handles("third"));
    }

    @Test
    void what_one_waiter_still_wants_is_asked_for_though_another_one_was_interrupted() throws Exception {
        backend.put("second", "2").put("third", "3");
        Run<Object> first = startHeldCall();
        Run<Object> interrupted = startResolving("interrupted.yaml", "second");
        interrupted.awaitBlocked();
        Run<Object> patient = startResolving("patient.yaml", "third");
        patient.awaitBlocked();

        interrupted.thread.interrupt();
        assertInterrupted(interrupted, "second");
        Run<Object> late = startResolving("late.yaml", "third");
        late.awaitBlocked();
        backend.release();

        assertThat(first.result()).isEqualTo(List.of("1"));
        assertThat(patient.result()).isEqualTo(List.of("3"));
        assertThat(late.result()).isEqualTo(List.of("3"));
        assertThat(backend.calls()).containsExactly(handles("first"), handles("second", "third"));
    }

    @Test
    void an_interrupted_thread_still_gets_what_is_cached() throws Exception {
        backend.put("a", "1");
        resolve("a.yaml", "a");

        Run<Object> cached = start(() -> {
            Thread.currentThread().interrupt();
            return resolve("a.yaml", "a");
        });
        Run<Object> open = start(() -> {
            Thread.currentThread().interrupt();
            return resolve("b.yaml", "b");
        });

        assertThat(cached.result()).isEqualTo(List.of("1"));
        assertThat(cached.interruptedAtTheEnd).isTrue();
        assertInterrupted(open, "b");
        assertThat(backend.callCount()).isEqualTo(1);
    }

    @RepeatedTest(20)
    void when_the_caller_is_interrupted_in_the_middle_of_the_call_the_others_get_their_values_by_a_second_one()
            throws Exception {
        Run<Object> caller = startHeldCall();
        Run<Object> sharing = startResolving("sharing.yaml", "first");
        sharing.awaitBlocked();

        caller.thread.interrupt();

        assertInterrupted(caller, "first");
        backend.awaitCalls(2, LONG);
        backend.release();
        assertThat(sharing.result()).isEqualTo(List.of("1"));
        assertThat(backend.calls()).containsExactly(handles("first"), handles("first"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "checked", "exit"})
    void an_interrupted_caller_harms_nobody_whatever_the_backend_throws_then(String thrown) throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        SecretResolver sharedResolver = SecretResolver.builder(handles -> {
                    if (interrupted.get()) {
                        return Map.of(new Handle("a"), FetchResult.found("1"));
                    }
                    called.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                        if (thrown.equals("checked")) {
                            throw SharedCallsTest.<RuntimeException>undeclared(e);
                        }
                        Thread.currentThread().interrupt();
                        throw thrown.equals("exit")
                                ? new BackendException(FailureKind.EXIT, "killed")
                                : new IllegalStateException("closed by interrupt");
                    }
                    return Map.of();
                })
                .build();
        Run<Object> caller = start(() -> sharedResolver.resolve("a.yaml", List.of("ENC[a]")));
        called.await();
        Run<Object> sharing = start(() -> sharedResolver.resolve("b.yaml", List.of("ENC[a]")));
        sharing.awaitBlocked();

        caller.thread.interrupt();

        assertInterrupted(caller, "a");
        assertThat(sharing.result()).isEqualTo(List.of("1"));
    }

    /** Throws a checked exception as other languages do. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E undeclared(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @RepeatedTest(50)
    void threads_that_are_interrupted_at_any_moment_never_harm_the_others() throws Exception {
        for (int i = 0; i < 8; i++) {
            backend.put("h" + i, "v" + i);
        }
        CountDownLatch ready = new CountDownLatch(17);
        List<Run<Object>> patient = new ArrayList<>();
        List<Run<Object>> hurried = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int n = i;
            Callable<Object> work = () -> {
                ready.countDown();
                ready.await();
                return resolve(n + ".yaml", "h" + n, "h" + (n + 1) % 8);
            };
            patient.add(start(work));
            hurried.add(start(work));
        }

        ready.countDown();
        ready.await();
        hurried.forEach(run -> run.thread.interrupt());

        for (int n = 0; n < 8; n++) {
            assertThat(patient.get(n).result()).isEqualTo(List.of("v" + n, "v" + (n + 1) % 8));
        }
    }

    @Test
    void the_source_of_one_thread_that_makes_a_shared_call_fail_does_not_harm_the_others() throws Exception {
        SecretResolver sharedResolver = SecretResolver.builder(handles -> {
                    Map<Handle, FetchResult> results = backend.fetch(handles);
                    if (handles.contains(new Handle("bad"))) {
                        throw new BackendException(FailureKind.EXIT, "status 1");
                    }
                    return results;
                })
                .build();
        backend.put("first", "1").hold();
        Run<Object> first = start(() -> sharedResolver.resolve("first.yaml", List.of("ENC[first]")));
        backend.awaitCalls(1, LONG);
        List<Run<Object>> good = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            backend.put("h" + i, "v" + i);
            int n = i;
            good.add(start(() -> sharedResolver.resolve(n + ".yaml", List.of("ENC[h" + n + "]"))));
        }
        Run<Object> bad = start(() -> sharedResolver.resolve("bad.yaml", List.of("ENC[bad]", "ENC[h0]")));
        for (Run<Object> run : good) {
            run.awaitBlocked();
        }
        bad.awaitBlocked();

        backend.release();

        assertThat(first.result()).isEqualTo(List.of("1"));
        for (int n = 0; n < 7; n++) {
            assertThat(good.get(n).result()).isEqualTo(List.of("v" + n));
        }
        assertThatThrownBy(bad::result)
                .hasMessageContaining("Could not resolve 1 of 2 handles in bad.yaml\n  ENC[bad] at 0: status 1");
        assertThat(backend.callCount()).isLessThanOrEqualTo(8);
    }

    @Test
    void a_backend_that_calls_its_own_resolver_is_told_so_and_nothing_hangs() throws Exception {
        List<SecretResolver> own = new ArrayList<>();
        AtomicReference<Throwable> seen = new AtomicReference<>();
        own.add(SecretResolver.builder(handles -> {
                    try {
                        own.get(0).resolve("inner.yaml", List.of("ENC[inner]"));
                    } catch (RuntimeException e) {
                        seen.set(e);
                        throw e;
                    }
                    return Map.of();
                })
                .build());

        Run<Object> run = start(() -> own.get(0).resolve("outer.yaml", List.of("ENC[outer]")));

        assertThatThrownBy(run::result)
                .hasMessageContaining("ENC[outer] at 0: the backend failed with java.lang.IllegalStateException");
        assertThat(seen.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a backend may not ask the resolver that is asking it");
        Run<Object> next = start(() -> own.get(0).resolve("outer.yaml", List.of("ENC[outer]")));
        assertThatThrownBy(next::result).hasMessageContaining("ENC[outer]");
    }

    @Test
    void a_backend_may_use_what_its_resolver_has_cached() throws Exception {
        List<SecretResolver> own = new ArrayList<>();
        own.add(SecretResolver.builder(handles -> {
                    if (!handles.contains(new Handle("token"))) {
                        assertThat(own.get(0).resolve("vault.yaml", List.of("ENC[token]")))
                                .isEqualTo(List.of("t"));
                    }
                    return Map.of(new Handle("token"), FetchResult.found("t"), new Handle("a"), FetchResult.found("1"));
                })
                .build());
        own.get(0).resolve("vault.yaml", List.of("ENC[token]"));

        Run<Object> run = start(() -> own.get(0).resolve("a.yaml", List.of("ENC[a]")));

        assertThat(run.result()).isEqualTo(List.of("1"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_backend_that_throws_hangs_nobody_and_its_message_goes_nowhere(boolean error) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        SecretResolver throwing = SecretResolver.builder(handles -> {
                    calls.incrementAndGet();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    if (error) {
                        throw new AssertionError("hunter2");
                    }
                    throw new IllegalArgumentException("hunter2", new IllegalStateException("hunter2"));
                })
                .build();
        List<Run<Object>> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int n = i;
            threads.add(start(() -> throwing.resolve(n + ".yaml", List.of("ENC[a]"))));
        }
        await(() -> calls.get() == 1);
        await(() -> threads.stream().filter(Run::waitsForACall).count() == 7);

        release.countDown();

        for (Run<Object> run : threads) {
            assertThatThrownBy(run::result)
                    .cause()
                    .isInstanceOf(UnresolvedHandlesException.class)
                    .hasMessageContaining("ENC[a] at 0: the backend failed with java.lang."
                            + (error ? "AssertionError" : "IllegalArgumentException"))
                    .hasMessageNotContaining("hunter2")
                    .hasNoCause();
        }
        assertThat(calls).hasValue(1);
    }

    @RepeatedTest(20)
    void without_a_cache_threads_still_share_calls() throws Exception {
        SecretResolver uncached = SecretResolver.builder(backend).maximumSize(0).build();
        backend.put("a", "1").put("b", "2").hold();
        Run<Object> first = start(() -> uncached.resolve("first.yaml", List.of("ENC[a]")));
        backend.awaitCalls(1, LONG);
        List<Run<Object>> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int n = i;
            others.add(start(() -> uncached.resolve(n + ".yaml", List.of("ENC[a]", "ENC[b]"))));
        }
        for (Run<Object> other : others) {
            other.awaitBlocked();
        }

        backend.release();

        assertThat(first.result()).isEqualTo(List.of("1"));
        for (Run<Object> other : others) {
            assertThat(other.result()).isEqualTo(List.of("1", "2"));
        }
        assertThat(backend.calls()).containsExactly(handles("a"), handles("b"));
    }

    @Test
    void a_report_and_a_redactor_never_wait_for_a_call() throws Exception {
        startHeldCall();

        Run<SecretsReport> report = start(resolver::report);
        Run<String> redacted = start(() -> resolver.redactor().redact("x"));

        assertThat(report.result().secrets()).isEmpty();
        assertThat(redacted.result()).isEqualTo("x");
    }
}
