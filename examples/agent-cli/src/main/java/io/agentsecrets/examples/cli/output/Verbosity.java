package io.agentsecrets.examples.cli.output;

/**
 * Whether the user wants to see every call ({@code -v}). This is asked instead of a logger, as the first logger takes a part of the
 * time of a command.
 */
public final class Verbosity {

    private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Verbosity() {}

    /** Lets every call be logged, from the first logger on. */
    public static void raise() {
        System.setProperty(LEVEL, "debug");
    }

    /** Tells whether every call is logged. */
    public static boolean isRaised() {
        return "debug".equals(System.getProperty(LEVEL));
    }
}
