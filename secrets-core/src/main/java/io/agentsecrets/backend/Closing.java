package io.agentsecrets.backend;

import io.agentsecrets.SecretBackend;
import org.slf4j.LoggerFactory;

/** Closes backends that other backends ask. */
final class Closing {

    private Closing() {}

    /** Closes a backend. If that fails it is logged, so that others can still be closed. */
    static void close(SecretBackend backend) {
        try {
            backend.close();
        } catch (Throwable e) { // also Errors and undeclared checked exceptions
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LoggerFactory.getLogger(Closing.class)
                    .warn("a backend could not be closed: {}", e.getClass().getName());
        }
    }
}
