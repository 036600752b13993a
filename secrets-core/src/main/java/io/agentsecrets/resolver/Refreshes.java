package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The ways to ask for values that are known already. Thread-safe. */
final class Refreshes {

    /** How often a handle that servers refuse is asked for again at most. */
    static final Duration REJECTION_INTERVAL = Duration.ofMinutes(1);

    /** A value is renewed when less than a fifth of its time is left, with all others that have less than three tenths. */
    private static final double ENDING = 0.2;

    private static final double ENDING_SOON = 0.3;

    private final BackendCalls calls;
    private final SecretCache cache;
    private final OriginRegistry origins;
    private final HandleGate gate;
    private final ResolverMetrics metrics;
    private final Ticker ticker;
    private final Map<Handle, Long> rejections = new ConcurrentHashMap<>();

    Refreshes(
            BackendCalls calls,
            SecretCache cache,
            OriginRegistry origins,
            HandleGate gate,
            ResolverMetrics metrics,
            Ticker ticker) {
        this.calls = calls;
        this.cache = cache;
        this.origins = origins;
        this.gate = gate;
        this.metrics = metrics;
        this.ticker = ticker;
    }

    RefreshResult ofAll() {
        return refresh(handles -> true);
    }

    boolean ofRejected(Handle handle) {
        if (origins.namesOfUsersOf(Set.of(handle)).isEmpty()) {
            return false;
        }
        long now = ticker.read();
        boolean[] allowed = new boolean[1];
        rejections.compute(handle, (key, last) -> {
            allowed[0] = last == null || now - last >= REJECTION_INTERVAL.toNanos();
            return allowed[0] ? Long.valueOf(now) : last;
        });
        return allowed[0]
                && refresh(handles -> handles.contains(handle)).changed().containsKey(handle);
    }

    /** Lets go of what is noted of handles that are not in use any more. */
    void forget(Set<Handle> handles) {
        rejections.keySet().removeAll(handles);
    }

    RefreshResult ofEnding() {
        Set<Handle> ending = new HashSet<>();
        for (Set<Handle> handles : origins.handlesBySource().values()) {
            for (Handle handle : handles) {
                SecretCache.TimeLeft left = cache.timeLeft(handle);
                if (left != null && left.nanos() <= ENDING_SOON * left.ofNanos()) {
                    ending.add(handle);
                }
            }
        }
        return refresh(handles -> handles.stream().anyMatch(ending::contains));
    }

    long nanosToRenewal() {
        long soonest = Long.MAX_VALUE;
        for (Set<Handle> handles : origins.handlesBySource().values()) {
            for (Handle handle : handles) {
                SecretCache.TimeLeft left = cache.timeLeft(handle);
                if (left != null) {
                    soonest = Math.min(soonest, Math.max(0, left.nanos() - (long) (ENDING * left.ofNanos())));
                }
            }
        }
        return soonest;
    }

    /** Asks for all handles of the sources that are chosen, so that each source's values are of one generation. */
    private RefreshResult refresh(Predicate<Set<Handle>> chosen) {
        List<BackendCalls.Wish> wishes = new ArrayList<>();
        Set<Handle> asked = new HashSet<>();
        origins.handlesBySource().forEach((source, handles) -> {
            if (chosen.test(handles)) {
                Set<Handle> askable = gate.askable(source, handles);
                wishes.add(new BackendCalls.Wish(source, askable));
                asked.addAll(askable);
            }
        });
        if (asked.isEmpty()) {
            return RefreshResult.NOTHING_ASKED;
        }
        RefreshResult result = result(asked, calls.refresh(wishes));
        metrics.refreshed(
                asked.size(), result.changed().size(), result.failures().size());
        return result;
    }

    private RefreshResult result(Set<Handle> asked, BackendCalls.Refreshed refreshed) {
        SortedMap<Handle, FetchResult.Failed> failed = new TreeMap<>();
        refreshed.results().forEach((handle, result) -> {
            if (result instanceof FetchResult.Failed failure) {
                failed.put(handle, failure);
            }
        });
        List<HandleFailure> failures = new ArrayList<>();
        origins.placesOf(failed.keySet()).forEach((handle, places) -> {
            FetchResult.Failed failure = failed.get(handle);
            if (failure != null) {
                failures.add(new HandleFailure(handle, places, failure.kind(), failure.reason()));
            }
        });
        return new RefreshResult(asked.size(), refreshed.changed(), failures);
    }
}
