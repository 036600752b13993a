package io.agentsecrets.exec;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads and processes do. */
final class Conditions {

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
        if (!holdsWithin(Duration.ofSeconds(10), condition)) {
            throw new AssertionError("waited 10 seconds in vain: " + what);
        }
    }
}
