package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Origin;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretException;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that change while the agent runs, with the cache on and off: it may change the number of calls only. */
@ParameterizedClass(name = "maximumSize {0}")
@ValueSource(longs = {Long.MAX_VALUE, 0})
class RefreshTest {

    @Parameter
    private long maximumSize;

    private final FakeBackend backend =
            new FakeBackend().put("u", "u1").put("p", "p1").put("r", "r1");
    private final AtomicLong now = new AtomicLong();
    private final List<SourceChange> heard = new ArrayList<>();

    private SecretResolver resolver() {
        SecretResolver resolver = SecretResolver.builder(backend)
                .maximumSize(maximumSize)
                .ticker(now::get)
                .build();
        resolver.addListener(heard::add);
        resolver.resolveAll(
                Map.of("postgres", Map.of("user", "ENC[u]", "password", "ENC[p]"), "redis", List.of("ENC[r]")));
        return resolver;
    }

    private static Object postgres(SecretResolver resolver) {
        return resolver.resolve("postgres", Map.of("user", "ENC[u]", "password", "ENC[p]"));
    }

    private List<Set<Handle>> callsSince(int before) {
        return backend.calls().subList(before, backend.callCount());
    }

    @Test
    void asks_for_every_handle_in_use_in_one_call() {
        SecretResolver resolver = resolver();
        int before = backend.callCount();

        RefreshResult result = resolver.refresh();

        assertThat(callsSince(before)).containsExactly(Set.of(new Handle("p"), new Handle("r"), new Handle("u")));
        assertThat(result.asked()).isEqualTo(3);
        assertThat(result.toText()).isEqualTo("No secret changed.\n");
        assertThat(heard).isEmpty();
    }

    @Test
    void tells_once_for_each_source_what_changed_and_serves_the_new_values() {
        SecretResolver resolver = resolver();
        backend.put("u", "u2").put("p", "p2");

        RefreshResult result = resolver.refresh();

        assertThat(heard).hasSize(1);
        assertThat(heard.get(0).source()).isEqualTo("postgres");
        assertThat(heard.get(0).usages().handles()).containsExactlyInAnyOrder(new Handle("p"), new Handle("u"));
        assertThat(result.toText()).isEqualTo("Secrets changed:\n- p: from postgres\n- u: from postgres\n");
        assertThat(postgres(resolver)).isEqualTo(Map.of("user", "u2", "password", "p2"));
        assertThat(heard).as("a source that resolves itself needs not be told").hasSize(1);
    }

