package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Origin;
import io.agentsecrets.Redactor;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.Usages;
import io.agentsecrets.testing.FakeBackend;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Code of the agent that a resolver calls may throw whatever it likes: it harms nobody else, and its message goes nowhere. */
class ForeignCodeTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final FakeBackend backend = new FakeBackend().put("u", "u1").put("p", "p1");
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream standardError = System.err;

    @BeforeEach
    void capture_the_log() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void no_message_came_out() {
        System.setErr(standardError);
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(Thrown.SECRET);
    }

    private void resolveAndListen(SecretResolver resolver) {
        resolver.resolve("a", List.of("ENC[u]"));
        resolver.resolve("b", List.of("ENC[u]", "ENC[p]"));
        resolver.addListener(change -> heard.add(change.source()));
    }

    @ParameterizedTest
    @EnumSource
    void fault_4_a_listener_that_throws_silences_nobody(Thrown thrown) {
        SecretResolver resolver = SecretResolver.builder(backend).build();
        resolver.addListener(change -> thrown.raise());
        resolveAndListen(resolver);

        backend.put("u", "u2");
        resolver.refresh();
        backend.put("u", "u3");
        resolver.refresh();

        assertThat(heard).containsExactly("a", "b", "a", "b");
        assertThat(log.toString(StandardCharsets.UTF_8)).contains(thrown.type());
    }

    @ParameterizedTest
    @EnumSource
    void fault_4_a_listener_that_throws_ends_no_refresher(Thrown thrown) throws Exception {
        SecretResolver resolver = SecretResolver.builder(backend).build();
        resolveAndListen(resolver);
        resolver.addListener(change -> thrown.raise());
        backend.put("u", "u2");
        try (Refresher refresher = Refresher.start(resolver, Duration.ofMillis(20))) {
            backend.awaitCalls(5, PATIENCE);
            backend.put("u", "u3");
            backend.awaitCalls(backend.callCount() + 2, PATIENCE);
            assertThat(refresher).isNotNull();
        }
        assertThat(heard).containsExactly("a", "b", "a", "b");
    }

    @Test
    void a_log_that_throws_ends_no_refresher() throws Exception {
        SecretResolver resolver = SecretResolver.builder(backend).build();
        resolveAndListen(resolver);
        PrintStream broken = new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public void println(@Nullable String line) {
                throw new IllegalStateException(Thrown.SECRET);
            }
        };
        try (Refresher refresher = Refresher.start(resolver, Duration.ofMillis(20))) {
            System.setErr(broken);
            backend.refuse("u", "gone");
            backend.awaitCalls(backend.callCount() + 4, PATIENCE);
            assertThat(refresher).isNotNull();
        } finally {
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        }
    }

    private static ResolverMetrics throwing(Thrown thrown) {
        return new ResolverMetrics() {
            @Override
            public void callEnded(Duration time, int handles, @Nullable FailureKind failure) {
                thrown.raise();
            }

            @Override
            public void lookedUp(int hits, int misses) {
                thrown.raise();
            }

            @Override
            public void sourceResolved(int found, int failed) {
                thrown.raise();
            }

            @Override
            public void refreshed(int asked, int changed, int failed) {
                thrown.raise();
            }

            @Override
            public void sourceChanged(int handles) {
                thrown.raise();
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void fault_4_metrics_that_throw_break_no_resolve_and_lose_no_event(Thrown thrown) {
        SecretResolver resolver =
                SecretResolver.builder(backend).metrics(throwing(thrown)).build();
        resolveAndListen(resolver);
        backend.put("u", "u2");

        assertThat(resolver.refresh().changed().handles()).containsExactly(new Handle("u"));

        assertThat(heard).containsExactly("a", "b");
        assertThat(resolver.resolve("a", List.of("ENC[u]"))).isEqualTo(List.of("u2"));
    }

    @ParameterizedTest
    @EnumSource
    void fault_4_metrics_that_throw_end_no_refresher(Thrown thrown) throws Exception {
        SecretResolver resolver =
                SecretResolver.builder(backend).metrics(throwing(thrown)).build();
        resolveAndListen(resolver);
        try (Refresher refresher = Refresher.start(resolver, Duration.ofMillis(20))) {
            backend.awaitCalls(6, PATIENCE);
            assertThat(refresher).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void fault_4_an_audit_trail_that_throws_harms_nothing(Thrown thrown) {
        SecretResolver resolver = SecretResolver.builder(backend)
                .auditTrail(event -> thrown.raise())
                .build();
        resolveAndListen(resolver);
        backend.put("u", "u2");

        resolver.refresh();
        resolver.forget("a");

        assertThat(heard).containsExactly("a", "b");
        assertThat(resolver.resolve("b", List.of("ENC[u]", "ENC[p]"))).isEqualTo(List.of("u2", "p1"));
    }

    /** A source that throws in one of its methods. */
    private record Throwing(Thrown thrown, boolean whenRead) implements Source<String> {
        @Override
        public String name() {
            return "bad";
        }

        @Override
        public Usages usages() {
            if (whenRead) {
                thrown.raise();
            }
            return Usages.builder().add(new Handle("u"), Origin.of("bad", "0")).build();
        }

        @Override
        public String with(Map<Handle, SecretValue> values) {
            thrown.raise();
            return "";
        }
    }

    /** A source that is the value of one handle. */
    private record Good(String name) implements Source<String> {
        @Override
        public Usages usages() {
            return Usages.builder().add(new Handle("u"), Origin.of(name, "0")).build();
        }

        @Override
        public String with(Map<Handle, SecretValue> values) {
            return values.get(new Handle("u")).reveal();
        }
    }

    @ParameterizedTest
    @EnumSource
    void fault_4_a_source_that_throws_is_dropped_alone(Thrown thrown) {
        for (boolean whenRead : new boolean[] {true, false}) {
            SecretResolver resolver = SecretResolver.builder(backend).build();

            Map<String, Resolution<String>> all =
                    resolver.resolveAll(List.of(new Good("first"), new Throwing(thrown, whenRead), new Good("last")));

            assertThat(all.get("first").orThrow()).isEqualTo("u1");
            assertThat(all.get("last").orThrow()).isEqualTo("u1");
            assertThatThrownBy(() -> all.get("bad").orThrow())
                    .hasMessageContaining(thrown.type())
                    .hasMessageNotContaining(Thrown.SECRET)
                    .hasNoCause();
        }
    }

    @Test
    void a_backend_that_throws_when_it_is_asked_about_itself_harms_nothing() {
        SecretBackend broken = new SecretBackend() {
            @Override
            public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
                return Map.of(new Handle("u"), FetchResult.found("u1"));
            }

            @Override
            public BackendStatus status() {
                throw new IllegalStateException("hunter2");
            }

            @Override
            public void maskWith(Redactor redactor) {
                throw new IllegalStateException("hunter2");
            }
        };
        SecretResolver harmed = SecretResolver.builder(broken).build();

        assertThat(harmed.resolve("postgres", List.of("ENC[u]"))).isEqualTo(List.of("u1"));
        assertThat(harmed.report().toText())
                .startsWith("Backend: the status of the backend failed with java.lang.IllegalStateException")
                .doesNotContain("hunter2");
    }
}
