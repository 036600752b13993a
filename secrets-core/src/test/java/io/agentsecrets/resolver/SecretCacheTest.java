package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.Origin;
import io.agentsecrets.testing.FakeBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When a resolver asks again, seen from outside, with a clock in the hand of the test. */
class SecretCacheTest {

    private final FakeBackend backend = new FakeBackend().put("a", "1").put("b", "2");
    private final AtomicLong now = new AtomicLong(-5_000_000_000L);

    private SecretResolver.Builder builder() {
        return SecretResolver.builder(backend).ticker(now::get);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void asks_for_what_is_not_cached_and_only_for_that() {
        SecretResolver resolver = builder().build();

        resolver.resolve("a.yaml", List.of("ENC[a]"));
        resolver.resolve("a.yaml", List.of("ENC[a]"));
        Object both = resolver.resolve("b.yaml", List.of("ENC[a]", "ENC[b]"));
        resolver.resolveAll(Map.of("c.yaml", List.of("ENC[a]"), "d.yaml", List.of("ENC[b]")));

        assertThat(both).isEqualTo(List.of("1", "2"));
        assertThat(backend.calls()).containsExactly(Set.of(new Handle("a")), Set.of(new Handle("b")));
    }

    @Test
    void keeps_values_for_ever_unless_told_otherwise() {
        SecretResolver resolver = builder().build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));

