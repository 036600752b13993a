package io.agentsecrets.resolver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values that are known, and what failed last.
 *
 * <p>Two things live here that must not be mixed up. The cache may forget, by time or by size, and then the backend is
 * asked again. The last value that was fetched for a handle is remembered as long as a source uses it: it decides what is
 * a change, it is served while the backend fails, and it is what reports speak of and what is masked in texts. So expiry
 * and eviction change the number of calls and nothing else.
 *
 * <p>An answer of the backend is applied at once: {@link #generation} is held while its values are put in place, and
 * {@link #read} repeats what it overlapped. Readers take no exclusive lock; they wait only while values are put in place,
 * never for a backend. Caffeine works on the calling thread and is built when the first value comes in: an agent without
 * handles pays nothing for it.
 */
final class SecretCache {

    /** How often a reader tries without any lock. */
    private static final int OPTIMISTIC_READS = 3;

    private final @Nullable Duration timeToLive;
    private final @Nullable Duration staleLimit;
    private final long maximumSize;
    private final Ticker ticker;
    private final Map<Handle, Known> known = new ConcurrentHashMap<>();
    private final Map<Handle, FetchResult.Failed> lastFailures = new ConcurrentHashMap<>();
    private final StampedLock generation = new StampedLock();
    private volatile @Nullable Cache<Handle, Known> cache;

    /**
     * Creates an empty cache.
     *
     * @param timeToLive how long values are used at most before the backend is asked again, or null for ever
     * @param staleLimit how long after that they are still served while the backend fails, or null for ever
     * @param maximumSize how many values are cached at most, or -1 for all
     * @param ticker the time
     */
    SecretCache(@Nullable Duration timeToLive, @Nullable Duration staleLimit, long maximumSize, Ticker ticker) {
        this.timeToLive = timeToLive;
        this.staleLimit = staleLimit;
        this.maximumSize = maximumSize;
        this.ticker = ticker;
    }

    /**
     * A value and its times. Whether it may still be used is looked at here and not by Caffeine, whose cache with expiry
     * takes an agent 12 ms longer to start than one that only keeps things (docs/adr/0003).
     *
     * @param value what was fetched last
     * @param previous another value that was fetched before, which may still turn up in texts
     * @param fetchedAt when
     * @param nanosToLive how long it may be used, or {@link Long#MAX_VALUE}
     * @param outdated whether it must be asked for again before it is used, as it belongs to an older generation than a
     *     value beside it
     */
    record Known(
            SecretValue value, @Nullable SecretValue previous, long fetchedAt, long nanosToLive, boolean outdated) {

        Known asOutdated() {
            return new Known(value, previous, fetchedAt, nanosToLive, true);
        }
    }

    /** Returns the value of a handle that need not be asked for, or null. */
    @Nullable
    SecretValue find(Handle handle) {
        Cache<Handle, Known> built = cache;
        Known cached = built == null ? null : built.getIfPresent(handle);
        return cached != null && nanosLeft(cached) > 0 ? cached.value() : null;
    }

    /** Returns the last value of a handle, however old, or null if there never was one. */
    @Nullable
    SecretValue last(Handle handle) {
        Known last = known.get(handle);
        return last == null ? null : last.value();
    }

    /** Returns the last value of a handle if it may be served while the backend fails, or null. */
    @Nullable
    SecretValue stale(Handle handle) {
        Known last = known.get(handle);
        if (last == null) {
            return null;
        }
        long over = -nanosLeft(last);
        return over < 0 || over < nanos(staleLimit) ? last.value() : null;
    }

    /** Returns what is read between two answers of the backend, never a part of one. It may be read more than once. */
    <T> T read(Supplier<T> reading) {
        for (int i = 0; i < OPTIMISTIC_READS; i++) {
            long stamp = generation.tryOptimisticRead();
            if (stamp != 0) {
                T result = reading.get();
                if (generation.validate(stamp)) {
                    return result;
                }
            }
        }
        long stamp = generation.readLock();
        try {
            return reading.get();
        } finally {
            generation.unlockRead(stamp);
        }
    }

    /**
     * Puts an answer of the backend in place, at once.
     *
     * @param results what was answered
     * @param outdated handles that must be asked for again before they are used, as they belong to an older generation
     */
    void apply(Map<Handle, FetchResult> results, Set<Handle> outdated) {
        long now = ticker.read();
        long stamp = generation.writeLock();
        try {
            results.forEach((handle, result) -> {
                if (result instanceof FetchResult.Found found) {
                    store(handle, found, now);
                } else if (result instanceof FetchResult.Failed failed && failed.kind() != FailureKind.INTERRUPTED) {
                    lastFailures.put(handle, failed);
                }
            });
            outdated.forEach(handle -> known.computeIfPresent(handle, (key, value) -> value.asOutdated()));
            invalidate(outdated);
        } finally {
            generation.unlockWrite(stamp);
        }
    }

    private void invalidate(Collection<Handle> handles) {
        Cache<Handle, Known> built = cache;
        if (built != null && !handles.isEmpty()) {
            built.invalidateAll(handles);
        }
    }

    private void store(Handle handle, FetchResult.Found found, long now) {
        Known before = known.get(handle);
        long nanosToLive = Math.min(nanos(timeToLive), nanos(found.timeToLive()));
        Known fetched = new Known(found.value(), previous(before, found.value()), now, nanosToLive, false);
        known.put(handle, fetched);
        lastFailures.remove(handle);
        if (nanosToLive > 0 && maximumSize != 0) {
            builtCache().put(handle, fetched);
        }
    }

    private static @Nullable SecretValue previous(@Nullable Known before, SecretValue now) {
        if (before == null) {
            return null;
        }
        return before.value().equals(now) ? before.previous() : before.value();
    }

    /** Whether an answer brings a handle another value than before, or a value after it failed. */
    boolean isChange(Handle handle, FetchResult.Found found) {
        Known before = known.get(handle);
        return before == null
                ? lastFailures.containsKey(handle)
                : !before.value().equals(found.value());
    }

    /** Forgets all about handles. */
    void forget(Collection<Handle> handles) {
        long stamp = generation.writeLock();
        try {
            known.keySet().removeAll(handles);
            lastFailures.keySet().removeAll(handles);
            invalidate(handles);
        } finally {
            generation.unlockWrite(stamp);
        }
    }

    /** Returns how long ago the value of a handle was fetched, or null if there is none. */
    @Nullable
    Duration age(Handle handle) {
        Known last = known.get(handle);
        return last == null ? null : Duration.ofNanos(ticker.read() - last.fetchedAt());
    }

    /** Returns the age of the oldest value, or zero if there is none. */
    Duration oldest() {
        long now = ticker.read();
        long oldest = 0;
        for (Known last : known.values()) {
            oldest = Math.max(oldest, now - last.fetchedAt());
        }
        return Duration.ofNanos(oldest);
    }

    /** Returns why the backend did not answer for a handle when it was asked last, or null if it did. */
    FetchResult.@Nullable Failed lastFailure(Handle handle) {
        return lastFailures.get(handle);
    }

    /** Whether a handle must be asked for again before its value is used. */
    boolean isOutdated(Handle handle) {
        Known last = known.get(handle);
        return last != null && last.outdated();
    }

    /** Whether the value of a handle is older than it may be. */
    boolean isExpired(Handle handle) {
        Known last = known.get(handle);
        return last != null && nanosLeft(last) <= 0;
    }

    /**
     * Returns how much of its time a value has left.
     *
     * @return nanoseconds and the share of all of its time, or null if it has no end or there is none
     */
    @Nullable
    TimeLeft timeLeft(Handle handle) {
        Known last = known.get(handle);
        if (last == null || last.nanosToLive() == Long.MAX_VALUE) {
            return null;
        }
        return new TimeLeft(nanosLeft(last), last.nanosToLive());
    }

    /**
     * How long a value may still be used.
     *
     * @param nanos from now; zero or less if it may not be used any more
     * @param ofNanos how long it was when the value was fetched
     */
    record TimeLeft(long nanos, long ofNanos) {}

    /** Returns the last value of every handle, and the one before if there was one. */
    Collection<SecretValue> lastValues() {
        List<SecretValue> values = new ArrayList<>(known.size());
        for (Known last : known.values()) {
            values.add(last.value());
            if (last.previous() != null) {
                values.add(last.previous());
            }
        }
        return values;
    }

    private long nanosLeft(Known value) {
        return value.nanosToLive() == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : value.nanosToLive() - (ticker.read() - value.fetchedAt());
    }

    /** Called with {@link #generation} held for writing. */
    private Cache<Handle, Known> builtCache() {
        Cache<Handle, Known> built = cache;
        if (built == null) {
            Caffeine<Object, Object> builder = Caffeine.newBuilder();
            builder.executor(Runnable::run);
            if (maximumSize >= 0) {
                builder.maximumSize(maximumSize);
            }
            built = builder.build();
            cache = built;
        }
        return built;
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
