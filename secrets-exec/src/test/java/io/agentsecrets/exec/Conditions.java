package io.agentsecrets.exec;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads and processes do. */
final class Conditions {

    /** How long is waited for what comes sooner or later, and how long a starved machine may take for it. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Longer than {@link #PATIENCE}: the time limit of a call that must not wait for it. */
    static final Duration BEYOND_PATIENCE = PATIENCE.multipliedBy(2);

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
