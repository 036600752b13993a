package io.agentsecrets.exec;

import java.nio.file.Path;

/** An agent with an environment of its own: asks the executable in its first argument for the handle {@code h}. */
final class AgentProgram {

    private AgentProgram() {}

    public static void main(String[] arguments) {
        ExecBackend backend = ExecBackend.builder(Path.of(arguments[0])).build();
        System.exit(backend.fetch(Scripts.handles("h")).isEmpty() ? 1 : 0);
    }
}
