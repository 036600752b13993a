package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.backend.RoutingBackend;
import io.agentsecrets.testing.FakeBackend;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Backends of an agent's own: one that quotes a secret in a reason of any kind, and one that is reached in two ways. */
class OwnBackendsTest {

    private static final String VALUE = "hunter2-of-x";

    /** Answers {@code x}, and quotes its value when it is asked for {@code y}, as a failure of one kind or another. */
    private static SecretBackend quoting(FailureKind kind, boolean whole) {
        return handles -> {
            Map<Handle, FetchResult> answers = new HashMap<>();
            answers.put(new Handle("x"), FetchResult.found(VALUE));
            if (whole && handles.contains(new Handle("y"))) {
                throw new BackendException(kind, "near " + VALUE);
            }
            answers.put(new Handle("y"), new FetchResult.Failed(kind, "near " + VALUE));
            return answers;
        };
    }

    @ParameterizedTest
    @EnumSource
    void fault_13_a_reason_of_any_kind_that_quotes_a_known_value_is_masked(FailureKind kind) {
        for (boolean whole : new boolean[] {false, true}) {
            SecretResolver resolver =
                    SecretResolver.builder(quoting(kind, whole)).build();
            resolver.resolve("a", List.of("ENC[x]"));

            Throwable thrown = catchThrowable(() -> resolver.resolve("b", List.of("ENC[y]", "ENC[x]")));

            assertThat(thrown).hasMessageContaining("near ********").hasMessageNotContaining(VALUE);
            assertThat(resolver.report().toString()).doesNotContain(VALUE);
            assertThat(resolver.refresh().toText()).doesNotContain(VALUE);
            assertThat(resolver.report().toString()).doesNotContain(VALUE);
        }
    }

    @Test
    void fault_13_two_prefixes_may_lead_to_one_backend() {
        FakeBackend vault = new FakeBackend().put("k", "v").put("l", "w");
        SecretResolver resolver = SecretResolver.builder(RoutingBackend.builder()
                        .route("one", vault)
                        .route("two", vault)
                        .otherwise(vault)
                        .build())
                .build();

        assertThat(resolver.resolve("a", List.of("ENC[one;k]", "ENC[two;k]", "ENC[k]", "ENC[two;l]")))
                .isEqualTo(List.of("v", "v", "v", "w"));
    }
}
