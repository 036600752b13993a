package io.agentsecrets.embedded.logging;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Prints the log of the embedded library in the format of slf4j-simple, for the tests of the modules that read it.
 */
public final class LogToStandardError implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        EmbeddedLog.to(System.Logger.Level.DEBUG, LogToStandardError::print);
    }

    private static void print(System.Logger.Level level, String logger, String message, @Nullable Throwable thrown) {
        String name = level == System.Logger.Level.WARNING ? "WARN" : level.name();
        String unrelocated = logger.replace("io.agentsecrets.embedded.", "io.agentsecrets.");
        System.err.println(name + " " + unrelocated + " - " + message);
        if (thrown != null) {
            thrown.printStackTrace();
        }
    }
}
