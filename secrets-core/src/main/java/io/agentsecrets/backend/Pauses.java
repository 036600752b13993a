package io.agentsecrets.backend;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * The pauses between attempts, with exponential backoff and jitter: each is twice as long as the one before, up to the
 * longest, and is shortened by a random part of up to a half, so that the agents of a fleet do not all come back at once.
 *
 * @param first nanoseconds after the first attempt
 * @param longest nanoseconds at most
 * @param random from 0 to 1
 */
record Pauses(long first, long longest, DoubleSupplier random) {

    static final DoubleSupplier RANDOM = () -> ThreadLocalRandom.current().nextDouble();

    private static final int MOST_DOUBLINGS = 30;

    /** Returns the nanoseconds between an attempt, counted from 1, and the next one. */
    long after(int attempt) {
        long doubled = first << Math.min(attempt - 1, MOST_DOUBLINGS);
        boolean overflowed = doubled < first;
        long pause = overflowed ? longest : Math.min(doubled, longest);
        return pause - (long) (pause * random.getAsDouble() / 2);
    }
}
