package io.agentsecrets.resolver;

import io.agentsecrets.Loggers;

/**
 * Runs code of the agent: listeners, metrics, the audit trail, and all that a refresh in the background calls. Whatever it
 * throws, including errors and undeclared checked exceptions, is logged by the name of its class and goes no further. The message is never used, as it may hold a secret.
 */
final class ForeignCode {

    private ForeignCode() {}

    /** Runs code of the agent, with no lock held. The name appears in the log if it fails: {@code the audit trail}. */
    static void run(String name, Runnable code) {
        try {
            code.run();
        } catch (Throwable e) {
            log(name, nameOf(e));
        }
    }

    private static void log(String name, String thrown) {
        try {
            Loggers.of(ForeignCode.class).warn("{} failed with {}", name, thrown);
        } catch (Throwable alsoForeign) {
            // the agent's logging system is broken; there is nowhere left to say so
        }
    }

    /**
     * Returns the only part of a foreign exception that may be printed: the name of its class. For an {@link
     * InterruptedException}, sets the interrupt again.
     */
    static String nameOf(Throwable e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return e.getClass().getName();
    }
}