        pass(Duration.ofDays(3650));
        resolver.resolve("a.yaml", List.of("ENC[a]"));

        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void asks_again_when_the_time_to_live_of_the_setting_is_over_however_often_the_value_was_read() {
        SecretResolver resolver = builder().timeToLive(Duration.ofMinutes(10)).build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));
        backend.put("a", "new");

        pass(Duration.ofMinutes(10).minusNanos(1));
        assertThat(resolver.resolve("a.yaml", List.of("ENC[a]"))).isEqualTo(List.of("1"));
        pass(Duration.ofNanos(1));
        assertThat(resolver.resolve("a.yaml", List.of("ENC[a]"))).isEqualTo(List.of("new"));

        assertThat(backend.callCount()).isEqualTo(2);
    }

    @Test
    void asks_again_when_the_time_to_live_of_the_reply_is_over() {
        backend.put("a", "1", Duration.ofSeconds(5));
        SecretResolver resolver = builder().build();
        resolver.resolve("a.yaml", List.of("ENC[a]", "ENC[b]"));

        pass(Duration.ofSeconds(5));
        resolver.resolve("a.yaml", List.of("ENC[a]", "ENC[b]"));

        assertThat(backend.calls())
                .as("what is asked for again is asked for with its whole source")
                .containsExactly(Set.of(new Handle("a"), new Handle("b")), Set.of(new Handle("a"), new Handle("b")));
    }

    @Test
    void the_shorter_of_both_times_to_live_counts() {
        backend.put("a", "1", Duration.ofSeconds(5)).put("b", "2", Duration.ofDays(5));
        SecretResolver resolver = builder().timeToLive(Duration.ofMinutes(1)).build();
        resolver.resolve("a.yaml", List.of("ENC[a]", "ENC[b]"));

        pass(Duration.ofSeconds(59));
        resolver.resolve("b.yaml", List.of("ENC[b]"));
        resolver.resolve("c.yaml", List.of("ENC[a]"));
        pass(Duration.ofSeconds(1));
        resolver.resolve("b.yaml", List.of("ENC[b]"));

        assertThat(backend.calls())
                .containsExactly(
                        Set.of(new Handle("a"), new Handle("b")), Set.of(new Handle("a")), Set.of(new Handle("b")));
    }

    @Test
    void a_time_to_live_of_zero_is_none_as_stores_answer_it_for_what_does_not_expire() {
        backend.put("a", "1", Duration.ZERO);
        SecretResolver resolver = builder().build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));

        pass(Duration.ofDays(3650));
        resolver.resolve("a.yaml", List.of("ENC[a]"));

        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void a_time_to_live_of_thousands_of_years_is_for_ever() {
        backend.put("a", "1", Duration.ofSeconds(Long.MAX_VALUE));
        SecretResolver resolver =
                builder().timeToLive(Duration.ofSeconds(Long.MAX_VALUE)).build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));

        pass(Duration.ofDays(36500));
        resolver.resolve("a.yaml", List.of("ENC[a]"));

        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void an_expired_value_is_served_while_the_backend_fails_and_reported_as_stale() {
        SecretResolver resolver = builder().timeToLive(Duration.ofSeconds(1)).build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));

        pass(Duration.ofDays(100));
        backend.fail(FailureKind.TIMEOUT, "slow");

        assertThat(resolver.resolve("a.yaml", List.of("ENC[a]"))).isEqualTo(List.of("1"));
        assertThat(resolver.report().secrets()).singleElement().satisfies(secret -> {
            assertThat(secret.state()).isEqualTo(SecretsReport.State.STALE);
            assertThat(secret.reason()).isEqualTo("slow");
            assertThat(secret.age()).isEqualTo(Duration.ofDays(100));
        });
        backend.recover();
        backend.put("a", "new");
        assertThat(resolver.resolve("a.yaml", List.of("ENC[a]"))).isEqualTo(List.of("new"));
        assertThat(resolver.report().secrets().get(0).state()).isEqualTo(SecretsReport.State.FRESH);
    }

    @Test
    void an_expired_value_is_not_served_for_longer_than_the_limit() {
        SecretResolver resolver = builder()
                .timeToLive(Duration.ofSeconds(1))
                .staleLimit(Duration.ofSeconds(10))
                .build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));
        backend.fail(FailureKind.TIMEOUT, "slow");

        pass(Duration.ofSeconds(11).minusNanos(1));
        assertThat(resolver.resolve("a.yaml", List.of("ENC[a]"))).isEqualTo(List.of("1"));
        pass(Duration.ofNanos(1));
        assertThatThrownBy(() -> resolver.resolve("a.yaml", List.of("ENC[a]"))).hasMessageContaining("slow");
        assertThat(resolver.report().secrets()).isEmpty();
        assertThat(resolver.report().failures()).hasSize(1);
    }

    @Test
    void with_a_limit_of_zero_no_expired_value_is_served() {
        SecretResolver resolver = builder()
                .timeToLive(Duration.ofSeconds(1))
                .staleLimit(Duration.ZERO)
                .build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));
        backend.fail(FailureKind.EXIT, "down");

        pass(Duration.ofSeconds(1));

        assertThatThrownBy(() -> resolver.resolve("a.yaml", List.of("ENC[a]"))).hasMessageContaining("down");
    }

    @Test
    void that_a_handle_is_gone_is_an_answer() {
        SecretResolver resolver = builder().timeToLive(Duration.ofSeconds(1)).build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));
        backend.remove("a");

        pass(Duration.ofSeconds(1));

        assertThatThrownBy(() -> resolver.resolve("a.yaml", List.of("ENC[a]"))).hasMessageContaining("no such handle");
    }

    @Test
    void an_evicted_value_is_served_while_the_backend_fails() {
        SecretResolver resolver = builder().maximumSize(0).build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));
        backend.fail(FailureKind.TIMEOUT, "slow");

        assertThat(resolver.resolve("a.yaml", List.of("ENC[a]"))).isEqualTo(List.of("1"));
    }

    @Test
    void with_a_maximum_size_of_zero_every_resolve_asks() {
        SecretResolver resolver = builder().maximumSize(0).build();

        for (int i = 0; i < 3; i++) {
            resolver.resolve("a.yaml", List.of("ENC[a]"));
        }

        assertThat(backend.callCount()).isEqualTo(3);
    }

    @Test
    void a_small_cache_changes_the_number_of_calls_and_nothing_else() {
        SecretResolver resolver = builder().maximumSize(1).build();
        List<String> tree = List.of("ENC[a]", "ENC[b]");

        for (int i = 0; i < 10; i++) {
            assertThat(resolver.resolve("a.yaml", tree)).isEqualTo(List.of("1", "2"));
        }

        assertThat(backend.callCount()).isBetween(2, 10);
    }

    @Test
    void a_report_tells_the_age_of_a_value_though_the_cache_forgot_it() {
        SecretResolver resolver = builder().maximumSize(0).build();
        resolver.resolve("a.yaml", List.of("ENC[a]"));

        pass(Duration.ofSeconds(90));

        assertThat(resolver.report().secrets())
                .containsExactly(new SecretsReport.Secret(
                        new Handle("a"),
                        SecretsReport.State.FRESH,
                        Duration.ofSeconds(90),
                        null,
                        List.of(Origin.of("a.yaml", "0"))));
    }
}
