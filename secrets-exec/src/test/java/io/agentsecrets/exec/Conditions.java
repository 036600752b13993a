package io.agentsecrets.exec;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads and processes do. */
final class Conditions {

    /**
     * How long a starved machine may take for what takes a moment on others. What is waited for in vain takes longer: 30 seconds,
     * the time limit of a call.
     */
    static final Duration AT_ONCE = Duration.ofSeconds(20);

    /** How long is waited for what comes sooner or later. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private Conditions() {}

    /** Waits until the condition holds and tells whether it does, at the latest after the given time. */
    static boolean holdsWithin(Duration time, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    static void await(String what, BooleanSupplier condition) {
        if (!holdsWithin(PATIENCE, condition)) {
            throw new AssertionError("waited in vain: " + what);
        }
    }
}
