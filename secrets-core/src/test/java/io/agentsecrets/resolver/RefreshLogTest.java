package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Origin;
import io.agentsecrets.Usages;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

class RefreshLogTest {

    private final List<String> lines = new ArrayList<>();
    private final RefreshLog log = new RefreshLog((Logger) Proxy.newProxyInstance(
            RefreshLogTest.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                Object[] facts = new Object[arguments.length - 1];
                System.arraycopy(arguments, 1, facts, 0, facts.length);
                Object[] flat = facts.length == 1 && facts[0] instanceof Object[] array ? array : facts;
                lines.add(method.getName() + " "
                        + MessageFormatter.arrayFormat((String) arguments[0], flat)
                                .getMessage());
                return null;
            }));

    private static HandleFailure failure(String name, FailureKind kind) {
        return new HandleFailure(new Handle(name), List.of(Origin.of("a.yaml", "password")), kind, "why " + name);
    }

    private void refreshed(HandleFailure... failures) {
        log.log(new RefreshResult(5, Usages.none(), List.of(failures)));
    }

    @Test
    void a_handle_that_is_refused_hides_no_outage() {
        HandleFailure missing = failure("m", FailureKind.MISSING);
        HandleFailure timeout = failure("t", FailureKind.TIMEOUT);

        refreshed(missing);
        refreshed(missing);
        refreshed(missing, timeout);
        refreshed(missing, timeout);
        refreshed(missing);
        refreshed();

        assertThat(lines)
                .containsExactly(
                        "warn the backend refuses 1 of 5 secrets; what uses them is dropped when it resolves next. The first is m: why m",
                        "debug none of 5 secrets changed",
                        "debug none of 5 secrets changed",
                        "warn 1 of 5 secrets could not be refreshed; those that have values keep them. The first is t: why t",
                        "debug 1 of 5 secrets could not be refreshed; those that have values keep them. The first is t: why t",
                        "info the backend answers again; it was asked for 5 secrets",
                        "debug none of 5 secrets changed");
    }

    @Test
    void a_refresh_that_asked_for_nothing_ends_no_outage() {
        refreshed(failure("t", FailureKind.TIMEOUT));
        log.log(new RefreshResult(0, Usages.none(), List.of()));
        refreshed(failure("t", FailureKind.TIMEOUT));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("warn ");
        assertThat(lines.get(1)).startsWith("debug ");
    }

    @Test
    void a_refresh_that_is_interrupted_by_the_end_of_the_agent_is_not_told_and_ends_no_outage() {
        refreshed(failure("t", FailureKind.TIMEOUT));
        refreshed(failure("t", FailureKind.INTERRUPTED));
        refreshed(failure("t", FailureKind.TIMEOUT));

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("warn ");
        assertThat(lines.get(1)).startsWith("debug ");
    }

    @Test
    void a_handle_that_came_back_is_told_again_when_it_is_refused_again() {
        HandleFailure missing = failure("m", FailureKind.MISSING);
        refreshed(missing);
        log.log(new RefreshResult(
                5,
                Usages.builder()
                        .add(new Handle("m"), Origin.of("a.yaml", "password"))
                        .build(),
                List.of()));
        refreshed(missing);

        assertThat(lines).filteredOn(line -> line.startsWith("warn")).hasSize(2);
        assertThat(lines.get(2)).isEqualTo("info 1 of 5 secrets changed");
        assertThat(lines.get(3)).startsWith("warn the backend refuses 1 of 5 secrets");
    }
}
