package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Usages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The ways to ask again for values that are known or that failed. Each asks for whole sources, in one call. Thread-safe. */
final class Refreshes {

    private final SharedCalls calls;
    private final AnswerFetcher fetcher;
    private final SourceRegistry registry;
    private final SecretCache cache;
    private final ResolverMetrics metrics;
    private final Outbox<DueChange> changes;
    private final long rejectionInterval;

    Refreshes(
            SharedCalls calls,
            AnswerFetcher fetcher,
            SourceRegistry registry,
            SecretCache cache,
            ResolverMetrics metrics,
            Outbox<DueChange> changes,
            Duration rejectionInterval) {
        this.calls = calls;
        this.fetcher = fetcher;
        this.registry = registry;
        this.cache = cache;
        this.metrics = metrics;
        this.changes = changes;
        this.rejectionInterval = rejectionInterval.toNanos();
    }

    /** Adds a listener that is called, with no lock held, whenever the backend was asked or a source was dropped. */
    void addListener(Runnable listener) {
        fetcher.addValueListener(listener);
    }

    void removeListener(Runnable listener) {
        fetcher.removeValueListener(listener);
    }

    /** Asks for all sources. */
    RefreshResult ofAll() {
        return refresh(registry.sources());
    }

    /** Asks for the sources with values that expire soon. */
    RefreshResult ofEnding() {
        long now = cache.now();
        List<KnownHandle> ending = registry.handles().stream()
                .filter(handle -> handle.takeRenewal(now))
                .toList();
        return refresh(registry.usersOf(ending));
    }

    /** Returns in how many nanoseconds {@link #ofEnding} has something to do; {@link Long#MAX_VALUE} if nothing expires. */
    long nanosToRenewal() {
        return registry.nanosToRenewal();
    }

    /** Asks for the dropped sources that are due to be asked for again. */
    RefreshResult ofDropped() {
        long now = cache.now();
        List<UsedSource> sources = new ArrayList<>();
        for (UsedSource source : registry.watchedSources()) {
            if (source.news().retries().isNearlyOver(now)) {
                source.news().retries().attempted(now);
                sources.add(source);
            }
        }
        return refresh(sources);
    }

    /** Returns in how many nanoseconds {@link #ofDropped} has something to do; {@link Long#MAX_VALUE} if no source is dropped. */
    long nanosToRetry() {
        long now = cache.now();
        long soonest = Long.MAX_VALUE;
        for (UsedSource source : registry.watchedSources()) {
            soonest = Math.min(soonest, Math.max(0, source.news().retries().nanosLeft(now)));
        }
        return soonest;
    }

    /** Asks for a source because a server refused one of its values. */
    Rejection ofRejected(String name) {
        UsedSource source = registry.find(name);
        if (source == null || source.values().areOthers()) {
            return source == null ? Rejection.UNCHANGED : Rejection.CHANGED;
        }
        if (!takeRejection(source)) {
            return Rejection.TOO_SOON;
        }
        RefreshResult result = refresh(registry.usersOf(source.handles()));
        if (result.wasInterrupted()) {
            takeBackRejection(source);
            return Rejection.TOO_SOON;
        }
        return source.values().areOthers() ? Rejection.CHANGED : Rejection.UNCHANGED;
    }

    /** Notes that a server refused a value. Returns false if all handles were asked for less than the interval ago because of that. */
    private boolean takeRejection(UsedSource source) {
        long now = cache.now();
        return registry.withLock(() -> {
            boolean tooSoon = source.handles().stream().allMatch(handle -> handle.wasRejected(now, rejectionInterval));
            if (!tooSoon) {
                source.handles().forEach(handle -> handle.rejected(now));
            }
            return !tooSoon;
        });
    }

    /** Removes that note, as the backend was not asked. */
    private void takeBackRejection(UsedSource source) {
        registry.withLock(() -> {
            source.handles().forEach(handle -> handle.rejected(null));
            return source;
        });
    }

    private RefreshResult refresh(Iterable<UsedSource> sources) {
        List<SharedCalls.Request> requests = new ArrayList<>();
        Set<Handle> asked = new HashSet<>();
        for (UsedSource source : sources) {
            if (!source.askable().isEmpty()) {
                requests.add(new SharedCalls.Request(source.askable(), true));
                asked.addAll(source.askable());
            }
        }
        if (asked.isEmpty()) {
            return RefreshResult.NOTHING_ASKED;
        }
        RefreshResult result = result(asked, calls.askAgain(requests));
        changes.deliver();
        metrics.refreshed(
                asked.size(), result.changed().size(), result.failures().size());
        return result;
    }

    private RefreshResult result(Set<Handle> asked, Answers answers) {
        Map<Handle, FetchResult.Failed> failed = new HashMap<>();
        answers.byHandle().forEach((handle, answer) -> {
            if (answer instanceof Answer.Failure failure) {
                failed.put(handle, failure.failed());
            }
        });
        List<HandleFailure> failures = new ArrayList<>(failed.size());
        Usages places = registry.placesOf(failed.keySet());
        places.forEach((handle, origins) -> {
            FetchResult.Failed failure = failed.get(handle);
            if (failure != null) {
                failures.add(new HandleFailure(handle, origins, failure.kind(), failure.reason()));
            }
        });
        return new RefreshResult(asked.size(), registry.placesOf(answers.changed()), failures);
    }
}
