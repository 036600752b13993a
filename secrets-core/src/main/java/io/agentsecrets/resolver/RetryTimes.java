package io.agentsecrets.resolver;

import java.time.Duration;

/**
 * The time of the next attempt after a failure: a second later, and twice as long after each further failure, up to five
 * minutes (docs/spec.md, section 7). Other events do not postpone it. Thread-safe.
 */
final class RetryTimes {

    private static final long FIRST = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST = Duration.ofMinutes(5).toNanos();

    private long pause;
    private long failedAt;

    /** Notes a failure, unless it is known already. */
    synchronized void start(long now) {
        if (pause == 0) {
            pause = FIRST;
            failedAt = now;
        }
    }

    /** Notes an attempt, which may fail. */
    synchronized void attempted(long now) {
        pause = Math.min(LONGEST, Math.max(FIRST, 2 * pause));
        failedAt = now;
    }

    /** Notes a success. */
    synchronized void stop() {
        pause = 0;
    }

    /** Returns in how many nanoseconds the next attempt is due; {@link Long#MAX_VALUE} if nothing has failed. */
    synchronized long nanosLeft(long now) {
        return pause == 0 ? Long.MAX_VALUE : pause - (now - failedAt);
    }

    /** Whether the next attempt may be made together with others that are due: at least half of the pause is over. */
    synchronized boolean isNearlyOver(long now) {
        return pause != 0 && nanosLeft(now) <= pause / 2;
    }
}
