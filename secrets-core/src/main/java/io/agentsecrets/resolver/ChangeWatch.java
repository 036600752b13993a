package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which sources are looked at after every answer, as they were dropped or their values do not belong together, and the
 * changes that agents have to hear of. Used with the lock of {@link SourceRegistry} held.
 */
final class ChangeWatch {

    private final Set<UsedSource> watched = new HashSet<>();
    private final Outbox<DueChange> changes;
    private final SecretCache cache;

    ChangeWatch(Outbox<DueChange> changes, SecretCache cache) {
        this.changes = changes;
        this.cache = cache;
    }

    /** Has the agents told of what an answer means for their sources, sorted by name. */
    void lookAtUsersOf(Collection<KnownHandle> concerned) {
        Set<UsedSource> sources = new HashSet<>(watched);
        concerned.forEach(handle -> sources.addAll(handle.users()));
        sources.stream().sorted(Comparator.comparing(UsedSource::name)).forEach(this::lookAt);
    }

    /** Has the agent told of what it has to hear of a source. */
    void lookAt(UsedSource source) {
        Set<Handle> changed = source.takeChanges(cache.now());
        note(source);
        if (!changed.isEmpty()) {
            changes.add(new DueChange(source, changed));
        }
    }

    /** Notes whether a source has to be looked at after every answer. */
    void note(UsedSource source) {
        if (source.isWatched()) {
            watched.add(source);
        } else {
            watched.remove(source);
        }
    }

    List<UsedSource> watched() {
        return List.copyOf(watched);
    }
}
