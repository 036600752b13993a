package io.agentsecrets.examples.cli;

import io.agentsecrets.examples.cli.command.Commands;

/** Starts the command line of the agent. */
public final class Main {

    private Main() {}

    /**
     * Runs a command and ends the JVM with its exit status.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        System.exit(Commands.run(arguments));
    }
}
