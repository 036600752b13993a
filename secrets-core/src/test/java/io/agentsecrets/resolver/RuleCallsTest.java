package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.Resolution;
import io.agentsecrets.testing.FakeBackend;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a rule is asked, and what it may do: it is asked once, before anything is read, with no lock held. */
class RuleCallsTest {

    private final FakeBackend backend = new FakeBackend().put("u", "u1").put("p", "p1");

    @ParameterizedTest
    @EnumSource
    void fault_4_a_rule_that_throws_denies_and_harms_no_other_source(Thrown thrown) {
        SecretResolver resolver = SecretResolver.builder(backend)
                .rule((source, handle) -> {
                    if (source.equals("bad")) {
                        thrown.raise();
                    }
                    return true;
                })
                .build();

        Map<String, Resolution<@Nullable Object>> all =
                resolver.resolveAll(Map.of("bad", List.of("ENC[u]"), "good", List.of("ENC[u]")));

        assertThat(all.get("good").orThrow()).isEqualTo(List.of("u1"));
        assertThatThrownBy(() -> all.get("bad").orThrow())
                .hasMessageContaining(thrown.type())
                .hasMessageNotContaining(Thrown.SECRET)
                .hasNoCause();
        resolver.refresh();
    }

    @Test
    void fault_11_a_rule_may_forget_a_source() throws Exception {
        SecretResolver[] own = new SecretResolver[1];
        own[0] = SecretResolver.builder(backend)
                .rule((source, handle) -> {
                    own[0].forget("other");
                    return true;
                })
                .build();
        FutureTask<Object> resolving = new FutureTask<>(() -> {
            own[0].resolve("other", List.of("ENC[u]"));
            own[0].resolve("a", List.of("ENC[u]", "ENC[p]"));
            return own[0].resolve("a", List.of("ENC[u]", "ENC[p]"));
        });
        Thread thread = new Thread(resolving);
        thread.setDaemon(true);
        thread.start();

        assertThat(resolving.get(120, TimeUnit.SECONDS)).isEqualTo(List.of("u1", "p1"));
    }

    @Test
    void fault_11_a_rule_is_asked_once_for_each_handle_of_each_resolve() {
        AtomicInteger asked = new AtomicInteger();
        SecretResolver resolver = SecretResolver.builder(backend)
                .rule((source, handle) -> {
                    asked.incrementAndGet();
                    return !handle.name().equals("p");
                })
                .build();

        assertThatThrownBy(() -> resolver.resolve("a", List.of("ENC[u]", "ENC[p]", "ENC[u]")));
        assertThat(asked.getAndSet(0)).as("with a call").isEqualTo(2);
        resolver.resolve("a", List.of("ENC[u]"));
        assertThat(asked.getAndSet(0)).as("from memory").isEqualTo(1);
        backend.put("u", "u2");
        resolver.resolveAll(Map.of("a", List.of("ENC[u]"), "b", List.of("ENC[u]")));
        assertThat(asked.getAndSet(0)).as("of two sources").isEqualTo(2);
    }
}
