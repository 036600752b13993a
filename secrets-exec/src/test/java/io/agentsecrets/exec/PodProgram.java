package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import java.nio.file.Path;

/** An agent in a container: it asks the executable in its first argument, with the group option, and prints what came of it. */
final class PodProgram {

    private PodProgram() {}

    public static void main(String[] arguments) {
        try (ExecBackend backend = ExecBackend.builder(Path.of(arguments[0]))
                .allowGroupExec(true)
                .timeout(Conditions.PATIENCE)
                .build()) {
            System.out.println(backend.fetch(Scripts.handles("h")));
        } catch (BackendException e) {
            System.out.println(e.getMessage());
        }
    }
}
