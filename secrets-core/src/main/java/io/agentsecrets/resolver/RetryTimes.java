package io.agentsecrets.resolver;

import java.time.Duration;

/**
 * When something that failed is asked for again: after a second, and after each further failure twice as late, five minutes at
 * most (docs/spec.md, section 7). Times are absolute: nothing else that happens postpones them. Thread-safe.
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

    /** Notes that all is well. */
    synchronized void stop() {
        pause = 0;
    }

    /** Returns in how many nanoseconds the next attempt is due; {@link Long#MAX_VALUE} if all is well. */
    synchronized long nanosLeft(long now) {
        return pause == 0 ? Long.MAX_VALUE : pause - (now - failedAt);
    }

    /** Whether it can be tried together with another one that is due: at least half of its pause is over. */
    synchronized boolean isNearlyOver(long now) {
        return pause != 0 && nanosLeft(now) <= pause / 2;
    }
}
