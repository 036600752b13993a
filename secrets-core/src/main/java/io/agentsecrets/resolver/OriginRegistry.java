package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Where handles are used, and what failed when each source was last resolved. A source that is resolved again replaces
 * what was known of it. Thread-safe; the questions are answered from what each source looked like at some moment.
 *
 * <p>A source is registered before its values are read, so that no change of a value in between goes unheard.
 */
final class OriginRegistry {

    private final ConcurrentMap<String, Source> sources = new ConcurrentHashMap<>();

    /** What is known of one source: where it uses handles, and which of them failed. */
    private record Source(Map<Handle, List<Origin>> usages, List<HandleFailure> failures) {

        boolean resolved(Handle handle) {
            return failures.stream().noneMatch(failure -> failure.handle().equals(handle));
        }
    }

    /** Notes where a source uses handles. Returns what {@link #settle} needs. */
    Map<Handle, List<Origin>> register(String source, Map<Handle, List<Origin>> usages) {
        Map<Handle, List<Origin>> copy = new LinkedHashMap<>(usages);
        copy.replaceAll((handle, places) -> List.copyOf(places));
        sources.put(source, new Source(copy, List.of()));
        return copy;
    }

    /** Notes what failed of a source that was registered, unless it was forgotten or registered anew since. */
    void settle(String source, Map<Handle, List<Origin>> registered, List<HandleFailure> failures) {
        if (!failures.isEmpty()) {
            sources.computeIfPresent(
                    source,
                    (name, now) -> now.usages() == registered ? new Source(registered, List.copyOf(failures)) : now);
        }
    }

    /**
     * Forgets a source.
     *
     * @return the handles that no other source uses
     */
    Set<Handle> remove(String source) {
        Source removed = sources.remove(source);
        Set<Handle> unused =
                new HashSet<>(removed == null ? Set.of() : removed.usages().keySet());
        if (!unused.isEmpty()) {
            sources.values().forEach(other -> unused.removeAll(other.usages().keySet()));
        }
        return unused;
    }

    /** Returns the handles of each source, in no order. */
    Map<String, Set<Handle>> handlesBySource() {
        Map<String, Set<Handle>> handles = new HashMap<>();
        sources.forEach((name, source) -> handles.put(name, source.usages().keySet()));
        return handles;
    }

    /**
     * The sources that use some handles.
     *
     * @param places where each of them uses which of the handles, sorted by source and by handle
     * @param neighbours what stands beside the handles in these sources, as far as it is not known otherwise
     */
    record Users(SortedMap<String, SortedMap<Handle, List<Origin>>> places, Set<Handle> neighbours) {

        /** Returns where each of the handles is used, sorted by handle and by source. */
        SortedMap<Handle, List<Origin>> placesByHandle() {
            SortedMap<Handle, List<Origin>> byHandle = new TreeMap<>();
            for (Map<Handle, List<Origin>> used : places.values()) {
                used.forEach((handle, origins) -> byHandle.merge(handle, origins, OriginRegistry::joined));
            }
            return byHandle;
        }
    }

    private static List<Origin> joined(List<Origin> first, List<Origin> second) {
        List<Origin> joined = new ArrayList<>(first);
        joined.addAll(second);
        return joined;
    }

    /** Returns the sources that use any of the handles, and what stands beside these without being among the known ones. */
    Users usersOf(Set<Handle> handles, Set<Handle> known) {
        if (handles.isEmpty()) {
            return new Users(new TreeMap<>(), Set.of());
        }
        SortedMap<String, SortedMap<Handle, List<Origin>>> users = new TreeMap<>();
        Set<Handle> neighbours = new HashSet<>();
        sources.forEach((name, source) -> {
            SortedMap<Handle, List<Origin>> used = new TreeMap<>();
            source.usages().forEach((handle, places) -> {
                if (handles.contains(handle)) {
                    used.put(handle, places);
                }
            });
            if (!used.isEmpty()) {
                users.put(name, used);
                if (used.size() < source.usages().size()) {
                    neighbours.addAll(source.usages().keySet());
                }
            }
        });
        neighbours.removeIf(known::contains);
        return new Users(users, neighbours);
    }

    /** Returns the names of the sources that use any of the handles. */
    SortedSet<String> namesOfUsersOf(Set<Handle> handles) {
        SortedSet<String> names = new TreeSet<>();
        sources.forEach((name, source) -> {
            if (!Collections.disjoint(handles, source.usages().keySet())) {
                names.add(name);
            }
        });
        return names;
    }

    /** Returns where each of the handles is used, sorted by handle and by source. */
    SortedMap<Handle, List<Origin>> placesOf(Set<Handle> handles) {
        SortedMap<Handle, List<Origin>> places = new TreeMap<>();
        if (handles.isEmpty()) {
            return places;
        }
        for (Source source : bySource()) {
            source.usages().forEach((handle, origins) -> {
                if (handles.contains(handle)) {
                    places.computeIfAbsent(handle, key -> new ArrayList<>(origins.size()))
                            .addAll(origins);
                }
            });
        }
        return places;
    }

    private Collection<Source> bySource() {
        return new TreeMap<>(sources).values();
    }

    /** Returns the origins of every handle that resolved, sorted by handle and by source. */
    SortedMap<Handle, List<Origin>> originsByHandle() {
        SortedMap<Handle, List<Origin>> origins = new TreeMap<>();
        for (Source source : bySource()) {
            source.usages().forEach((handle, places) -> {
                if (source.resolved(handle)) {
                    origins.computeIfAbsent(handle, key -> new ArrayList<>()).addAll(places);
                }
            });
        }
        return origins;
    }

    /** Returns what failed last, sorted by handle and by source; the same failure in several sources is one. */
    List<HandleFailure> failures() {
        SortedMap<String, HandleFailure> merged = new TreeMap<>();
        for (Source source : bySource()) {
            for (HandleFailure failure : source.failures()) {
                String key = failure.handle().name() + '\0' + failure.kind() + '\0' + failure.reason();
                merged.merge(key, failure, OriginRegistry::both);
            }
        }
        return List.copyOf(merged.values());
    }

    private static HandleFailure both(HandleFailure first, HandleFailure second) {
        return new HandleFailure(
                first.handle(), joined(first.origins(), second.origins()), first.kind(), first.reason());
    }
}
