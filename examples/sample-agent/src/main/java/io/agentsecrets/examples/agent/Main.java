package io.agentsecrets.examples.agent;

import io.agentsecrets.SecretException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Runs the agent until it is told to stop. */
public final class Main {

    private static final int UNUSABLE = 2;

    private Main() {}

    /**
     * Starts the agent.
     *
     * @param arguments the main configuration
     */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: sample-agent MAIN-CONFIGURATION");
            System.exit(UNUSABLE);
        }
        try {
            Agent agent = Agent.start(Path.of(arguments[0]), new Checks(System.out));
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "stop-agent"));
        } catch (SecretException e) {
            // the message says which handle failed at which line, why, and how to fix it
            System.err.println("sample-agent: " + e.getMessage());
            System.exit(UNUSABLE);
        }
        new CountDownLatch(1).await(); // the shutdown hook ends the process
    }
}
