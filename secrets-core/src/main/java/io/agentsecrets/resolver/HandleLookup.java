package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Origin;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretValue;
import io.agentsecrets.UnresolvedHandlesException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One lookup of the handles of some sources: what may not be asked for fails at once, what is cached is taken, the rest is
 * asked for in one call, and in the end each source reads all of its values from one generation.
 *
 * <p>Used by one thread, once.
 */
final class HandleLookup {

    /** How often values are asked for together because others changed in between; then they are taken as they are. */
    private static final int ROUNDS = 3;

    private final SecretCache cache;
    private final BackendCalls calls;
    private final OriginRegistry origins;
    private final HandleGate gate;
    private final ResolverMetrics metrics;
    private final Map<String, Map<Handle, List<Origin>>> usagesBySource = new LinkedHashMap<>();
    private final Map<Handle, FetchResult> answers = new HashMap<>();

    HandleLookup(
            SecretCache cache, BackendCalls calls, OriginRegistry origins, HandleGate gate, ResolverMetrics metrics) {
        this.cache = cache;
        this.calls = calls;
        this.origins = origins;
        this.gate = gate;
        this.metrics = metrics;
    }

    Map<String, Resolution<Map<Handle, SecretValue>>> lookUp(Map<String, Map<Handle, List<Origin>>> usages) {
        usages.forEach((source, used) -> usagesBySource.put(source, origins.register(source, used)));
        List<BackendCalls.Wish> open = open();
        if (!open.isEmpty()) {
            answers.putAll(calls.fetch(open));
        }
        Map<String, Map<Handle, FetchResult>> results = new LinkedHashMap<>();
        List<BackendCalls.Wish> outdated = read(results);
        for (int round = 0; round < ROUNDS && !outdated.isEmpty(); round++) {
            answers.putAll(calls.refresh(outdated).results());
            outdated = read(results);
        }
        Map<String, Resolution<Map<Handle, SecretValue>>> outcomes = new LinkedHashMap<>();
        usagesBySource.forEach((source, used) ->
                outcomes.put(source, outcome(source, used, results.getOrDefault(source, Map.of()))));
        return outcomes;
    }

    private List<BackendCalls.Wish> open() {
        List<BackendCalls.Wish> open = new ArrayList<>();
        int hits = 0;
        int misses = 0;
        for (Map.Entry<String, Map<Handle, List<Origin>>> usages : usagesBySource.entrySet()) {
            Set<Handle> missing = new LinkedHashSet<>();
            for (Handle handle : usages.getValue().keySet()) {
                if (cache.find(handle) != null) {
                    hits++;
                } else if (gate.mayBeAskedFor(usages.getKey(), handle)) {
                    missing.add(handle);
                }
            }
            misses += missing.size();
            if (!missing.isEmpty()) {
                open.add(new BackendCalls.Wish(usages.getKey(), missing));
            }
        }
        metrics.lookedUp(hits, misses);
        return open;
    }

    /**
     * Reads the values of every source. A value that was cached a moment ago may have been found to be of an older
     * generation since: all values of such a source have to be asked for together.
     */
    private List<BackendCalls.Wish> read(Map<String, Map<Handle, FetchResult>> results) {
        List<BackendCalls.Wish> outdated = new ArrayList<>(0);
        usagesBySource.forEach((source, usages) -> {
            boolean current = cache.read(() -> {
                results.put(source, results(source, usages.keySet()));
                return usages.keySet().stream().allMatch(handle -> isCurrent(source, handle));
            });
            if (!current) {
                outdated.add(new BackendCalls.Wish(source, gate.askable(source, usages.keySet())));
            }
        });
        return outdated;
    }

    private boolean isCurrent(String source, Handle handle) {
        return !cache.isOutdated(handle)
                || answers.get(handle) instanceof FetchResult.Failed
                || !gate.mayBeAskedFor(source, handle);
    }

    private Resolution<Map<Handle, SecretValue>> outcome(
            String source, Map<Handle, List<Origin>> usages, Map<Handle, FetchResult> results) {
        Map<Handle, SecretValue> values = new HashMap<>();
        List<HandleFailure> failures = new ArrayList<>(0);
        usages.forEach((handle, places) -> {
            FetchResult result = results.get(handle);
            if (result instanceof FetchResult.Found found) {
                values.put(handle, found.value());
            } else if (result instanceof FetchResult.Failed failed) {
                failures.add(new HandleFailure(handle, places, failed.kind(), failed.reason()));
            }
        });
        origins.settle(source, usages, failures);
        metrics.sourceResolved(values.size(), failures.size());
        return failures.isEmpty()
                ? new Resolution.Resolved<>(source, values)
                : new Resolution.Dropped<>(
                        source, new UnresolvedHandlesException(source, usages.size(), failures, gate.syntax()));
    }

    private Map<Handle, FetchResult> results(String source, Set<Handle> handles) {
        Map<Handle, FetchResult> results = new HashMap<>();
        for (Handle handle : handles) {
            results.put(handle, result(source, handle));
        }
        return results;
    }

    private FetchResult result(String source, Handle handle) {
        FetchResult refused = gate.refusal(source, handle);
        if (refused != null) {
            return refused;
        }
        FetchResult answer = answers.get(handle);
        SecretValue value = valueFor(handle, answer);
        if (value != null) {
            return new FetchResult.Found(value, null);
        }
        return answer == null ? FetchResult.missing() : answer;
    }

    /** The answer of this lookup may be older than the value that a refresh has brought since, so that one counts. */
    private @Nullable SecretValue valueFor(Handle handle, @Nullable FetchResult answer) {
        if (answer instanceof FetchResult.Failed failed) {
            return failed.kind().isOutage() ? cache.stale(handle) : null;
        }
        SecretValue last = cache.last(handle);
        return last == null && answer instanceof FetchResult.Found found ? found.value() : last;
    }
}
