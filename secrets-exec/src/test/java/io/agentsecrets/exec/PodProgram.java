package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import java.nio.file.Path;

/** An agent in a container: it asks the executable in its first argument, with the group option, and prints what came of it. */
final class PodProgram {

    private PodProgram() {}

    public static void main(String[] arguments) {
        System.out.println(outcome(Path.of(arguments[0]), true));
    }

    static String outcome(Path executable, boolean allowGroupExec) {
        try (ExecBackend backend = ExecBackend.builder(executable)
                .allowGroupExec(allowGroupExec)
                .timeout(Conditions.PATIENCE)
                .build()) {
            return backend.fetch(Scripts.handles("h")).toString();
        } catch (BackendException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
