package io.agentsecrets.resolver;

import java.util.Collection;

/**
 * The time at which the next value should be renewed, or an earlier one: a value that was renewed or forgotten in the
 * meantime still counts until that time is over. So a call costs a comparison for each value that it brings, and all values
 * are looked at only when one may be due. Guarded by the lock of {@link SourceRegistry}.
 */
final class NextRenewal {

    private long noticedAt;
    private long nanos = Long.MAX_VALUE;

    /** Notes a value that was fetched now. */
    void note(Known known, long now) {
        long untilThis = known.nanosToRenewal(now);
        if (untilThis < nanosLeft(now)) {
            set(untilThis, now);
        }
    }

    /** Returns in how many nanoseconds one of some handles should be renewed; {@link Long#MAX_VALUE} if never. */
    long amongAll(Collection<KnownHandle> handles, long now) {
        if (nanosLeft(now) <= 0) {
            set(Long.MAX_VALUE, now);
            for (KnownHandle handle : handles) {
                nanos = Math.min(nanos, Math.max(0, handle.nanosToRenewal(now)));
            }
        }
        return nanosLeft(now);
    }

    private void set(long untilNext, long now) {
        nanos = untilNext;
        noticedAt = now;
    }

    private long nanosLeft(long now) {
        return nanos == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, nanos - (now - noticedAt));
    }
}
