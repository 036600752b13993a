package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.Origin;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretException;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.Usages;
import io.agentsecrets.testing.FakeBackend;
import io.agentsecrets.tree.TemplateVariables;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pushes a secret down every failure path and searches everything that comes out: exceptions with all that is chained to
 * them, what prints itself, reports, and the log.
 */
class LeakTest {

    private static final String CANARY = "c4n4ry\tof a/mine+";

    private final FakeBackend backend = new FakeBackend().put("canary", CANARY);
    private final SecretResolver resolver = SecretResolver.builder(backend).build();
    private final StringWriter seen = new StringWriter();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream standardError = System.err;

    @BeforeEach
    void capture_the_log() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void nothing_that_came_out_holds_the_canary() {
        System.setErr(standardError);
        String all = seen + log.toString(StandardCharsets.UTF_8);
        byte[] bytes = CANARY.getBytes(StandardCharsets.UTF_8);

        assertThat(all).isNotEmpty();
        assertThat(all)
                .doesNotContainIgnoringCase(CANARY)
                .doesNotContainIgnoringCase("c4n4ry")
                .doesNotContainIgnoringCase("mine+")
                .doesNotContain(Base64.getEncoder().encodeToString(bytes).substring(0, 8));
    }

    private void see(@Nullable Object what) {
        seen.append(String.valueOf(what)).append('\n');
        if (what instanceof Throwable thrown) {
            thrown.printStackTrace(new PrintWriter(seen, true));
        }
        if (what instanceof UnresolvedHandlesException unresolved) {
            see(unresolved.failures());
        }
        if (what instanceof Resolution.Dropped<?> dropped) {
            see(dropped.reason());
        }
    }

    private void seeFailureOf(SecretResolver failing, String... handles) {
        List<String> tree = new ArrayList<>(List.of("ENC[canary]"));
        for (String handle : handles) {
            tree.add("ENC[" + handle + "]");
        }
        Throwable thrown = catchThrowable(() -> failing.resolve("a.yaml", tree));
        assertThat(thrown).isInstanceOf(SecretException.class);
        see(thrown);
        failing.resolveAll(Map.of("a.yaml", tree)).values().forEach(this::see);
        see(failing.report());
        see(failing.report().toText());
    }

    @Test
    void errors_of_the_backend_that_quote_another_value() {
        backend.refuse("quoted", "password '" + CANARY + "' is wrong")
                .refuse(
                        "encoded",
                        "Basic " + Base64.getEncoder().encodeToString(("u:" + CANARY).getBytes(StandardCharsets.UTF_8)))
                .refuse("url", "GET /?p=c4n4ry%09of%20a%2Fmine%2B")
                .refuse("cut", "x".repeat(495) + CANARY)
                .refuse("lines", "first\n" + CANARY + "\nlast");

        seeFailureOf(resolver, "quoted", "encoded", "url", "cut", "lines", "missing", "");
    }

    @Test
    void errors_that_quote_a_value_of_an_earlier_call() {
        resolver.resolve("before.yaml", List.of("ENC[canary]"));
        backend.refuse("late", CANARY);

        seeFailureOf(resolver, "late");
    }

    @Test
    void messages_and_causes_of_what_a_backend_throws() {
        List<Throwable> thrown = List.of(
                new IllegalStateException(CANARY, new IllegalArgumentException(CANARY)),
                new AssertionError(CANARY),
                new StackOverflowError(CANARY),
                new java.io.UncheckedIOException(new java.io.IOException(CANARY)));
        for (Throwable each : thrown) {
            each.addSuppressed(new IllegalStateException(CANARY));
            SecretResolver failing = SecretResolver.builder(handles -> {
                        if (each instanceof Error error) {
                            throw error;
                        }
                        throw (RuntimeException) each;
                    })
                    .build();
            seeFailureOf(failing);
        }
    }

