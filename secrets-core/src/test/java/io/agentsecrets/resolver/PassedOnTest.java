package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.SecretBackend;
import io.agentsecrets.backend.GuardedBackend;
import io.agentsecrets.backend.ResilientBackend;
import io.agentsecrets.backend.RoutingBackend;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend around others answers nothing by default that the others know. */
class PassedOnTest {

    @ParameterizedTest
    @ValueSource(classes = {GuardedBackend.class, ResilientBackend.class, RoutingBackend.class})
    void everything_that_a_backend_can_be_asked_is_passed_on(Class<? extends SecretBackend> around)
            throws NoSuchMethodException {
        List<Method> byDefault = Arrays.stream(SecretBackend.class.getDeclaredMethods())
                .filter(Method::isDefault)
                .toList();
        assertThat(byDefault).isNotEmpty();
        for (Method method : byDefault) {
            assertThat(around.getMethod(method.getName(), method.getParameterTypes())
                            .getDeclaringClass())
                    .as(method.getName())
                    .isEqualTo(around);
        }
    }
}
