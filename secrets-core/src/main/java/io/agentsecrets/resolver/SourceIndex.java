package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Usages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The index of sources and the handles that they use, in both directions. The two {@code find} methods need no lock;
 * everything else needs the lock of {@link SourceRegistry}.
 */
final class SourceIndex {

    private final ConcurrentMap<String, UsedSource> sources = new ConcurrentHashMap<>();
    private final ConcurrentMap<Handle, KnownHandle> handles = new ConcurrentHashMap<>();

    /** Returns a source by its name, or null if none of that name is registered. */
    @Nullable
    UsedSource find(String name) {
        return sources.get(name);
    }

    /** Returns what is known of a handle, or null if no source uses it. */
    @Nullable
    KnownHandle find(Handle handle) {
        return handles.get(handle);
    }

    /** Returns the sources that are registered, in no order. */
    Collection<UsedSource> sources() {
        return sources.values();
    }

    /** Returns the handles in use, in no order. */
    Collection<KnownHandle> handles() {
        return handles.values();
    }

    /** Adds a source. It replaces another one of the same name, whose handles stay known until {@link #letGo}. */
    UsedSource add(String name, Usages usages, Map<Handle, FetchResult.Failed> refusals) {
        List<KnownHandle> used = new ArrayList<>(usages.size());
        for (Handle handle : usages.handles()) {
            if (!refusals.containsKey(handle)) {
                used.add(add(handle));
            }
        }
        UsedSource source = new UsedSource(name, usages, refusals, List.copyOf(used));
        for (KnownHandle handle : used) {
            handle.addUser(source);
        }
        sources.put(name, source);
        return source;
    }

    private KnownHandle add(Handle handle) {
        KnownHandle known = handles.get(handle);
        if (known == null) {
            known = new KnownHandle(handle);
            handles.put(handle, known);
        }
        return known;
    }

    /** Notes that a call has asked for some handles. */
    void noteAsked(Set<Handle> asked) {
        for (Handle handle : asked) {
            KnownHandle known = handles.get(handle);
            if (known != null) {
                known.asked();
            }
        }
    }

    /** Removes a source by its name and returns it, or null if none of that name is registered. */
    @Nullable
    UsedSource remove(String name) {
        return sources.remove(name);
    }

    /** Removes a source from its handles. Returns the handles that no other source uses, which are then no longer known. */
    List<KnownHandle> letGo(UsedSource source) {
        List<KnownHandle> unused = new ArrayList<>();
        for (KnownHandle handle : source.handles()) {
            handle.removeUser(source);
            if (handle.users().isEmpty()) {
                handles.remove(handle.handle());
                unused.add(handle);
            }
        }
        return unused;
    }

    /** Returns where some handles are used, sorted by handle and by source. */
    Usages placesOf(Collection<Handle> wanted) {
        Usages.Builder places = Usages.builder();
        List<Handle> sorted = new ArrayList<>(wanted);
        sorted.sort(null);
        for (Handle handle : sorted) {
            KnownHandle known = handles.get(handle);
            if (known != null) {
                usersByName(known)
                        .forEach(source -> places.addAll(handle, source.usages().placesOf(handle)));
            }
        }
        return places.build();
    }

    /** Returns the sources that use any of some handles, in no order. */
    static Set<UsedSource> usersOf(Collection<KnownHandle> handles) {
        Set<UsedSource> users = new HashSet<>();
        for (KnownHandle handle : handles) {
            users.addAll(handle.users());
        }
        return users;
    }

    private static Collection<UsedSource> usersByName(KnownHandle handle) {
        return handle.users().size() == 1
                ? handle.users()
                : handle.users().stream()
                        .sorted(Comparator.comparing(UsedSource::name))
                        .toList();
    }
}