    @Test
    void what_a_backend_throws_after_the_value_is_known() {
        resolver.resolve("before.yaml", List.of("ENC[canary]"));
        SecretResolver failing = SecretResolver.builder(handles -> {
                    if (handles.contains(new Handle("canary"))) {
                        return backend.fetch(handles);
                    }
                    throw new IllegalStateException(CANARY);
                })
                .maximumSize(10)
                .build();
        failing.resolve("before.yaml", List.of("ENC[canary]"));

        seeFailureOf(failing, "other");
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void failures_of_every_kind(FailureKind kind) {
        resolver.resolve("before.yaml", List.of("ENC[canary]"));
        backend.fail(kind, "the call failed");

        seeFailureOf(resolver, "other");
    }

    @Test
    void sources_that_are_dropped_beside_others_that_resolve() {
        Map<String, @Nullable Object> trees = new LinkedHashMap<>();
        List<Object> cycle = new ArrayList<>(List.of("ENC[canary]", CANARY));
        cycle.add(cycle);
        trees.put("good.yaml", List.of("ENC[canary]"));
        trees.put("cycle.yaml", cycle);
        trees.put("bad.yaml", Map.of("p", "ENC[canary]", "q", "ENC[missing]"));

        Map<String, Resolution<@Nullable Object>> resolutions = resolver.resolveAll(trees);

        see(resolutions);
        resolutions.values().forEach(this::see);
        see(resolver.resolveAll(List.of(ListedSource.of("x", "canary"))));
    }

    @Test
    void near_misses_in_the_log() {
        resolver.resolve(
                "a.yaml",
                Map.of(
                        "p",
                        CANARY + "-ENC[x]",
                        "q",
                        "ENC[" + CANARY,
                        "r",
                        "ENC(" + CANARY + ")",
                        "s\nFORGED",
                        "enc[x]"));

        assertThat(log.toString(StandardCharsets.UTF_8).lines())
                .hasSize(4)
                .anyMatch(line -> line.contains("WARN") && line.contains("a.yaml: s?FORGED: ENC must be in capitals"));
    }

    @Test
    void variables_that_are_refused() {
        TemplateVariables variables =
                TemplateVariables.of(Map.of("host", "ENC[" + CANARY + "]")).withEnvironment(Map.of("X", CANARY));

        see(variables);
        see(catchThrowable(() -> variables.replaceIn("a.yaml", List.of("%%host%%"), HandleSyntax.enc())));
    }

    @Test
    void reasons_that_quote_a_value_which_is_fetched_only_later() {
        backend.refuse("early", "login with " + CANARY + " failed").put("late", "x");
        resolver.resolve("b.yaml", List.of("ENC[late]"));
        backend.refuse("late", "login with " + CANARY + " failed");
        resolver.refresh();
        assertThat(catchThrowable(() -> resolver.resolve("a.yaml", List.of("ENC[early]"))))
                .isNotNull();

        resolver.resolve("c.yaml", List.of("ENC[canary]"));

        see(resolver.report());
        see(resolver.report().toText());
    }

    @Test
    void what_a_backend_says_of_itself() {
        SecretBackend talkative = new SecretBackend() {
            @Override
            public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
                return backend.fetch(handles);
            }

            @Override
            public BackendStatus status() {
                return new BackendStatus("db:" + CANARY, CANARY, Map.of("mode", CANARY), List.of("Backend: " + CANARY));
            }
        };
        SecretResolver asked = SecretResolver.builder(talkative).build();
        asked.resolve("a.yaml", List.of("ENC[canary]"));

        see(asked.report());
        see(asked.report().toText());
    }

    @Test
    void what_a_rule_advises() {
        HandleRule rule = new HandleRule() {
            @Override
            public boolean mayUse(String source, Handle handle) {
                return handle.name().equals("canary");
            }

            @Override
            public String remedy(String source, Handle handle) {
                return "ask for " + CANARY;
            }
        };
        SecretResolver ruled = SecretResolver.builder(backend).rule(rule).build();
        ruled.resolve("before.yaml", List.of("ENC[canary]"));

        seeFailureOf(ruled, "denied");
    }

    @Test
    void what_a_source_refuses_to_write_and_what_is_chained_to_it() {
        Source<String> picky = new Source<>() {
            @Override
            public String name() {
                return "a.ini";
            }

            @Override
            public Usages usages() {
                return Usages.builder()
                        .add(new Handle("canary"), Origin.of("a.ini", "0"))
                        .build();
            }

            @Override
            public String with(Map<Handle, SecretValue> values) {
                ConfigException refusal = new ConfigException(FailureKind.CONFIG, "a.ini", "cannot hold " + CANARY);
                refusal.initCause(new IllegalStateException(CANARY));
                refusal.addSuppressed(new IllegalStateException(CANARY));
                throw refusal;
            }
        };

        Throwable thrown = catchThrowable(() -> resolver.resolve(picky));

        assertThat(thrown).hasMessage("a.ini: cannot hold ********");
        see(thrown);
    }

    @Test
    void what_a_source_without_a_name_and_a_syntax_throw() {
        Source<String> nameless = new Source<>() {
            @Override
            public String name() {
                throw new IllegalStateException(CANARY);
            }

            @Override
            public Usages usages() {
                return Usages.none();
            }

            @Override
            public String with(Map<Handle, SecretValue> values) {
                return "";
            }
        };
        see(catchThrowable(() -> resolver.resolve(nameless)));
        HandleSyntax broken = new HandleSyntax() {
            @Override
            public Optional<Handle> parse(String value) {
                return HandleSyntax.enc().parse(value);
            }

            @Override
            public String format(Handle handle) {
                throw new IllegalStateException(CANARY);
            }

            @Override
            public String prefix() {
                return "ENC[";
            }
        };
        SecretResolver written = SecretResolver.builder(backend).syntax(broken).build();

        seeFailureOf(written, "missing");
        assertThat(written.resolveAll(Map.of("a", List.of("ENC[missing]"), "b", List.of("ENC[canary]")))
                        .get("b")
                        .orThrow())
                .isEqualTo(List.of(CANARY));
    }

    @Test
    void everything_that_prints_itself() {
        SecretValue value = SecretValue.of(CANARY);
        Handle handle = new Handle("canary");
        resolver.resolve("a.yaml", List.of("ENC[canary]"));

        see(value);
        see(List.of(value));
        see(Map.of(handle, value));
        see(new FetchResult.Found(value, Duration.ofSeconds(1)));
        see(FetchResult.found(CANARY));
        see(backend.fetch(java.util.Set.of(handle)));
        see(new Resolution.Resolved<>("a.yaml", List.of(CANARY)));
        see(new Resolution.Resolved<>("a.yaml", Map.of(handle, value)));
        see(new KnownValue(value, 1, 1, 1, 1));
        see(resolver);
        see(resolver.redactor());
        see(resolver.report());
        see(resolver.report().toText());
        see(backend);
        see(backend.status());
        see(SecretResolver.builder(backend));
    }
}
