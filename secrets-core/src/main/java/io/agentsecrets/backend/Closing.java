package io.agentsecrets.backend;

import io.agentsecrets.SecretBackend;
import org.slf4j.LoggerFactory;

/** Closes backends that stand behind others. */
final class Closing {

    private Closing() {}

    /** Closes a backend. What it throws is logged and harms no other one. */
    static void close(SecretBackend backend) {
        try {
            backend.close();
        } catch (Throwable e) { // also what is thrown undeclared
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LoggerFactory.getLogger(Closing.class)
                    .warn("a backend could not be closed: {}", e.getClass().getName());
        }
    }
}
