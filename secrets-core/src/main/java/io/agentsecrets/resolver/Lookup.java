package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretValue;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.Usages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A lookup of the handles of some sources. Handles that may not be asked for fail at once; cached values are used; the rest
 * is asked for in one call. A source whose values then do not belong together is asked for once more as a whole.
 *
 * <p>Used by one thread, once.
 */
final class Lookup {

    private static final SharedCalls.Request NOTHING = new SharedCalls.Request(Set.of(), false);

    private final HandlePolicy policy;
    private final SourceRegistry registry;
    private final SecretCache cache;
    private final SharedCalls calls;
    private final ResolverMetrics metrics;
    private final List<UsedSource> sources = new ArrayList<>(1);
    private final List<Reading> readings = new ArrayList<>(1);
    private Answers answers = Answers.NOTHING;
    private boolean hasDropped;

    Lookup(
            HandlePolicy policy,
            SourceRegistry registry,
            SecretCache cache,
            SharedCalls calls,
            ResolverMetrics metrics) {
        this.policy = policy;
        this.registry = registry;
        this.cache = cache;
        this.calls = calls;
        this.metrics = metrics;
    }

    /** Returns the values of each source, or why it is dropped, by its name and in the same order. */
    Map<String, Resolution<Map<Handle, SecretValue>>> lookUp(Map<String, Usages> usagesBySource) {
        for (Map.Entry<String, Usages> entry : usagesBySource.entrySet()) {
            enter(entry.getKey(), entry.getValue());
        }
        try {
            ask(requests());
            for (UsedSource source : sources) {
                readings.add(reading(source));
            }
            bringTogether();
            return outcomes();
        } finally {
            for (UsedSource source : sources) {
                registry.leave(source);
            }
        }
    }

    /** Whether a source was dropped. */
    boolean hasDropped() {
        return hasDropped;
    }

    private void enter(String name, Usages usages) {
        sources.add(registry.enter(name, usages, policy.refusals(name, usages.handles())));
    }

    private void ask(List<SharedCalls.Request> requests) {
        if (!requests.isEmpty()) {
            answers = answers.and(calls.ask(requests));
        }
    }

    /**
     * A handle that never had a value is asked for alone; one that must be asked for again is asked for with its whole
     * source.
     */
    private List<SharedCalls.Request> requests() {
        List<SharedCalls.Request> requests = new ArrayList<>();
        int hits = 0;
        int misses = 0;
        for (UsedSource source : sources) {
            SharedCalls.Request request = request(source);
            if (!request.handles().isEmpty()) {
                requests.add(request);
            }
            misses += request.handles().size();
            hits += source.usages().size()
                    - source.refusals().size()
                    - request.handles().size();
        }
        metrics.lookedUp(hits, misses);
        return requests;
    }

    private SharedCalls.Request request(UsedSource source) {
        Set<Handle> unknown = Set.of();
        for (KnownHandle handle : source.handles()) {
            boolean isFirst = handle.known() == null && !handle.wasAsked();
            if (isFirst) {
                unknown = unknown.isEmpty() ? new LinkedHashSet<>() : unknown;
                unknown.add(handle.handle());
            } else if (!cache.isFresh(handle) && !isUnread(source, handle)) {
                return whole(source);
            }
        }
        return unknown.isEmpty() ? NOTHING : new SharedCalls.Request(unknown, false);
    }

    /**
     * Whether the source has not read this value yet. Then it is used even if the cache had no room for it. If it were fetched
     * again, the fetch could find the next change, whose reader would fetch again, without end.
     */
    private boolean isUnread(UsedSource source, KnownHandle handle) {
        return cache.isUsable(handle) && source.news().hasUnread();
    }

    private static SharedCalls.Request whole(UsedSource source) {
        return new SharedCalls.Request(source.askable(), true);
    }

    /** Asks once more for the sources whose values do not belong together, and reads them again. */
    private void bringTogether() {
        List<SharedCalls.Request> apart = new ArrayList<>(0);
        for (Reading reading : readings) {
            if (reading.mayBeAskedOnceMore()) {
                apart.add(whole(reading.source()));
            }
        }
        if (!apart.isEmpty()) {
            ask(apart);
            readings.replaceAll(reading -> reading.mayBeAskedOnceMore() ? reading(reading.source()) : reading);
        }
    }

    /**
     * Reads without the lock first. If another answer is stored at the same time, values of two calls may mix: then reads
     * again with the lock.
     */
    private Reading reading(UsedSource source) {
        Reading reading = Reading.of(source, answers.byHandle(), cache);
        return reading.belongsTogether()
                ? reading
                : registry.withLock(() -> Reading.of(source, answers.byHandle(), cache));
    }

    private Map<String, Resolution<Map<Handle, SecretValue>>> outcomes() {
        Map<String, Resolution<Map<Handle, SecretValue>>> outcomes = new LinkedHashMap<>(2 * readings.size());
        for (Reading reading : readings) {
            outcomes.put(reading.source().name(), outcome(reading));
        }
        return outcomes;
    }

    private Resolution<Map<Handle, SecretValue>> outcome(Reading reading) {
        UsedSource source = reading.source();
        List<HandleFailure> failures = reading.failures();
        if (!reading.isInterrupted() || source.news().isNew()) {
            registry.settle(source, reading, failures);
        }
        metrics.sourceResolved(source.usages().size() - failures.size(), failures.size());
        if (failures.isEmpty()) {
            return new Resolution.Resolved<>(source.name(), reading.values());
        }
        hasDropped = true;
        return new Resolution.Dropped<>(
                source.name(),
                new UnresolvedHandlesException(source.name(), source.usages().size(), failures, policy.syntax()));
    }
}
