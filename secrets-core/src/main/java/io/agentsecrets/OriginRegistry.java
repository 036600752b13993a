package io.agentsecrets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Where handles are used, and what failed when each source was last resolved. A source that is resolved again replaces
 * what was known of it. Thread-safe; the questions are answered from what each source looked like at some moment.
 */
final class OriginRegistry {

    private final ConcurrentMap<String, Source> sources = new ConcurrentHashMap<>();

    /** What is known of one source: where it uses the handles that resolved, and what failed. */
    private record Source(Map<Handle, List<Origin>> usages, List<HandleFailure> failures) {}

    /** Notes where a source uses handles, and which of them failed. */
    void register(String source, Map<Handle, List<Origin>> usages, List<HandleFailure> failures) {
        Map<Handle, List<Origin>> resolved = new HashMap<>(usages);
        failures.forEach(failure -> resolved.remove(failure.handle()));
        resolved.replaceAll((handle, places) -> List.copyOf(places));
        sources.put(source, new Source(resolved, List.copyOf(failures)));
    }

    /** Returns the origins of every handle that resolved, sorted by handle and by source. */
    SortedMap<Handle, List<Origin>> originsByHandle() {
        SortedMap<Handle, List<Origin>> origins = new TreeMap<>();
        for (Source source : new TreeMap<>(sources).values()) {
            source.usages()
                    .forEach((handle, places) -> origins.computeIfAbsent(handle, key -> new ArrayList<>())
                            .addAll(places));
        }
        return origins;
    }

    /** Returns what failed last, sorted by handle and by source; the same failure in several sources is one. */
    List<HandleFailure> failures() {
        SortedMap<String, HandleFailure> merged = new TreeMap<>();
        for (Source source : new TreeMap<>(sources).values()) {
            for (HandleFailure failure : source.failures()) {
                String key = failure.handle().name() + '\0' + failure.kind() + '\0' + failure.reason();
                merged.merge(key, failure, OriginRegistry::both);
            }
        }
        return List.copyOf(merged.values());
    }

    private static HandleFailure both(HandleFailure first, HandleFailure second) {
        List<Origin> origins = new ArrayList<>(first.origins());
        origins.addAll(second.origins());
        return new HandleFailure(first.handle(), origins, first.kind(), first.reason());
    }
}
