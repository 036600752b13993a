package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.FailureKind;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.testing.FakeBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AuditTest {

    private final FakeBackend backend = new FakeBackend().put("u", "u1").put("p", "p1");
    private final List<String> told = new ArrayList<>();
    private final SecretResolver resolver = SecretResolver.builder(backend)
            .auditTrail(event -> told.add(event.type() + " " + event.failure() + " " + event.handles() + " "
                    + new TreeSet<>(event.sources())))
            .build();

    @Test
    void tells_once_what_was_fetched_and_who_uses_it() {
        resolver.resolve("postgres", List.of("ENC[u]", "ENC[p]"));
        resolver.resolve("redis", List.of("ENC[u]"));
        resolver.refresh();

        assertThat(told).containsExactly("FETCHED null [p, u] [postgres]");
    }

    @Test
    void tells_what_changed_with_all_sources_that_use_it() {
        resolver.resolve("postgres", List.of("ENC[u]", "ENC[p]"));
        resolver.resolve("redis", List.of("ENC[u]"));
        told.clear();

        backend.put("u", "u2");
        resolver.refresh();

        assertThat(told).containsExactly("CHANGED null [u] [postgres, redis]");
    }

    @Test
    void tells_a_failure_when_it_begins_and_when_its_kind_changes() {
        resolver.resolve("postgres", List.of("ENC[u]", "ENC[p]"));
        told.clear();

        backend.refuse("p", "revoked");
        resolver.refresh();
        resolver.refresh();
        backend.fail(FailureKind.TIMEOUT, "too slow");
        resolver.refresh();
        resolver.refresh();

        assertThat(told).containsExactly("FAILED BACKEND_ERROR [p] [postgres]", "FAILED TIMEOUT [p, u] [postgres]");
    }

    @Test
    void tells_what_was_forgotten_with_its_last_source() {
        resolver.resolve("postgres", List.of("ENC[u]", "ENC[p]"));
        resolver.resolve("redis", List.of("ENC[u]"));
        told.clear();

        resolver.forget("postgres");
        resolver.forget("postgres");

        assertThat(told).containsExactly("FORGOTTEN null [p] [postgres]");
    }

    @Test
    void a_trail_that_throws_harms_nothing() {
        SecretResolver harmed = SecretResolver.builder(backend)
                .auditTrail(event -> {
                    throw new IllegalStateException("disk");
                })
                .build();

        assertThat(harmed.resolve("postgres", List.of("ENC[u]"))).isEqualTo(List.of("u1"));
    }

    @Test
    void metrics_that_throw_harm_nothing() {
        SecretResolver harmed = SecretResolver.builder(backend)
                .metrics(new ResolverMetrics() {
                    @Override
                    public void lookedUp(int hits, int misses) {
                        throw new IllegalStateException("registry");
                    }

                    @Override
                    public void sourceResolved(int found, int failed) {
                        throw new IllegalStateException("registry");
                    }
                })
                .build();

        assertThat(harmed.resolve("postgres", List.of("ENC[u]"))).isEqualTo(List.of("u1"));
        assertThatThrownBy(() -> harmed.resolve("x", "ENC[none]")).isInstanceOf(UnresolvedHandlesException.class);
    }
}
