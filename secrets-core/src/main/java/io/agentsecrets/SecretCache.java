package io.agentsecrets;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The values that are known. Failures are not kept.
 *
 * <p>Two things live here that must not be mixed up. The cache may forget, by time or by size, and then the backend is
 * asked again. The last value that was fetched for a handle is remembered as long as the resolver lives: it is what
 * reports speak of and what is masked in texts.
 *
 * <p>Thread-safe; reading takes no lock. Caffeine works on the calling thread and is built when the first value comes in:
 * an agent without handles pays nothing for it.
 */
final class SecretCache {

    private final @Nullable Duration timeToLive;
    private final long maximumSize;
    private final LongSupplier nanoTime;
    private final Map<Handle, Fetched> lastFetched = new ConcurrentHashMap<>();
    private final Object buildingOfCache = new Object();
    private volatile @Nullable Cache<Handle, Entry> cache;

    /**
     * Creates an empty cache.
     *
     * @param timeToLive how long values are kept at most, or null for ever
     * @param maximumSize how many values are kept at most, or -1 for all
     * @param nanoTime the time in nanoseconds, from any start
     */
    SecretCache(@Nullable Duration timeToLive, long maximumSize, LongSupplier nanoTime) {
        this.timeToLive = timeToLive;
        this.maximumSize = maximumSize;
        this.nanoTime = nanoTime;
    }

    /** The last value that was fetched for a handle, and when. */
    record Fetched(SecretValue value, long nanoTime) {}

    /**
     * A value in the cache and how long it may be used. Its time is looked at here and not by Caffeine, whose cache with
     * expiry takes an agent 12 ms longer to start than one that only keeps things.
     */
    record Entry(SecretValue value, long storedAt, long nanosToLive) {

        boolean isFresh(LongSupplier nanoTime) {
            return nanosToLive == Long.MAX_VALUE || nanoTime.getAsLong() - storedAt < nanosToLive;
        }
    }

    @Nullable
    SecretValue find(Handle handle) {
        Cache<Handle, Entry> built = cache;
        Entry entry = built == null ? null : built.getIfPresent(handle);
        return entry != null && entry.isFresh(nanoTime) ? entry.value() : null;
    }

    void store(Handle handle, FetchResult.Found found) {
        long now = nanoTime.getAsLong();
        lastFetched.put(handle, new Fetched(found.value(), now));
        long nanosToLive = Math.min(nanos(timeToLive), nanos(found.timeToLive()));
        if (nanosToLive > 0 && maximumSize != 0) {
            builtCache().put(handle, new Entry(found.value(), now, nanosToLive));
        }
    }

    /** Returns how long ago the handle was last fetched, or null if it never was. */
    @Nullable
    Duration age(Handle handle) {
        Fetched fetched = lastFetched.get(handle);
        return fetched == null ? null : Duration.ofNanos(nanoTime.getAsLong() - fetched.nanoTime());
    }

    /** Returns the last value of every handle that was ever fetched. */
    Collection<SecretValue> lastValues() {
        List<SecretValue> values = new ArrayList<>(lastFetched.size());
        for (Fetched fetched : lastFetched.values()) {
            values.add(fetched.value());
        }
        return values;
    }

    private Cache<Handle, Entry> builtCache() {
        Cache<Handle, Entry> built = cache;
        if (built != null) {
            return built;
        }
        synchronized (buildingOfCache) {
            built = cache;
            if (built == null) {
                built = build();
                cache = built;
            }
            return built;
        }
    }

    private Cache<Handle, Entry> build() {
        Caffeine<Object, Object> builder = Caffeine.newBuilder();
        builder.executor(Runnable::run);
        if (maximumSize >= 0) {
            builder.maximumSize(maximumSize);
        }
        return builder.build();
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
}
