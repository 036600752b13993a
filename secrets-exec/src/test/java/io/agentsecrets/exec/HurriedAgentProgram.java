package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import java.nio.file.Path;
import java.time.Duration;

/** An agent that ends as soon as a call to the executable in its first argument has timed out, and closes nothing. */
final class HurriedAgentProgram {

    private HurriedAgentProgram() {}

    public static void main(String[] arguments) {
        ExecBackend backend = ExecBackend.builder(Path.of(arguments[0]))
                .timeout(Duration.ofMillis(300))
                .build();
        try {
            backend.fetch(Scripts.handles("h"));
        } catch (BackendException timeout) {
            System.exit(3);
        }
    }
}
