package io.agentsecrets.resolver;

import io.agentsecrets.SecretValue;
import java.util.Collection;

/**
 * A value of a handle and the calls to the backend in which it was right. Immutable; what it says stays true, however much
 * later it is read and whatever is known of other handles by then.
 *
 * @param value what the backend gave
 * @param since the number of the call that first brought it; 0 for the first value of a handle, as nothing speaks against
 *     it having been there before
 * @param confirmed the number of the last call that brought the same value
 * @param fetchedAt when that call ended, by the resolver's ticker
 * @param nanosToLive how long it may be used from then on; {@link Long#MAX_VALUE} for ever
 */
record Known(SecretValue value, long since, long confirmed, long fetchedAt, long nanosToLive) implements Answer {

    /** How much of its time a value may have used before it is renewed. */
    private static final double RENEWED_AFTER = 0.8;

    /** A value that is renewed takes those along that have used this much of their time. */
    private static final double RENEWED_ALONG_AFTER = 0.7;

    /** However short its time is, a value is renewed no more often (docs/spec.md, section 4). */
    private static final long RENEWED_AT_MOST_EVERY = 5_000_000_000L;

    /**
     * Tells whether there is a call in which all values were right: the latest {@code since} is not after the earliest
     * {@code confirmed}. A user name never meets the password of another generation where this holds.
     */
    static boolean belongTogether(Collection<Known> values) {
        long since = 0;
        long confirmed = Long.MAX_VALUE;
        for (Known value : values) {
            since = Math.max(since, value.since);
            confirmed = Math.min(confirmed, value.confirmed);
        }
        return since <= confirmed;
    }

    /** Returns the nanoseconds that the value may still be used; zero or less if its time is over. */
    long nanosLeft(long now) {
        return isForEver() ? Long.MAX_VALUE : nanosToLive - (now - fetchedAt);
    }

    /** Returns in how many nanoseconds the value should be renewed; {@link Long#MAX_VALUE} if never. */
    long nanosToRenewal(long now) {
        return isForEver() ? Long.MAX_VALUE : untilShareIsUsed(RENEWED_AFTER, now);
    }

    /** Whether the value should be renewed with others that are renewed now. */
    boolean isRenewedAlong(long now) {
        return !isForEver() && untilShareIsUsed(RENEWED_ALONG_AFTER, now) <= 0;
    }

    private long untilShareIsUsed(double share, long now) {
        return Math.max((long) (share * nanosToLive), RENEWED_AT_MOST_EVERY) - (now - fetchedAt);
    }

    private boolean isForEver() {
        return nanosToLive == Long.MAX_VALUE;
    }
}
