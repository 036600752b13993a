package io.agentsecrets;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where this library takes its loggers from, when it has something to tell. SLF4J initialises itself at its first use and
 * loses what other threads log meanwhile, so those wait here: SLF4J holds the lock on its class while it initialises.
 */
public final class Loggers {

    private Loggers() {}

    /**
     * Returns the logger of a class.
     *
     * @param owner the class
     * @return its logger
     */
    @SuppressWarnings("LockOnNonEnclosingClassLiteral") // the one that SLF4J takes, whoever was the first to use it
    public static Logger of(Class<?> owner) {
        synchronized (LoggerFactory.class) {
            return LoggerFactory.getLogger(owner);
        }
    }
}
