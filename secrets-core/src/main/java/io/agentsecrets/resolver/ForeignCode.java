package io.agentsecrets.resolver;

import org.slf4j.LoggerFactory;

/**
 * Calls to code of the agent: listeners, metrics, the audit trail. Whatever it throws, errors and undeclared checked exceptions
 * too, is logged by the name of its class and goes no further. Its message is not looked at: it may hold a secret.
 */
final class ForeignCode {

    private ForeignCode() {}

    /** Runs code of the agent, with no lock held. The name says in the log what failed: {@code the audit trail}. */
    static void run(String name, Runnable code) {
        try {
            code.run();
        } catch (Throwable e) {
            log(name, nameOf(e));
        }
    }

    private static void log(String name, String thrown) {
        try {
            LoggerFactory.getLogger(ForeignCode.class).warn("{} failed with {}", name, thrown);
        } catch (Throwable alsoForeign) {
            // the agent's logging system is broken; there is nowhere left to say so
        }
    }

    /** Returns what may be told of somebody else's exception: the name of its class. Restores an interrupt that it stands for. */
    static String nameOf(Throwable e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return e.getClass().getName();
    }
}
