package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.Origin;
import io.agentsecrets.Redactor;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.Usages;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a resolver promises whether it keeps values or not: the cache decides only how often the backend is asked. */
@ParameterizedClass(name = "maximumSize {0}")
@ValueSource(longs = {Long.MAX_VALUE, 0})
class SecretResolverTest {

    @Parameter
    private long maximumSize;

    private final FakeBackend backend = new FakeBackend();

    private SecretResolver.Builder builder() {
        return SecretResolver.builder(backend).maximumSize(maximumSize);
    }

    private static Set<Handle> handles(String... names) {
        Set<Handle> handles = new java.util.HashSet<>();
        for (String name : names) {
            handles.add(new Handle(name));
        }
        return handles;
    }

    @Test
    void puts_secrets_in_the_places_of_handles() {
        backend.put("db_user", "admin").put("db_password", "hunter2");

        Object resolved = builder()
                .build()
                .resolve(
                        "postgres.yaml",
                        Map.of(
                                "instances",
                                List.of(Map.of(
                                        "user", "ENC[db_user]", "password", " ENC[db_password]\t", "port", 5432))));

        assertThat(resolved)
                .isEqualTo(Map.of("instances", List.of(Map.of("user", "admin", "password", "hunter2", "port", 5432))));
    }

    @Test
    void asks_once_for_each_distinct_handle_of_a_source() {
        backend.put("a", "1").put("b", "2");

        builder().build().resolve("x.yaml", List.of("ENC[b]", "ENC[a]", "ENC[b]", Map.of("ENC[key]", "ENC[a]")));

        assertThat(backend.calls()).containsExactly(handles("a", "b"));
    }

    @Test
    void sends_handles_in_a_fixed_order() {
        List<List<Handle>> asked = new ArrayList<>();
        SecretBackend recording = handles -> {
            asked.add(List.copyOf(handles));
            return backend.fetch(handles);
        };
        backend.put("a", "1").put("b", "2").put("c", "3");

        SecretResolver.builder(recording).build().resolve("x.yaml", List.of("ENC[c]", "ENC[a]", "ENC[b]"));

        assertThat(asked).containsExactly(List.of(new Handle("a"), new Handle("b"), new Handle("c")));
    }

