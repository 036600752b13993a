package io.agentsecrets.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutingBackendTest {

    private final FakeBackend vault =
            new FakeBackend().put("db/password", "from vault").put("db/user", "datadog");
    private final FakeBackend file = new FakeBackend().put("db/password", "from file");
    private final FakeBackend other = new FakeBackend().put("plain", "p").put("a;b", "odd");
    private final SecretBackend routing = RoutingBackend.builder()
            .route("vault", vault)
            .route("file", file)
            .otherwise(other)
            .build();
    private final SecretResolver resolver = SecretResolver.builder(routing).build();

    @Test
    void asks_each_backend_once_for_the_handles_with_its_prefix() {
        Object resolved = resolver.resolve(
                "s", List.of("ENC[vault;db/password]", "ENC[file;db/password]", "ENC[vault;db/user]", "ENC[plain]"));

        assertThat(resolved).isEqualTo(List.of("from vault", "from file", "datadog", "p"));
        assertThat(vault.calls()).containsExactly(Set.of(new Handle("db/password"), new Handle("db/user")));
        assertThat(file.calls()).containsExactly(Set.of(new Handle("db/password")));
        assertThat(other.calls()).containsExactly(Set.of(new Handle("plain")));
    }

    @Test
    void a_backend_that_throws_wherever_it_can_harms_none_of_the_others() {
        SecretBackend routes = RoutingBackend.builder()
                .route("bad", new Throwing())
                .route("vault", vault)
                .build();

        assertThat(routes.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(routes.status().error())
                .isEqualTo("the status of the backend failed with java.lang.StackOverflowError");
        assertThat(routes.fetch(Set.of(new Handle("bad;a"), new Handle("vault;db/user"))))
                .isEqualTo(Map.of(
                        new Handle("bad;a"),
                        new FetchResult.Failed(
                                FailureKind.BACKEND_ERROR, "the backend failed with java.lang.StackOverflowError"),
                        new Handle("vault;db/user"),
                        FetchResult.found("datadog")));
        routes.maskWith(Redactor.of(List.of()));
        routes.close();
    }

    private static final class Throwing implements SecretBackend {

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            throw new StackOverflowError("s3cret");
        }

        @Override
        public BackendStatus status() {
            throw new StackOverflowError("s3cret");
        }

        @Override
        public Duration timeout() {
            throw new StackOverflowError("s3cret");
        }

        @Override
        public void maskWith(Redactor redactor) {
            throw new StackOverflowError("s3cret");
        }

        @Override
        public void close() {
            throw new StackOverflowError("s3cret");
        }
    }

    @Test
    void a_backend_under_several_prefixes_is_asked_once_and_answers_for_all() {
        SecretBackend both = RoutingBackend.builder()
                .route("vault", vault)
                .route("kv", vault)
                .otherwise(vault)
                .build();

        Object resolved = SecretResolver.builder(both)
                .build()
                .resolve("s", List.of("ENC[vault;db/user]", "ENC[kv;db/user]", "ENC[db/user]", "ENC[kv;db/password]"));

        assertThat(resolved).isEqualTo(List.of("datadog", "datadog", "datadog", "from vault"));
        assertThat(vault.calls()).containsExactly(Set.of(new Handle("db/password"), new Handle("db/user")));
    }

    @Test
    void backends_are_asked_side_by_side() {
        CyclicBarrier bothAreCalled = new CyclicBarrier(2);
        SecretBackend meets = handles -> {
            await(bothAreCalled);
            return file.fetch(handles);
        };
        SecretBackend meetsToo = handles -> meets.fetch(handles);

        Map<Handle, FetchResult> results = RoutingBackend.builder()
                .route("a", meets)
                .route("b", meetsToo)
                .build()
                .fetch(Set.of(new Handle("a;db/password"), new Handle("b;db/password")));

        assertThat(results.values()).containsExactly(FetchResult.found("from file"), FetchResult.found("from file"));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_backend_that_hangs_is_interrupted_at_the_deadline_and_harms_its_own_handles_only() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        SecretBackend hangs = handles -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            throw new BackendException(FailureKind.INTERRUPTED, "interrupted");
        };

        Map<Handle, FetchResult> results = RoutingBackend.builder()
                .route("hangs", hangs)
                .route("vault", vault)
                .deadline(Duration.ofSeconds(5))
                .build()
                .fetch(Set.of(new Handle("hangs;x"), new Handle("vault;db/user")));

        assertThat(results.get(new Handle("vault;db/user"))).isEqualTo(FetchResult.found("datadog"));
        assertThat(results.get(new Handle("hangs;x")))
                .isEqualTo(new FetchResult.Failed(
                        FailureKind.TIMEOUT, "the backend was not done before the deadline of all routes"));
        interrupted.await();
    }

    @Test
    void an_interrupt_of_the_caller_ends_the_calls_and_stays_set() throws Exception {
        CountDownLatch called = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        SecretBackend hangs = handles -> {
            called.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                Thread.currentThread().interrupt();
            }
            throw new BackendException(FailureKind.INTERRUPTED, "interrupted");
        };
        SecretBackend hangsToo = handles -> hangs.fetch(handles);
        SecretBackend both =
                RoutingBackend.builder().route("a", hangs).route("b", hangsToo).build();
        Thread caller = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            try {
                called.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            caller.interrupt();
        });
        interrupter.start();

        assertThatThrownBy(() -> both.fetch(Set.of(new Handle("a;x"), new Handle("b;x"))))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED));

        assertThat(Thread.interrupted()).isTrue();
        interrupted.await();
        interrupter.join();
    }

    @Test
    void a_backend_that_ignores_interrupts_keeps_one_thread_however_often_it_is_asked() {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        SecretBackend stubborn = handles -> {
            calls.incrementAndGet();
            while (end.getCount() > 0) {
                Thread.interrupted();
                Thread.onSpinWait();
            }
            return Map.of(new Handle("a"), FetchResult.found("v"));
        };
        SecretBackend routes = RoutingBackend.builder()
                .route("s", stubborn)
                .deadline(Duration.ofMillis(200))
                .build();
        Set<Handle> asked = Set.of(new Handle("s;a"));

        assertThat(routes.fetch(asked).toString()).contains("was not done before the deadline");
        assertThat(routes.fetch(asked).toString()).contains("still runs an earlier call");
        assertThat(routes.fetch(asked).toString()).contains("still runs an earlier call");
        assertThat(calls).hasValue(1);

        end.countDown();
        while (!routes.fetch(asked).containsValue(FetchResult.found("v"))) {
            Thread.onSpinWait(); // until the thread of the first call has ended
        }
    }

    @Test
    void values_of_one_call_were_right_at_one_moment_also_if_a_route_has_to_be_asked_in_parts() {
        List<Integer> sizes = new ArrayList<>();
        SecretBackend limited = handles -> {
            sizes.add(handles.size());
            if (handles.size() > 2) {
                throw new BackendException(FailureKind.OUTPUT, "too large");
            }
            return Map.of(
                    new Handle("a"), FetchResult.found("g" + sizes.size()), new Handle("b"), FetchResult.found("g2"));
        };
        RoutingBackend routing = RoutingBackend.builder().route("r", limited).build();

        Map<Handle, FetchResult> whole = routing.fetch(Set.of(new Handle("r;a"), new Handle("r;b"), new Handle("r;c")));

        assertThat(sizes)
                .as("it is for the resolver to ask in parts, which counts the calls")
                .containsExactly(3);
        assertThat(whole.values()).containsOnly(new FetchResult.Failed(FailureKind.OUTPUT, "too large"));
    }

    @Test
    void closes_its_backends_whatever_one_of_them_throws() {
        List<String> closed = new ArrayList<>();
        final class Closeable implements SecretBackend {
            @Override
            public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
                return Map.of();
            }

            @Override
            public void close() {
                closed.add("closed");
                throw new IllegalStateException("no");
            }
        }

        RoutingBackend.builder()
                .route("a", new Closeable())
                .route("b", vault)
                .otherwise(ResilientBackend.builder(new Closeable()).build())
                .build()
                .close();

        assertThat(closed).hasSize(2);
    }

    @Test
    void refuses_a_deadline_out_of_range() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoutingBackend.builder().deadline(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoutingBackend.builder().deadline(Duration.ofDays(2)));
    }

    @Test
    void leaves_a_handle_with_another_prefix_to_the_default_as_it_is() {
        assertThat(resolver.resolve("s", "ENC[a;b]")).isEqualTo("odd");
    }

    @Test
    void names_the_prefixes_when_there_is_no_default() {
        SecretBackend strict = RoutingBackend.builder()
                .route("vault", vault)
                .route("file", file)
                .build();

        assertThatThrownBy(() -> SecretResolver.builder(strict).build().resolve("s", "ENC[vlt;x]"))
                .hasMessageContaining("its prefix names no backend; handles begin with one of: file; vault;");
    }

    @Test
    void refuses_a_prefix_without_a_name() {
        assertThatThrownBy(() -> resolver.resolve("s", "ENC[vault;]"))
                .hasMessageContaining("no name follows the prefix");
        assertThat(vault.callCount()).isZero();
    }

    @Test
    void a_backend_that_fails_harms_its_own_handles_only() {
        vault.fail(FailureKind.TIMEOUT, "too slow");

        Map<String, Resolution<@Nullable Object>> resolutions =
                resolver.resolveAll(Map.of("v", List.of("ENC[vault;db/user]"), "f", List.of("ENC[file;db/password]")));

        assertThat(resolutions.get("f")).isInstanceOf(Resolution.Resolved.class);
        assertThat(resolutions.get("v"))
                .isInstanceOfSatisfying(
                        Resolution.Dropped.class,
                        dropped -> assertThat(dropped.reason()).hasMessageContaining("too slow"));
        assertThat(vault.callCount()).isEqualTo(1);
        assertThat(file.callCount()).isEqualTo(1);
    }

    @Test
    void a_handle_that_makes_a_backend_exit_does_not_harm_the_other_sources_of_that_backend() {
        SecretBackend exits = handles -> {
            if (handles.contains(new Handle("bad"))) {
                throw new BackendException(FailureKind.EXIT, "status 1");
            }
            return vault.fetch(handles);
        };
        SecretBackend both = RoutingBackend.builder().route("vault", exits).build();

        Map<String, Resolution<@Nullable Object>> resolutions = SecretResolver.builder(both)
                .build()
                .resolveAll(Map.of(
                        "bad", "ENC[vault;bad]", "user", "ENC[vault;db/user]", "password", "ENC[vault;db/password]"));

        assertThat(resolutions.get("user").orThrow()).isEqualTo("datadog");
        assertThat(resolutions.get("password").orThrow()).isEqualTo("from vault");
        assertThatThrownBy(() -> resolutions.get("bad").orThrow())
                .hasMessageContaining("ENC[vault;bad] at the root: status 1");
    }

    @Test
    void reports_all_backends_and_the_first_error() {
        SecretBackend broken = new SecretBackend() {
            @Override
            public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
                return Map.of();
            }

            @Override
            public BackendStatus status() {
                return new BackendStatus("/x", "chmod it", Map.of("mode", "100777"), List.of("Executable path: /x"));
            }
        };

        BackendStatus status = RoutingBackend.builder()
                .route("vault", vault)
                .route("x", broken)
                .otherwise(other)
                .build()
                .status();

        assertThat(status.error()).isEqualTo("chmod it");
        assertThat(status.details()).containsEntry("x;mode", "100777");
        assertThat(status.lines()).contains("Handles that begin with x;", "Executable path: /x", "Other handles:");
    }

    @Test
    void refuses_prefixes_that_cannot_be_told_apart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoutingBackend.builder().route("", vault));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoutingBackend.builder().route("a;b", vault));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoutingBackend.builder().route("a", vault).route("a", file));
    }

    @Test
    void passes_the_redactor_on_to_each_backend_once_and_tells_the_longest_time() {
        Redactor redactor = Redactor.of(List.of());
        Listening quick = new Listening(Duration.ofSeconds(5));
        Listening slow = new Listening(Duration.ofMinutes(2));
        SecretBackend all = RoutingBackend.builder()
                .route("a", quick)
                .route("b", slow)
                .route("c", quick)
                .otherwise(slow)
                .build();

        all.maskWith(redactor);

        assertThat(quick.redactors).containsExactly(redactor);
        assertThat(slow.redactors).containsExactly(redactor);
        assertThat(all.timeout()).isEqualTo(Duration.ofMinutes(2));
    }

    /** A backend that notes what it is told. */
    private static final class Listening implements SecretBackend {

        private final List<Redactor> redactors = new ArrayList<>();
        private final Duration timeout;

        Listening(Duration timeout) {
            this.timeout = timeout;
        }

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            return Map.of();
        }

        @Override
        public Duration timeout() {
            return timeout;
        }

        @Override
        public void maskWith(Redactor redactor) {
            redactors.add(redactor);
        }
    }
}
