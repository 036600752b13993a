package io.agentsecrets.resolver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides which values may be used without asking the backend: those that have not expired and were not evicted. It decides
 * nothing else: {@link KnownHandle} keeps the values themselves as long as a source uses them.
 *
 * <p>Caffeine chooses what to evict. It works on the calling thread, and is loaded only if there is a bound
 * (docs/adr/0012). Thread-safe; readers take no exclusive lock.
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
     * @param timeToLive how long values are used at most before the backend is asked again, or null for no limit
     * @param staleLimit how long after that they are still served while the backend fails, or null for no limit
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

    /** Returns the time of the clock that ages are measured with. */
    long now() {
        return ticker.read();
    }

    /** Whether the value of a handle need not be asked for. */
    boolean isFresh(KnownHandle handle) {
        return isUsable(handle) && holds(handle.handle());
    }

    /** Whether there is a value whose time is not over, be it cached or not. */
    boolean isUsable(KnownHandle handle) {
        KnownValue known = handle.known();
        return known != null && !handle.isGone() && !isExpired(known);
    }

    boolean isExpired(KnownValue known) {
        return known.nanosToLive() != Long.MAX_VALUE && known.nanosLeft(now()) <= 0;
    }

    /** Whether a value may be served while the backend fails. */
    boolean mayBeServedStale(KnownValue known) {
        if (!isExpired(known)) {
            return true;
        }
        return staleLimit == Long.MAX_VALUE || -known.nanosLeft(now()) < staleLimit;
    }

    private boolean holds(Handle handle) {
        return keepsAll || (bound != null && bound.values.getIfPresent(handle) != null);
    }

    /** Notes that a call fetched the value of a handle. Returns for how many nanoseconds it may be used. */
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

    /**
     * The handles whose values are cached if their number is limited. A class of its own, so that Caffeine is loaded only
     * then.
     */
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