    @Test
    void what_fails_is_told_and_what_runs_keeps_its_values_until_they_belong_together_again() {
        SecretResolver resolver = resolver();
        backend.put("u", "u2").refuse("p", "sealed");

        RefreshResult result = resolver.refresh();

        assertThat(result.changed().handles()).containsExactly(new Handle("u"));
        assertThat(result.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.handle()).isEqualTo(new Handle("p"));
            assertThat(failure.kind()).isEqualTo(FailureKind.BACKEND_ERROR);
            assertThat(failure.origins()).containsExactly(Origin.of("postgres", "password"));
        });
        assertThat(result.toText())
                .isEqualTo(
                        "Secrets changed:\n- u: from postgres\n\nSecrets not refreshed:\n- p: from postgres: sealed\n");
        assertThat(heard).as("u2 does not belong to p1").isEmpty();
        assertThatThrownBy(() -> postgres(resolver)).hasMessageContaining("ENC[p] at password: sealed");
        assertThat(resolver.report().secrets())
                .filteredOn(secret -> secret.handle().equals(new Handle("u")))
                .extracting(SecretsReport.Secret::state)
                .containsExactly(SecretsReport.State.FRESH);

        backend.put("p", "p2");
        resolver.refresh();

        assertThat(heard).extracting(SourceChange::source).containsExactly("postgres");
        assertThat(postgres(resolver)).isEqualTo(Map.of("user", "u2", "password", "p2"));
    }

    @Test
    void a_refresh_is_divided_as_any_call() {
        AtomicInteger calls = new AtomicInteger();
        SecretResolver limited = SecretResolver.builder(handles -> {
                    calls.incrementAndGet();
                    if (handles.size() > 2) {
                        throw new BackendException(FailureKind.OUTPUT, "too large");
                    }
                    return backend.fetch(handles);
                })
                .build();
        postgres(limited);
        limited.resolve("redis", List.of("ENC[r]"));
        calls.set(0);
        backend.put("r", "r2");

        assertThat(limited.refresh().changed().handles()).containsExactly(new Handle("r"));
        assertThat(calls).hasValue(3);
    }

    @Test
    void a_source_that_makes_the_executable_exit_stops_no_refresh_of_the_others() {
        SecretResolver resolver = SecretResolver.builder(handles -> {
                    if (handles.contains(new Handle("bad"))) {
                        throw new BackendException(FailureKind.EXIT, "status 1");
                    }
                    return backend.fetch(handles);
                })
                .build();
        resolver.addListener(heard::add);
        resolver.resolveAll(Map.of("postgres", Map.of("user", "ENC[u]"), "poison", List.of("ENC[bad]")));
        backend.put("u", "u2");

        RefreshResult result = resolver.refresh();

        assertThat(result.changed().handles()).containsExactly(new Handle("u"));
        assertThat(heard).extracting(SourceChange::source).containsExactly("postgres");
    }

    @Test
    void what_was_asked_for_in_vain_is_asked_for_with_its_whole_source() {
        SecretResolver resolver = SecretResolver.builder(backend).build();
        backend.refuse("p", "rate limited");
        assertThatThrownBy(() -> postgres(resolver)).hasMessageContaining("rate limited");
        backend.put("u", "u2").put("p", "p2");

        assertThat(postgres(resolver)).isEqualTo(Map.of("user", "u2", "password", "p2"));
    }

    /** A backend whose every answer is of another generation. */
    private static SecretBackend everNew(AtomicInteger calls) {
        return handles -> {
            int generation = calls.incrementAndGet();
            if (handles.contains(new Handle("bad")) && handles.size() > 1) {
                throw new BackendException(FailureKind.EXIT, "status 1");
            }
            Map<Handle, FetchResult> results = new HashMap<>();
            handles.forEach(handle -> results.put(handle, FetchResult.found("g" + generation)));
            return results;
        };
    }

    @Test
    void values_that_a_divided_call_brought_for_the_first_time_need_not_belong_together() {
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("a", List.of("ENC[u]"));
        trees.put("d", List.of("ENC[x]"));
        trees.put("c", List.of("ENC[u]", "ENC[p]"));
        trees.put("b", List.of("ENC[bad]"));

        List<?> pair = (List<?>) SecretResolver.builder(everNew(new AtomicInteger()))
                .build()
                .resolveAll(trees)
                .get("c")
                .orThrow();

        assertThat(pair.get(0)).isEqualTo(pair.get(1));
    }

    @Test
    void agents_that_follow_changes_with_hardly_a_cache_come_to_an_end() {
        AtomicInteger calls = new AtomicInteger();
        SecretResolver resolver =
                SecretResolver.builder(everNew(calls)).maximumSize(1).build();
        List<String> tree = List.of("ENC[a]", "ENC[b]");
        resolver.resolveAll(Map.of("s1", tree, "s2", tree));
        resolver.addListener(change -> resolver.resolve(change.source(), tree));
        calls.set(0);

        resolver.refresh();

        assertThat(calls.get()).isLessThan(10);
    }

    @Test
    void what_runs_and_was_left_apart_is_asked_for_again_by_a_refresher() {
        backend.put("u", "u1", Duration.ofSeconds(10));
        SecretResolver resolver =
                SecretResolver.builder(backend).ticker(now::get).build();
        resolver.addListener(heard::add);
        resolver.resolve("s1", List.of("ENC[u]", "ENC[p]"));
        resolver.resolve("s2", List.of("ENC[p]", "ENC[r]"));
        backend.put("p", "p2");
        now.addAndGet(Duration.ofSeconds(10).toNanos());
        resolver.resolve("s1", List.of("ENC[u]", "ENC[p]"));
        assertThat(heard).as("p2 was never right in a call with r1").isEmpty();

        assertThat(resolver.refreshes().nanosToRetry())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        resolver.refreshes().ofDropped();

        assertThat(heard).extracting(SourceChange::source).containsExactly("s2");
        assertThat(resolver.resolve("s2", List.of("ENC[p]", "ENC[r]"))).isEqualTo(List.of("p2", "r1"));
        assertThat(resolver.refreshes().nanosToRetry()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void with_nothing_in_use_nothing_is_asked() {
        SecretResolver resolver = SecretResolver.builder(backend).build();

        assertThat(resolver.refresh()).isEqualTo(RefreshResult.NOTHING_ASKED);
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void what_may_not_be_asked_for_is_not_refreshed_either() {
        SecretResolver resolver = SecretResolver.builder(backend)
                .maximumSize(maximumSize)
                .rule((source, handle) -> !handle.name().equals("p"))
                .build();
        resolver.resolveAll(Map.of("a", List.of("ENC[u]", "ENC[p]", "ENC[]"), "b", List.of("ENC[r]")));
        int before = backend.callCount();

        resolver.refresh();

        assertThat(callsSince(before)).containsExactly(Set.of(new Handle("r"), new Handle("u")));
    }

    @Test
    void a_source_that_was_dropped_hears_when_its_secret_is_there() {
        SecretResolver resolver = resolver();
        assertThatThrownBy(() -> resolver.resolve("late", List.of("ENC[new]"))).isInstanceOf(SecretException.class);
        backend.put("new", "n");

        RefreshResult result = resolver.refresh();

        assertThat(result.changed().handles()).containsExactlyInAnyOrder(new Handle("new"));
        assertThat(heard).extracting(SourceChange::source).containsExactly("late");
        assertThat(resolver.resolve("late", List.of("ENC[new]"))).isEqualTo(List.of("n"));
    }

    @Test
    void a_forgotten_source_is_not_refreshed_and_its_secrets_are_gone() {
        SecretResolver resolver = resolver();
        resolver.resolve("other", List.of("ENC[u]"));

        resolver.forget("postgres");
        int before = backend.callCount();
        resolver.refresh();

        assertThat(callsSince(before)).containsExactly(Set.of(new Handle("r"), new Handle("u")));
        assertThat(resolver.report().secrets())
                .extracting(SecretsReport.Secret::handle)
                .doesNotContain(new Handle("p"));
        assertThat(resolver.redactor().redact("u1 p1 r1")).isEqualTo("******** p1 ********");
    }

    @Test
    void the_value_before_the_change_stays_masked() {
        SecretResolver resolver = resolver();
        backend.put("p", "second");
        resolver.refresh();

        assertThat(resolver.redactor().redact("p1 second")).isEqualTo("******** ********");
    }

    @Test
    void a_changed_value_takes_those_beside_it_along() {
        backend.put("u", "u1", Duration.ofSeconds(10));
        SecretResolver resolver = resolver();
        backend.put("u", "u2", Duration.ofSeconds(10)).put("p", "p2");

        now.addAndGet(Duration.ofSeconds(10).toNanos());

        assertThat(postgres(resolver)).isEqualTo(Map.of("user", "u2", "password", "p2"));
    }

    @Test
    void a_rejected_value_is_asked_for_again_with_those_beside_it_once_a_minute() {
        SecretResolver resolver = resolver();
        backend.put("p", "p2").put("u", "u2");
        int before = backend.callCount();

        assertThat(resolver.refreshRejected("postgres")).isEqualTo(Rejection.CHANGED);
        assertThat(callsSince(before)).containsExactly(Set.of(new Handle("p"), new Handle("u")));
        assertThat(resolver.refreshRejected("postgres"))
                .as("the source has not read the new values yet")
                .isEqualTo(Rejection.CHANGED);
        postgres(resolver);
        int resolved = backend.callCount();
        assertThat(resolver.refreshRejected("postgres")).isEqualTo(Rejection.TOO_SOON);
        assertThat(callsSince(resolved)).isEmpty();
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(resolver.refreshRejected("postgres")).isEqualTo(Rejection.UNCHANGED);
        assertThat(resolver.refreshRejected("nobody uses it")).isEqualTo(Rejection.UNCHANGED);

        assertThat(callsSince(resolved)).containsExactly(Set.of(new Handle("p"), new Handle("u")));
        assertThat(heard).extracting(SourceChange::source).containsExactly("postgres");
    }

    @Test
    void a_source_that_runs_hears_once_when_its_secret_is_deleted_and_once_when_it_is_back() {
        SecretResolver resolver = resolver();
        backend.remove("p");
        resolver.refresh();
        resolver.refresh();

        assertThat(heard).extracting(SourceChange::source).containsExactly("postgres");
        assertThat(heard.get(0).usages().handles()).containsExactly(new Handle("p"));
        assertThatThrownBy(() -> postgres(resolver)).hasMessageContaining("no such handle");
        backend.put("p", "p1");
        resolver.refresh();
        resolver.refresh();

        assertThat(heard).extracting(SourceChange::source).containsExactly("postgres", "postgres");
        assertThat(postgres(resolver)).isEqualTo(Map.of("user", "u1", "password", "p1"));
    }

    @Test
    void a_value_that_went_and_came_back_is_not_another_one() {
        SecretResolver resolver = resolver();
        backend.put("p", "p2");
        resolver.refresh();
        backend.put("p", "p1");
        resolver.refresh();

        assertThat(resolver.refreshRejected("postgres")).isEqualTo(Rejection.UNCHANGED);
    }

    @Test
    void a_rejected_value_whose_source_comes_only_in_part_is_not_changed() {
        SecretResolver resolver = resolver();
        backend.put("u", "u2").refuse("p", "rate limited");
        assertThat(resolver.refreshRejected("postgres")).isEqualTo(Rejection.UNCHANGED);

        backend.put("p", "p2");
        resolver.refresh();
        assertThat(resolver.refreshRejected("postgres")).isEqualTo(Rejection.CHANGED);
    }

    @Test
    void values_are_renewed_before_their_time_is_over() {
        backend.put("u", "u1", Duration.ofSeconds(100)).put("r", "r1", Duration.ofSeconds(110));
        SecretResolver resolver = resolver();
        assertThat(resolver.refreshes().nanosToRenewal())
                .isEqualTo(Duration.ofSeconds(80).toNanos());

        now.addAndGet(Duration.ofSeconds(80).toNanos());
        int before = backend.callCount();
        resolver.refreshes().ofEnding();

        assertThat(callsSince(before)).containsExactly(Set.of(new Handle("p"), new Handle("r"), new Handle("u")));
        assertThat(resolver.refreshes().nanosToRenewal())
                .isEqualTo(Duration.ofSeconds(80).toNanos());
    }

    @Test
    void listeners_may_resolve_and_refresh_from_inside_and_one_that_throws_is_passed_over() {
        SecretResolver resolver = resolver();
        List<String> order = new ArrayList<>();
        resolver.addListener(change -> {
            throw new IllegalStateException("hunter2");
        });
        resolver.addListener(change -> {
            order.add(change.source() + " begins");
            if (change.source().equals("postgres")) {
                assertThat(postgres(resolver)).isEqualTo(Map.of("user", "u2", "password", "p1"));
                backend.put("r", "r2");
                resolver.refresh();
                resolver.resolve("uncached", List.of("ENC[new]"));
            }
            order.add(change.source() + " ends");
        });
        backend.put("u", "u2").put("new", "n");

        resolver.refresh();

        assertThat(order).containsSubsequence("postgres begins", "postgres ends", "redis begins", "redis ends");
        assertThat(heard).extracting(SourceChange::source).startsWith("postgres", "redis");
    }

    @Test
    void another_thread_resolves_while_a_listener_blocks() throws Exception {
        SecretResolver resolver = resolver();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        resolver.addListener(change -> {
            inside.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        backend.put("r", "r2").put("new", "n");
        FutureTask<RefreshResult> refresh = new FutureTask<>(resolver::refresh);
        new Thread(refresh).start();
        inside.await();

        assertThat(resolver.resolve("b", List.of("ENC[new]", "ENC[r]"))).isEqualTo(List.of("n", "r2"));
        resolver.refresh();
        go.countDown();

        assertThat(refresh.get(120, TimeUnit.SECONDS).changed().handles()).containsExactlyInAnyOrder(new Handle("r"));
    }

    /** The heart of rotation: no reader ever sees a user name of one generation with the password of another. */
    @Test
    void a_pair_is_of_one_generation_whatever_happens() throws Exception {
        AtomicInteger generation = new AtomicInteger();
        SecretResolver resolver = SecretResolver.builder(handles -> {
                    int now = generation.incrementAndGet();
                    Map<Handle, FetchResult> results = new HashMap<>();
                    handles.forEach(handle -> results.put(handle, FetchResult.found("g" + now)));
                    return results;
                })
                .maximumSize(maximumSize)
                .build();
        long reads = Long.getLong("reads", maximumSize == 0 ? 20_000 : 1_000_000);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong done = new AtomicLong();
        List<FutureTask<@Nullable String>> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String source = "s" + i % 4;
            readers.add(new FutureTask<>(() -> {
                List<String> tree = List.of("ENC[u" + source + "]", "ENC[p" + source + "]", "ENC[shared]");
                while (done.getAndIncrement() < reads) {
                    List<?> pair = (List<?>) resolver.resolve(source, tree);
                    if (!pair.get(0).equals(pair.get(1))) {
                        return pair.toString();
                    }
                }
                return null;
            }));
        }
        readers.forEach(reader -> new Thread(reader).start());
        FutureTask<@Nullable Void> refresher = new FutureTask<>(() -> {
            while (!stop.get()) {
                resolver.refresh();
                TimeUnit.MILLISECONDS.sleep(1);
            }
            return null;
        });
        new Thread(refresher).start();

        for (FutureTask<@Nullable String> reader : readers) {
            assertThat(reader.get(120, TimeUnit.SECONDS)).as("a mixed pair").isNull();
        }
        stop.set(true);
        refresher.get(120, TimeUnit.SECONDS);
        assertThat(generation.get()).isGreaterThan(2);
    }
}
