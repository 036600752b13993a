package io.agentsecrets.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CoolingBackendTest {

    private final FakeBackend backend = new FakeBackend();
    private final AtomicLong now = new AtomicLong();

    private SecretBackend cooling(SecretBackend cooled) {
        return CoolingBackend.of(cooled, Duration.ofSeconds(30), now::get);
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

        now.set(Duration.ofSeconds(20).toNanos());

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
        now.set(Duration.ofSeconds(30).toNanos());

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
    void refuses_a_time_out_of_range() {
        assertThatIllegalArgumentException().isThrownBy(() -> CoolingBackend.of(backend, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> CoolingBackend.of(backend, Duration.ofDays(2)));
    }
}
