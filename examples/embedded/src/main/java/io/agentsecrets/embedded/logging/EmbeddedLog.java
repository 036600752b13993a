package io.agentsecrets.embedded.logging;

import org.jspecify.annotations.Nullable;

/**
 * The log of the embedded library. It goes nowhere until an agent sets a destination: the library neither chooses the
 * application's logging nor prints on its standard error.
 *
 * <pre>{@code
 * EmbeddedLog.to(System.Logger.Level.WARNING, (level, logger, message, thrown) -> myLog.write(level + " " + message));
 * }</pre>
 *
 * <p>Messages hold no secrets. Thread-safe.
 */
public final class EmbeddedLog {

    private static volatile @Nullable Destination destination;

    private EmbeddedLog() {}

    /** Where the log goes, and the lowest severity that goes there. */
    private record Destination(int least, Sink sink) {}

    /** Receives the records of the log. It may be called by several threads at once; what it throws is ignored. */
    @FunctionalInterface
    public interface Sink {

        /**
         * Takes one record.
         *
         * @param level a level of {@link System.Logger}, a type that by itself initialises no logging
         * @param logger the name of the logger: a class of the library
         * @param message what happened
         * @param thrown the error that is described, if there is one
         */
        void log(System.Logger.Level level, String logger, String message, @Nullable Throwable thrown);
    }

    /**
     * Sets where the log goes from now on. This replaces an earlier destination.
     *
     * @param least the lowest level that the sink receives
     * @param sink what receives the records
     */
    public static void to(System.Logger.Level least, Sink sink) {
        destination = new Destination(least.getSeverity(), sink);
    }

    static boolean isWanted(System.Logger.Level level) {
        Destination now = destination;
        return now != null && level.getSeverity() >= now.least();
    }

    static void log(System.Logger.Level level, String logger, String message, @Nullable Throwable thrown) {
        Destination now = destination;
        if (now == null) {
            return;
        }
        try {
            now.sink().log(level, logger, message, thrown);
        } catch (Throwable e) { // the sink is the agent's: a log that fails must not make a resolve fail
            return;
        }
    }
}
