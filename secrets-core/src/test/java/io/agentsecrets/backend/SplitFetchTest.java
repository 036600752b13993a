package io.agentsecrets.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How sources that share a call are kept from harming each other. */
class SplitFetchTest {

    private final FakeBackend backend = new FakeBackend();

    /** An executable that fails as a whole when it is asked for {@code bad}. */
    private SecretResolver resolverWhoseCallsFailFor(String bad, FailureKind kind) {
        return SecretResolver.builder(handles -> {
                    Map<Handle, FetchResult> results = backend.fetch(handles);
                    if (handles.contains(new Handle(bad))) {
                        throw new BackendException(kind, "the executable ended with status 1");
                    }
                    return results;
                })
                .build();
    }

    private Map<String, Object> sources(int count) {
        Map<String, Object> trees = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            backend.put("h" + i, "v" + i);
            trees.put(i + ".yaml", List.of("ENC[h" + i + "]"));
        }
        return trees;
    }

    private static Map<String, FailureKind> failures(Map<String, Resolution<@Nullable Object>> resolutions) {
        Map<String, FailureKind> failures = new LinkedHashMap<>();
        resolutions.forEach((source, resolution) -> {
            if (resolution instanceof Resolution.Dropped<?> dropped
                    && dropped.reason() instanceof UnresolvedHandlesException unresolved) {
                failures.put(source, unresolved.failures().get(0).kind());
            }
        });
        return failures;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 499, 500, 777, 999})
    void one_of_1000_sources_that_makes_the_call_fail_harms_no_other(int bad) {
        Map<String, Object> trees = sources(1000);

        Map<String, Resolution<@Nullable Object>> resolutions =
                resolverWhoseCallsFailFor("h" + bad, FailureKind.EXIT).resolveAll(trees);

        assertThat(failures(resolutions)).containsExactly(Map.entry(bad + ".yaml", FailureKind.EXIT));
        assertThat(resolutions.get("600.yaml")).isEqualTo(new Resolution.Resolved<>("600.yaml", List.of("v600")));
        assertThat(backend.callCount()).isLessThanOrEqualTo(21);
    }

    @Test
    void a_reply_too_large_for_one_call_is_asked_for_in_parts() {
        List<Integer> sizes = new ArrayList<>();
        SecretResolver resolver = SecretResolver.builder(handles -> {
                    sizes.add(handles.size());
                    if (handles.size() > 300) {
                        throw new BackendException(FailureKind.OUTPUT, "more than 1048576 bytes");
                    }
                    return backend.fetch(handles);
                })
                .build();

        Map<String, Resolution<@Nullable Object>> resolutions = resolver.resolveAll(sources(1000));

        assertThat(failures(resolutions)).isEmpty();
        assertThat(sizes).containsExactly(1000, 500, 500, 250, 250, 250, 250);
    }

    @Test
    void a_backend_that_always_fails_is_called_32_times_at_most() {
        backend.fail(FailureKind.EXIT, "status 1");

        Map<String, Resolution<@Nullable Object>> resolutions =
                SecretResolver.builder(backend).build().resolveAll(sources(1000));

        assertThat(failures(resolutions)).hasSize(1000).containsValue(FailureKind.EXIT);
        assertThat(backend.callCount()).isEqualTo(32);
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMEOUT", "START", "PERMISSIONS", "INTERRUPTED", "BACKEND_ERROR"})
    void nothing_is_asked_again_after_a_failure_that_would_only_come_again(FailureKind kind) {
        backend.fail(kind, "why");

        Map<String, Resolution<@Nullable Object>> resolutions =
                SecretResolver.builder(backend).build().resolveAll(sources(100));

        assertThat(failures(resolutions)).hasSize(100).containsValue(kind);
        assertThat(failures(resolutions).values()).containsOnly(kind);
        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void a_timeout_in_the_middle_of_the_parts_drops_what_is_still_open_with_that_reason() {
        AtomicInteger calls = new AtomicInteger();
        SecretResolver resolver = SecretResolver.builder(handles -> {
                    switch (calls.incrementAndGet()) {
                        case 1 -> throw new BackendException(FailureKind.EXIT, "status 1");
                        case 2 -> {
                            return backend.fetch(handles);
                        }
                        default -> throw new BackendException(FailureKind.TIMEOUT, "slow");
                    }
                })
                .build();

        Map<String, FailureKind> failures = failures(resolver.resolveAll(sources(8)));

        assertThat(failures.keySet()).containsExactly("4.yaml", "5.yaml", "6.yaml", "7.yaml");
        assertThat(failures.values()).containsOnly(FailureKind.TIMEOUT);
        assertThat(calls).hasValue(3);
    }

    @Test
    void a_timeout_keeps_the_parts_behind_it_from_being_asked_for() {
        AtomicInteger calls = new AtomicInteger();
        SecretResolver resolver = SecretResolver.builder(handles -> {
                    FailureKind kind = calls.incrementAndGet() == 1 ? FailureKind.EXIT : FailureKind.TIMEOUT;
                    throw new BackendException(kind, "why");
                })
                .build();

        Map<String, FailureKind> failures = failures(resolver.resolveAll(sources(8)));

        assertThat(failures).hasSize(8);
        assertThat(failures.values()).containsOnly(FailureKind.TIMEOUT);
        assertThat(calls).hasValue(2);
    }

    @Test
    void what_was_answered_before_an_interrupt_is_not_lost_though_nothing_is_cached() {
        backend.put("a", "1").put("b", "2");
        AtomicInteger calls = new AtomicInteger();
        SplitFetch fetch = new SplitFetch(handles -> {
            if (calls.incrementAndGet() == 2) {
                return backend.fetch(handles);
            }
            if (calls.get() == 3) {
                Thread.currentThread().interrupt();
            }
            throw new BackendException(FailureKind.EXIT, "status 1");
        });

        Map<Handle, FetchResult> results = fetch.fetch(List.of(Set.of(new Handle("a")), Set.of(new Handle("b"))));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(results).containsExactly(Map.entry(new Handle("a"), FetchResult.found("1")));
    }

    @Test
    void a_handle_that_good_and_bad_sources_share_is_not_harmed() {
        backend.put("shared", "1").put("own", "2");
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("bad.yaml", List.of("ENC[shared]", "ENC[bad]"));
        trees.put("good.yaml", List.of("ENC[own]", "ENC[shared]"));

        Map<String, Resolution<@Nullable Object>> resolutions =
                resolverWhoseCallsFailFor("bad", FailureKind.EXIT).resolveAll(trees);

        assertThat(resolutions.get("good.yaml")).isEqualTo(new Resolution.Resolved<>("good.yaml", List.of("2", "1")));
        assertThat(resolutions.get("bad.yaml"))
                .isInstanceOfSatisfying(
                        Resolution.Dropped.class,
                        dropped -> assertThat(dropped.reason())
                                .hasMessage("Could not resolve 1 of 2 handles in bad.yaml\n"
                                        + "  ENC[bad] at 1: the executable ended with status 1"));
    }

    @Test
    void sources_that_want_the_same_handles_cost_one_failing_call_and_not_32() {
        Map<String, Object> trees = new LinkedHashMap<>();
        for (int i = 0; i < 64; i++) {
            trees.put(i + ".yaml", Map.of("user", "ENC[bad]", "password", "ENC[h]"));
        }

        Map<String, Resolution<@Nullable Object>> resolutions =
                resolverWhoseCallsFailFor("bad", FailureKind.EXIT).resolveAll(trees);

        assertThat(failures(resolutions)).hasSize(64);
        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void never_asks_again_for_just_what_has_failed() {
        backend.put("a", "1").put("b", "2");
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("0.yaml", List.of("ENC[bad]", "ENC[a]"));
        trees.put("1.yaml", List.of("ENC[a]"));
        trees.put("2.yaml", List.of("ENC[bad]"));
        trees.put("3.yaml", List.of("ENC[b]"));

        Map<String, Resolution<@Nullable Object>> resolutions =
                resolverWhoseCallsFailFor("bad", FailureKind.EXIT).resolveAll(trees);

        assertThat(failures(resolutions)).containsOnlyKeys("0.yaml", "2.yaml");
        assertThat(backend.calls().stream().collect(Collectors.groupingBy(asked -> asked, Collectors.counting())))
                .allSatisfy((asked, times) ->
                        assertThat(times).as("calls for %s", asked).isEqualTo(1));
    }

    @Test
    void one_source_is_asked_for_in_one_call_whatever_happens() {
        backend.fail(FailureKind.EXIT, "status 1");

        Map<String, Resolution<@Nullable Object>> resolutions = SecretResolver.builder(backend)
                .build()
                .resolveAll(Map.of("a.yaml", List.of("ENC[a]", "ENC[b]", "ENC[c]")));

        assertThat(failures(resolutions)).hasSize(1);
        assertThat(backend.calls()).containsExactly(Set.of(new Handle("a"), new Handle("b"), new Handle("c")));
    }

    @Test
    void the_calls_for_the_parts_take_no_longer_than_one_call_may() {
        Duration timeout = Duration.ofSeconds(30);
        AtomicLong now = new AtomicLong();
        List<Duration> starts = new ArrayList<>();
        SecretBackend slow = new SecretBackend() {
            @Override
            public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
                starts.add(Duration.ofNanos(now.get()));
                now.addAndGet(Duration.ofSeconds(8).toNanos());
                throw new BackendException(FailureKind.EXIT, "status " + starts.size());
            }

            @Override
            public Duration timeout() {
                return timeout;
            }
        };

        Map<Handle, FetchResult> results = new SplitFetch(slow, now::get).fetch(groups(64));

        // 8 s until the first failure, then three calls that end within 30 s
        assertThat(starts)
                .containsExactly(Duration.ZERO, Duration.ofSeconds(8), Duration.ofSeconds(16), Duration.ofSeconds(24));
        assertThat(results).hasSize(64).containsValue(new FetchResult.Failed(FailureKind.EXIT, "status 4"));
    }

    @Test
    void what_was_found_before_the_time_is_over_stays_found() {
        AtomicLong now = new AtomicLong();
        SecretBackend slow = handles -> {
            now.addAndGet(Duration.ofSeconds(20).toNanos());
            if (handles.contains(new Handle("h63"))) {
                throw new BackendException(FailureKind.EXIT, "status 1");
            }
            return backend.fetch(handles);
        };
        sources(64);

        Map<Handle, FetchResult> results = new SplitFetch(slow, now::get).fetch(groups(64));

        assertThat(results).hasSize(64);
        assertThat(results.values())
                .filteredOn(FetchResult.Found.class::isInstance)
                .hasSize(32);
        assertThat(Duration.ofNanos(now.get())).isEqualTo(Duration.ofSeconds(40));
    }

    private static List<Set<Handle>> groups(int count) {
        List<Set<Handle>> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            groups.add(Set.of(new Handle("h" + i)));
        }
        return groups;
    }
}
