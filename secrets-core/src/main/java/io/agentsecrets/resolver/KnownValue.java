package io.agentsecrets.resolver;

import io.agentsecrets.SecretValue;
import java.util.Collection;

/**
 * A value of a handle and the calls to the backend in which it was right. Immutable, so it can be read without a lock at
 * any later time.
 *
 * @param value what the backend gave
 * @param since the number of the call that first returned it; 0 for the first value of a handle, which may have been right
 *     in earlier calls too
 * @param confirmed the number of the last call that returned the same value
 * @param fetchedAt when that call ended, by the resolver's ticker
 * @param nanosToLive how long it may be used from then on; {@link Long#MAX_VALUE} if it does not expire
 */
record KnownValue(SecretValue value, long since, long confirmed, long fetchedAt, long nanosToLive) implements Answer {

    /** The share of its time to live after which a value is renewed. */
    private static final double RENEWED_AFTER = 0.8;

    /** The share of its time to live after which a value is renewed together with others. */
    private static final double RENEWED_ALONG_AFTER = 0.7;

    /** The shortest time between two renewals of a value, in nanoseconds (docs/spec.md, section 4). */
    private static final long RENEWED_AT_MOST_EVERY = 5_000_000_000L;

    /**
     * Tells whether there is a call in which all values were right: the latest {@code since} is not after the earliest
     * {@code confirmed}. If there is, no user name is combined with the password of another generation.
     */
    static boolean belongTogether(Collection<KnownValue> values) {
        long since = 0;
        long confirmed = Long.MAX_VALUE;
        for (KnownValue value : values) {
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

    /** Whether the value should be renewed together with others now. */
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
