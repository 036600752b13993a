package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.testing.FakeBackend;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandleRuleTest {

    private static boolean allows(String pattern, String name) {
        return HandleRule.patterns(Map.of("*", List.of(pattern))).mayUse("s", new Handle(name));
    }

    @ParameterizedTest
    @CsvSource({
        "db_*, db_user, true",
        "db_*, db_, true",
        "db_*, xdb_user, false",
        "*_user, db_user, true",
        "*_user, db_user2, false",
        "a*b*c, a1b2c, true",
        "a*b*c, abc, true",
        "a*b*c, ab, false",
        "a*ab, aab, true",
        "*, anything/at all, true",
        "team/*, team/a/b, true",
        "exact, exact, true",
        "exact, exactly, false",
        "a.c, abc, false",
        "[x], x, false",
        "'', x, false",
    })
    void a_star_stands_for_any_characters_and_nothing_else_is_special(String pattern, String name, boolean allowed) {
        assertThat(allows(pattern, name)).isEqualTo(allowed);
    }

    @Test
    void a_source_may_use_what_any_entry_for_it_allows() {
        HandleRule rule = HandleRule.patterns(Map.of(
                "team-a/*", List.of("a_*"), "team-a/postgres.yaml", List.of("pg", "pg_*"), "team-b/*", List.of()));

        assertThat(rule.mayUse("team-a/postgres.yaml", new Handle("a_1"))).isTrue();
        assertThat(rule.mayUse("team-a/postgres.yaml", new Handle("pg_1"))).isTrue();
        assertThat(rule.mayUse("team-a/redis.yaml", new Handle("pg_1"))).isFalse();
        assertThat(rule.mayUse("team-b/redis.yaml", new Handle("a_1"))).isFalse();
        assertThat(rule.mayUse("other.yaml", new Handle("a_1"))).isFalse();
    }

    @Test
    void an_empty_rule_denies_all_and_asks_nothing() {
        FakeBackend backend = new FakeBackend().put("a", "v");
        SecretResolver resolver = SecretResolver.builder(backend)
                .rule(HandleRule.patterns(Map.of()))
                .build();

        assertThatThrownBy(() -> resolver.resolve("s", "ENC[a]"))
                .isInstanceOfSatisfying(
                        UnresolvedHandlesException.class,
                        e -> assertThat(e.failures().get(0).kind()).isEqualTo(FailureKind.DENIED));
        resolver.refresh();

        assertThat(backend.callCount()).isZero();
    }

    @Test
    void many_stars_do_not_take_for_ever() {
        assertThat(allows("*a".repeat(1000) + "b", "a".repeat(10_000))).isFalse();
    }
}
