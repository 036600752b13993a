package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.backend.RoutingBackend;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An agent that ends as soon as a call to the executable in its first argument has timed out, and closes nothing. With a second
 * argument, the executable is one of its routes, and their deadline is the shorter one.
 */
final class HurriedAgentProgram {

    private static final Duration SHORT = Duration.ofMillis(300);

    private HurriedAgentProgram() {}

    public static void main(String[] arguments) {
        boolean isRoute = arguments.length > 1;
        ExecBackend backend = ExecBackend.builder(Path.of(arguments[0]))
                .timeout(isRoute ? Duration.ofHours(1) : SHORT)
                .build();
        try {
            if (isRoute) {
                RoutingBackend.builder()
                        .route("route", backend)
                        .deadline(SHORT)
                        .build()
                        .fetch(Scripts.handles("route;h"));
                System.exit(3);
            }
            backend.fetch(Scripts.handles("h"));
        } catch (BackendException timeout) {
            System.exit(3);
        }
    }
}
