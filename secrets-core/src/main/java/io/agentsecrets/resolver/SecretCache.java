package io.agentsecrets.resolver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which values may be used without asking the backend: those whose time is not over and that were not forgotten for want of
 * room. It decides how often the backend is asked and nothing else: the values themselves are kept by {@link
 * KnownHandle} as long as a source uses them.
 *
 * <p>Caffeine chooses what to forget. It works on the calling thread, and is loaded only where there is a bound (docs/adr/0012).
 * Thread-safe; readers take no exclusive lock.
 */
final class SecretCache {

    private final long timeToLive;
    private final long staleLimit;
    private final boolean keepsAll;
    private final @Nullable Bound bound;
    private final Ticker ticker;

    /**
     * Creates an empty cache.
     *
     * @param timeToLive how long values are used at most before the backend is asked again, or null for ever
     * @param staleLimit how long after that they are still served while the backend fails, or null for ever
     * @param maximumSize how many values are cached at most, or -1 for all
     * @param ticker the time
     */
    SecretCache(@Nullable Duration timeToLive, @Nullable Duration staleLimit, long maximumSize, Ticker ticker) {
        this.timeToLive = nanos(timeToLive);
        this.staleLimit = nanos(staleLimit);
        this.keepsAll = maximumSize < 0;
        this.bound = maximumSize > 0 ? new Bound(maximumSize) : null;
        this.ticker = ticker;
    }

    /** Returns the time by which values grow old. */
    long now() {
        return ticker.read();
    }

    /** Whether the value of a handle need not be asked for. */
    boolean isFresh(KnownHandle handle) {
        return isUsable(handle) && holds(handle.handle());
    }

    /** Whether there is a value whose time is not over, be it cached or not. */
    boolean isUsable(KnownHandle handle) {
        Known known = handle.known();
        return known != null && !handle.isGone() && !isExpired(known);
    }

    boolean isExpired(Known known) {
        return known.nanosToLive() != Long.MAX_VALUE && known.nanosLeft(now()) <= 0;
    }

    /** Whether a value may be served while the backend fails. */
    boolean mayBeServedStale(Known known) {
        if (!isExpired(known)) {
            return true;
        }
        return staleLimit == Long.MAX_VALUE || -known.nanosLeft(now()) < staleLimit;
    }

    private boolean holds(Handle handle) {
        return keepsAll || (bound != null && bound.values.getIfPresent(handle) != null);
    }

    /** Notes that a call brought the value of a handle. Returns how many nanoseconds it may be used. */
    long admit(Handle handle, FetchResult.Found found) {
        if (bound != null) {
            bound.values.put(handle, handle);
        }
        return Math.min(timeToLive, nanos(found.timeToLive()));
    }

    void forget(Handle handle) {
        if (bound != null) {
            bound.values.invalidate(handle);
        }
    }

    private static long nanos(@Nullable Duration duration) {
        if (duration == null) {
            return Long.MAX_VALUE;
        }
        try {
            return duration.toNanos();
        } catch (ArithmeticException moreThan292Years) {
            return Long.MAX_VALUE;
        }
    }

    /** Chooses what is forgotten when there are too many values. Loaded only where there is a bound. */
    private static final class Bound {
        final Cache<Handle, Handle> values;

        Bound(long maximumSize) {
            values = Caffeine.newBuilder()
                    .executor(Runnable::run)
                    .maximumSize(maximumSize)
                    .build();
        }
    }
}