    @Test
    void a_source_without_handles_is_returned_as_it_is_and_asks_nothing() {
        Map<String, Object> tree = Map.of("a", List.of("plain", 1, "db-ENC[x]"));

        assertThat(builder().build().resolve("a.yaml", tree)).isSameAs(tree);
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void never_looks_at_a_value_again() {
        backend.put("a", "ENC[b]").put("b", "never").put("c", "%%host%%").put("d", "^b");

        Object resolved = builder().build().resolve("a.yaml", List.of("ENC[a]", "ENC[c]", "ENC[d]"));

        assertThat(resolved).isEqualTo(List.of("ENC[b]", "%%host%%", "^b"));
        assertThat(backend.calls()).containsExactly(handles("a", "c", "d"));
    }

    @Test
    void reads_the_caret_form_if_told_so() {
        backend.put("key", "hunter2");

        Object resolved = builder()
                .syntax(HandleSyntax.caret())
                .build()
                .resolve("app.config", Map.of("a", "^key", "b", "ENC[key]"));

        assertThat(resolved).isEqualTo(Map.of("a", "hunter2", "b", "ENC[key]"));
    }

    @Test
    void an_error_lists_every_failing_handle_with_its_places_and_reason() {
        backend.put("a", "1")
                .put("b", "2")
                .put("c", "3")
                .refuse("db_password", "no such key")
                .put("db_user", "");
        String name = "postgres.yaml";
        Usages usages = Usages.builder()
                .add(new Handle("a"), new Origin(name, "a", 1, 4))
                .add(new Handle("db_password"), new Origin(name, "instances/0/password", 14, 15))
                .add(new Handle("db_password"), new Origin(name, "instances/1/password", 18, 15))
                .add(new Handle("b"), new Origin(name, "b", 2, 4))
                .add(new Handle("db_user"), Origin.of(name, ""))
                .add(new Handle("c"), new Origin(name, "c", 3, 4))
                .build();

        UnresolvedHandlesException error = catchThrowableOfType(
                UnresolvedHandlesException.class, () -> builder().build().resolve(new ListedSource(name, usages)));

        assertThat(error).hasMessage("""
            Could not resolve 2 of 5 handles in postgres.yaml
              ENC[db_password] at instances/0/password (line 14), instances/1/password (line 18): no such key
              ENC[db_user] at the root: the backend gave an empty value; store one, or remove the handle\
            """).hasNoCause();
        assertThat(error.source()).isEqualTo("postgres.yaml");
        assertThat(error.failures())
                .containsExactly(
                        new HandleFailure(
                                new Handle("db_password"),
                                List.of(
                                        new Origin("postgres.yaml", "instances/0/password", 14, 15),
                                        new Origin("postgres.yaml", "instances/1/password", 18, 15)),
                                FailureKind.BACKEND_ERROR,
                                "no such key"),
                        new HandleFailure(
                                new Handle("db_user"),
                                List.of(Origin.of("postgres.yaml", "")),
                                FailureKind.EMPTY,
                                "the backend gave an empty value; store one, or remove the handle"));
    }

    @Test
    void an_error_about_one_handle_says_so_in_the_singular() {
        assertThatThrownBy(() -> builder().build().resolve("a.yaml", Map.of("p", "ENC[x]")))
                .hasMessage("Could not resolve 1 of 1 handle in a.yaml\n  ENC[x] at p: the backend has no such handle");
    }

    @Test
    void an_error_points_at_blanks_around_a_name() {
        String hint = "the backend has no such handle (its name begins or ends with a blank; remove it if that is not"
                + " meant)";

        assertThatThrownBy(() -> builder().build().resolve("a.yaml", List.of("ENC[ x ]", "ENC[x\u00a0]", "ENC[x y]")))
                .hasMessage("Could not resolve 3 of 3 handles in a.yaml\n"
                        + "  ENC[ x ] at 0: " + hint + "\n  ENC[x\u00a0] at 1: " + hint
                        + "\n  ENC[x y] at 2: the backend has no such handle");
    }

    @Test
    void an_error_shows_names_from_outside_in_one_line() {
        backend.refuse("h\nFORGED", "why\nFORGED");

        assertThatThrownBy(() -> builder().build().resolve("a\nFORGED", Map.of("p\nFORGED", "ENC[h\nFORGED]")))
                .hasMessage("Could not resolve 1 of 1 handle in a?FORGED\n  ENC[h?FORGED] at p?FORGED: whyFORGED");
    }

    @Test
    void refuses_an_empty_handle_and_never_sends_it() {
        backend.put("a", "1");

        UnresolvedHandlesException error = catchThrowableOfType(
                UnresolvedHandlesException.class,
                () -> builder().build().resolve("a.yaml", List.of("ENC[]", "ENC[a]")));

        assertThat(error)
                .hasMessage("Could not resolve 1 of 2 handles in a.yaml\n"
                        + "  ENC[] at 0: the handle has no name; write ENC[handle]");
        assertThat(error.failures()).extracting(HandleFailure::kind).containsExactly(FailureKind.EMPTY_HANDLE);
        assertThat(backend.calls()).doesNotContain(handles(""), handles("a", ""));
    }

    @Test
    void an_empty_handle_is_explained_in_the_syntax_of_the_source_and_before_any_rule() {
        SecretResolver resolver = builder()
                .syntax(HandleSyntax.caret())
                .rule((source, handle) -> false)
                .build();

        assertThatThrownBy(() -> resolver.resolve("app.config", List.of("^")))
                .hasMessage("Could not resolve 1 of 1 handle in app.config\n"
                        + "  ^ at 0: the handle has no name; write ^handle");
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void refuses_a_handle_that_no_protocol_can_carry() {
        UnresolvedHandlesException error = catchThrowableOfType(
                UnresolvedHandlesException.class, () -> builder().build().resolve("a.yaml", List.of("ENC[\ud800]")));

        assertThat(error.failures()).extracting(HandleFailure::kind).containsExactly(FailureKind.INVALID);
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void refuses_a_value_that_no_text_can_carry() {
        backend.put("a", "\ud800");

        UnresolvedHandlesException error = catchThrowableOfType(
                UnresolvedHandlesException.class, () -> builder().build().resolve("a.yaml", List.of("ENC[a]")));

        assertThat(error.failures()).extracting(HandleFailure::kind).containsExactly(FailureKind.INVALID);
    }

    @Test
    void a_denied_handle_fails_and_is_never_sent() {
        backend.put("team_a", "1").put("team_b", "2");
        SecretResolver resolver = builder()
                .rule((source, handle) -> handle.name().equals("team_" + source))
                .build();

        assertThat(resolver.resolve("b", List.of("ENC[team_b]"))).isEqualTo(List.of("2"));
        UnresolvedHandlesException error = catchThrowableOfType(
                UnresolvedHandlesException.class, () -> resolver.resolve("a", List.of("ENC[team_b]")));

        assertThat(error)
                .hasMessage("Could not resolve 1 of 1 handle in a\n"
                        + "  ENC[team_b] at 0: this source may not use this handle;"
                        + " allow it in the rule of the agent, or take it out of the source");
        assertThat(error.failures()).extracting(HandleFailure::kind).containsExactly(FailureKind.DENIED);
        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void a_rule_that_throws_denies_and_harms_no_other_source() {
        backend.put("a", "1");
        SecretResolver resolver = builder()
                .rule((source, handle) -> {
                    if (source.equals("bad")) {
                        throw new IllegalStateException("hunter2");
                    }
                    return true;
                })
                .build();

        Map<String, Resolution<@Nullable Object>> resolutions =
                resolver.resolveAll(Map.of("bad", List.of("ENC[a]"), "good", List.of("ENC[a]")));

        assertThat(resolutions.get("good").orThrow()).isEqualTo(List.of("1"));
        assertThatThrownBy(() -> resolutions.get("bad").orThrow())
                .hasMessageContaining("the rule for this source failed with java.lang.IllegalStateException")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void a_rule_holds_for_a_handle_that_another_source_of_the_same_call_may_use() {
        backend.put("team_b", "2");
        SecretResolver resolver =
                builder().rule((source, handle) -> source.equals("b")).build();
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("a", List.of("ENC[team_b]"));
        trees.put("b", List.of("ENC[team_b]"));

        Map<String, Resolution<@Nullable Object>> resolutions = resolver.resolveAll(trees);

        assertThat(resolutions.get("a")).isInstanceOf(Resolution.Dropped.class);
        assertThat(resolutions.get("b")).isEqualTo(new Resolution.Resolved<>("b", List.of("2")));
    }

    @Test
    void without_a_backend_every_handle_fails_and_what_has_none_resolves() {
        SecretResolver resolver = SecretResolver.builder(SecretBackend.none())
                .maximumSize(maximumSize)
                .build();

        assertThat(resolver.resolve("a.yaml", List.of("x"))).isEqualTo(List.of("x"));
        UnresolvedHandlesException error = catchThrowableOfType(
                UnresolvedHandlesException.class, () -> resolver.resolve("a.yaml", List.of("ENC[x]")));
        assertThat(error)
                .hasMessage("Could not resolve 1 of 1 handle in a.yaml\n  ENC[x] at 0: no secret backend is set;"
                        + " set secret_backend_command in the main configuration");
        assertThat(error.failures()).extracting(HandleFailure::kind).containsExactly(FailureKind.NO_BACKEND);
    }

    @Test
    void resolves_all_sources_with_one_call_in_their_order() {
        backend.put("a", "1").put("b", "2").put("c", "3");
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("z.yaml", List.of("ENC[a]", "ENC[b]"));
        trees.put("y.yaml", List.of("plain"));
        trees.put("x.yaml", List.of("ENC[b]", "ENC[c]"));

        Map<String, Resolution<@Nullable Object>> resolutions =
                builder().build().resolveAll(trees);

        assertThat(resolutions)
                .containsExactly(
                        Map.entry("z.yaml", new Resolution.Resolved<>("z.yaml", List.of("1", "2"))),
                        Map.entry("y.yaml", new Resolution.Resolved<>("y.yaml", List.of("plain"))),
                        Map.entry("x.yaml", new Resolution.Resolved<>("x.yaml", List.of("2", "3"))));
        assertThat(backend.calls()).containsExactly(handles("a", "b", "c"));
    }

    @Test
    void a_failing_handle_drops_only_the_sources_that_use_it() {
        backend.put("good", "1").refuse("bad", "revoked");
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("a.yaml", List.of("ENC[good]"));
        trees.put("b.yaml", List.of("ENC[good]", "ENC[bad]"));
        trees.put("c.yaml", Map.of("p", "ENC[missing]"));

        Map<String, Resolution<@Nullable Object>> resolutions =
                builder().build().resolveAll(trees);

        assertThat(resolutions.get("a.yaml")).isEqualTo(new Resolution.Resolved<>("a.yaml", List.of("1")));
        assertDropped(resolutions, "b.yaml", "Could not resolve 1 of 2 handles in b.yaml\n  ENC[bad] at 1: revoked");
        assertDropped(
                resolutions,
                "c.yaml",
                "Could not resolve 1 of 1 handle in c.yaml\n  ENC[missing] at p: the backend has no such handle");
    }

    @Test
    void a_tree_that_cannot_be_walked_drops_only_itself() {
        backend.put("a", "1");
        List<Object> cycle = new ArrayList<>();
        cycle.add(cycle);
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("cycle.yaml", cycle);
        trees.put("deep.yaml", List.of(List.of(List.of())));
        trees.put("good.yaml", List.of("ENC[a]"));

        Map<String, Resolution<@Nullable Object>> resolutions =
                builder().maxDepth(2).build().resolveAll(trees);

        assertThat(resolutions.keySet()).containsExactly("cycle.yaml", "deep.yaml", "good.yaml");
        assertDropped(
                resolutions,
                "cycle.yaml",
                "cycle.yaml: the value at 0 contains itself; a configuration must be a tree");
        assertDropped(resolutions, "deep.yaml", "deep.yaml: the value at 0/0 is nested more than 2 levels deep");
        assertThat(resolutions.get("good.yaml")).isEqualTo(new Resolution.Resolved<>("good.yaml", List.of("1")));
    }

    @Test
    void a_map_that_throws_drops_only_itself_and_its_message_is_not_looked_at() {
        backend.put("a", "1");
        Map<String, Object> broken = new java.util.AbstractMap<>() {
            @Override
            public Set<Entry<String, Object>> entrySet() {
                throw new IllegalStateException("hunter2");
            }
        };

        Map<String, Resolution<@Nullable Object>> resolutions =
                builder().build().resolveAll(Map.of("a", List.of("ENC[a]"), "broken", broken));

        assertThat(resolutions.get("a").orThrow()).isEqualTo(List.of("1"));
        assertThatThrownBy(() -> resolutions.get("broken").orThrow())
                .hasMessage("broken: the configuration cannot be read: java.lang.IllegalStateException")
                .hasNoCause();
    }

    @Test
    void an_empty_document_among_the_sources_resolves_to_nothing() {
        backend.put("a", "1");
        Map<String, @Nullable Object> trees = new LinkedHashMap<>();
        trees.put("empty.yaml", null);
        trees.put("good.yaml", List.of("ENC[a]"));

        Map<String, Resolution<@Nullable Object>> resolutions =
                builder().build().resolveAll(trees);

        assertThat(resolutions.get("empty.yaml"))
                .isInstanceOfSatisfying(
                        Resolution.Resolved.class,
                        empty -> assertThat(empty.result()).isNull());
        assertThat(resolutions.get("good.yaml")).isEqualTo(new Resolution.Resolved<>("good.yaml", List.of("1")));
    }

    @Test
    void a_null_stays_a_null_beside_a_handle() {
        backend.put("a", "1");

        assertThat(builder().build().resolve("a.yaml", Arrays.asList(null, "ENC[a]")))
                .isEqualTo(Arrays.asList(null, "1"));
    }

    @Test
    void resolves_the_environment_like_any_other_map() {
        backend.put("token", "hunter2");
        Map<String, String> environment = new TreeMap<>(Map.of("PATH", "/bin", "TOKEN", "ENC[token]"));

        assertThat(builder().build().resolve("environment", environment))
                .isEqualTo(Map.of("PATH", "/bin", "TOKEN", "hunter2"));
    }

    @Test
    void resolves_formats_that_it_does_not_know() {
        backend.put("a", "1").put("b", "2");
        SecretResolver resolver = builder().build();

        Map<Handle, SecretValue> values = resolver.resolve(ListedSource.of("a.ini", "a"));
        Map<String, Resolution<Map<Handle, SecretValue>>> lookups =
                resolver.resolveAll(List.of(ListedSource.of("a.ini", "a"), ListedSource.of("b.ini", "b", "c")));

        assertThat(values).isEqualTo(Map.of(new Handle("a"), SecretValue.of("1")));
        assertThat(lookups.get("a.ini")).isEqualTo(new Resolution.Resolved<>("a.ini", values));
        assertThat(lookups.get("b.ini"))
                .isInstanceOfSatisfying(
                        Resolution.Dropped.class,
                        dropped -> assertThat(dropped.reason())
                                .hasMessage("Could not resolve 1 of 2 handles in b.ini\n"
                                        + "  ENC[c] at c: the backend has no such handle"));
    }

    @Test
    void nothing_to_look_up_asks_nothing() {
        SecretResolver resolver = builder().build();

        assertThat(resolver.resolve(ListedSource.of("a"))).isEmpty();
        assertThat(resolver.resolveAll(List.of())).isEmpty();
        assertThat(resolver.resolveAll(Map.of())).isEmpty();
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void what_nobody_asked_for_is_ignored() {
        SecretBackend talkative = handles -> Map.of(
                new Handle("a"), FetchResult.found("1"),
                new Handle("b"), FetchResult.found("2"));
        SecretResolver resolver =
                SecretResolver.builder(talkative).maximumSize(maximumSize).build();

        resolver.resolve("a.yaml", List.of("ENC[a]"));

        assertThat(resolver.redactor().redact("1 2")).isEqualTo("******** 2");
    }

    @Test
    void a_failure_is_asked_for_again() {
        SecretResolver resolver = builder().build();
        backend.refuse("a", "not yet");
        assertThatThrownBy(() -> resolver.resolve("a.yaml", List.of("ENC[a]"))).hasMessageContaining("not yet");

        backend.put("a", "1");

        assertThat(resolver.resolve("a.yaml", List.of("ENC[a]"))).isEqualTo(List.of("1"));
        backend.fail(FailureKind.TIMEOUT, "slow");
        assertThatThrownBy(() -> resolver.resolve("b.yaml", List.of("ENC[b]"))).hasMessageContaining("slow");
        backend.recover().put("b", "2");
        assertThat(resolver.resolve("b.yaml", List.of("ENC[b]"))).isEqualTo(List.of("2"));
    }

    @Test
    void a_call_that_fails_as_a_whole_drops_the_source_with_kind_and_reason() {
        backend.fail(FailureKind.TIMEOUT, "not done within 30 s");

        UnresolvedHandlesException error = catchThrowableOfType(
                UnresolvedHandlesException.class,
                () -> builder().build().resolve("a.yaml", List.of("ENC[b]", "ENC[a]")));

        assertThat(error).hasMessage("""
            Could not resolve 2 of 2 handles in a.yaml
              ENC[b] at 0: not done within 30 s
              ENC[a] at 1: not done within 30 s\
            """).hasNoCause();
        assertThat(error.failures()).extracting(HandleFailure::kind).containsOnly(FailureKind.TIMEOUT);
    }

    @Test
    void a_backend_that_answers_with_nothing_at_all_fails_its_handles() {
        @SuppressWarnings("NullAway") // what a careless backend does
        SecretBackend careless = handles -> null;

        assertThatThrownBy(() -> SecretResolver.builder(careless).build().resolve("a.yaml", List.of("ENC[a]")))
                .hasMessage("Could not resolve 1 of 1 handle in a.yaml\n"
                        + "  ENC[a] at 0: the backend failed with java.lang.NullPointerException");
    }

    @Test
    void the_error_of_a_backend_does_not_quote_a_secret_that_is_known() {
        backend.put("a", "hunter2").refuse("b", "hunter2 is not the password of b");

        assertThatThrownBy(() -> builder().build().resolve("a.yaml", List.of("ENC[a]", "ENC[b]")))
                .hasMessage(
                        "Could not resolve 1 of 2 handles in a.yaml\n  ENC[b] at 1: ******** is not the password of b");
    }

    @Test
    void the_error_of_a_backend_does_not_quote_the_beginning_of_a_secret_where_it_is_cut() {
        backend.put("a", "hunter2-hunter2-hunter2").refuse("b", "x".repeat(480) + "hunter2-hunter2-hunter2");

        assertThatThrownBy(() -> builder().build().resolve("a.yaml", List.of("ENC[a]", "ENC[b]")))
                .hasMessageContaining("xxx********...")
                .hasMessageNotContaining("hunter");
    }

    @Test
    void a_tree_that_changes_while_it_is_resolved_does_not_let_a_handle_out() {
        backend.put("a", "1");
        List<Object> tree = new ArrayList<>(List.of("ENC[a]", "x"));
        SecretBackend meddling = handles -> {
            tree.set(1, "ENC[b]");
            return backend.fetch(handles);
        };

        assertThat(SecretResolver.builder(meddling).build().resolve("a.yaml", tree))
                .isEqualTo(List.of("1", "x"));
        assertThat(tree).as("what the caller holds is not changed").isEqualTo(List.of("ENC[a]", "ENC[b]"));
    }

    @Test
    void reports_what_resolved_and_what_failed() {
        backend.put("a", "1").put("b", "2").refuse("c", "revoked");
        SecretResolver resolver = builder().build();
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("z.yaml", Map.of("p", "ENC[a]"));
        trees.put("y.yaml", Map.of("p", "ENC[a]", "q", "ENC[b]"));
        trees.put("x.yaml", Map.of("p", "ENC[c]"));
        trees.put("w.yaml", Map.of("p", "ENC[c]"));

        resolver.resolveAll(trees);
        SecretsReport report = resolver.report();

        assertThat(report.secrets())
                .extracting(SecretsReport.Secret::handle)
                .containsExactly(new Handle("a"), new Handle("b"));
        assertThat(report.secrets().get(0).origins())
                .containsExactly(Origin.of("y.yaml", "p"), Origin.of("z.yaml", "p"));
        assertThat(report.failures())
                .containsExactly(new HandleFailure(
                        new Handle("c"),
                        List.of(Origin.of("w.yaml", "p"), Origin.of("x.yaml", "p")),
                        FailureKind.BACKEND_ERROR,
                        "revoked"));
        assertThat(report.backend()).isEqualTo(BackendStatus.ok("a backend in this process"));
    }

    @Test
    void a_report_shows_a_source_as_it_was_last_resolved() {
        backend.put("a", "1").put("b", "2");
        SecretResolver resolver = builder().build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));
        assertThatThrownBy(() -> resolver.resolve("b.yaml", List.of("ENC[missing]")));

        resolver.resolve("a.yaml", List.of("ENC[b]"));
        resolver.resolve("b.yaml", List.of("plain"));

        assertThat(resolver.report().secrets())
                .extracting(SecretsReport.Secret::handle)
                .containsExactly(new Handle("b"));
        assertThat(resolver.report().failures()).isEmpty();
    }

    @Test
    void a_report_does_not_name_a_source_among_those_that_got_a_secret_if_it_did_not() {
        backend.put("a", "1");
        SecretResolver resolver =
                builder().rule((source, handle) -> source.equals("a.yaml")).build();

        resolver.resolveAll(Map.of("a.yaml", List.of("ENC[a]"), "b.yaml", List.of("ENC[a]")));

        assertThat(resolver.report().secrets())
                .singleElement()
                .satisfies(secret -> assertThat(secret.origins()).containsExactly(Origin.of("a.yaml", "0")));
        assertThat(resolver.report().failures()).extracting(HandleFailure::kind).containsExactly(FailureKind.DENIED);
    }

    @Test
    void a_message_lists_a_hundred_failures_and_counts_the_rest() {
        String[] handles = new String[20_000];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = "h" + i;
        }

        UnresolvedHandlesException error = catchThrowableOfType(
                UnresolvedHandlesException.class, () -> builder().build().resolve(ListedSource.of("big.ini", handles)));

        assertThat(error.failures()).hasSize(20_000);
        assertThat(error.getMessage().lines()).hasSize(102).last().isEqualTo("  and 19900 more");
    }

    @Test
    void two_sources_of_one_name_are_a_mistake_of_the_caller() {
        assertThatThrownBy(() -> builder()
                        .build()
                        .resolveAll(List.of(ListedSource.of("a.ini", "a"), ListedSource.of("a.ini", "b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two sources have the name a.ini");
    }

    @Test
    void the_redactor_always_knows_what_is_in_use() {
        backend.put("a", "hunter2").put("b", "correct horse");
        SecretResolver resolver = builder().build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));

        Redactor redactor = resolver.redactor();
        assertThat(redactor.redact("hunter2, correct horse")).isEqualTo("********, correct horse");
        resolver.resolve("b.yaml", List.of("ENC[b]"));

        assertThat(redactor.redact("hunter2, correct horse")).isEqualTo("********, ********");
        resolver.forget("a.yaml");
        assertThat(redactor.redact("hunter2, correct horse")).isEqualTo("hunter2, ********");
    }

    @Test
    void a_setting_given_wrongly_fails_in_the_builder_and_is_named() {
        SecretResolver.Builder builder = builder();

        assertThatThrownBy(() -> builder.timeToLive(Duration.ZERO))
                .hasMessage("timeToLive must be more than zero, not PT0S");
        assertThatThrownBy(() -> builder.timeToLive(Duration.ofSeconds(-1))).hasMessageContaining("timeToLive");
        assertThatThrownBy(() -> builder.maximumSize(-1)).hasMessage("maximumSize must not be negative, but is -1");
        assertThatThrownBy(() -> builder.maxDepth(0)).hasMessage("maxDepth must be 1 or more, but is 0");
    }

    private static void assertDropped(
            Map<String, Resolution<@Nullable Object>> resolutions, String source, String message) {
        assertThat(resolutions.get(source)).isInstanceOfSatisfying(Resolution.Dropped.class, dropped -> {
            assertThat(dropped.source()).isEqualTo(source);
            assertThat(dropped.reason()).hasMessage(message);
            assertThatThrownBy(dropped::orThrow).isSameAs(dropped.reason());
        });
    }
}
