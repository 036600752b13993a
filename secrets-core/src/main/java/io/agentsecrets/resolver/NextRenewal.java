package io.agentsecrets.resolver;

import java.util.Collection;

/**
 * A lower bound for the time at which the next value should be renewed. It is too early if the value that it stands for was
 * renewed or forgotten in the meantime. So each new value costs one comparison, and all values are searched only when the
 * bound is reached. Guarded by the lock of {@link SourceRegistry}.
 */
final class NextRenewal {

    private long noticedAt;
    private long nanos = Long.MAX_VALUE;

    /** Notes a value that was fetched now. */
    void note(KnownValue known, long now) {
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
