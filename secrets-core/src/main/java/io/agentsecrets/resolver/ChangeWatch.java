package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds changes that the agent must be told about. It watches some sources: those that were dropped, or whose values do not
 * belong together, are checked whenever a call brings a value of theirs. Used with the lock of {@link SourceRegistry} held.
 */
final class ChangeWatch {

    private final Set<UsedSource> watched = new HashSet<>();
    private final Outbox<DueChange> changes;
    private final SecretCache cache;

    ChangeWatch(Outbox<DueChange> changes, SecretCache cache) {
        this.changes = changes;
        this.cache = cache;
    }

    /**
     * Checks the users of some handles, sorted by name.
     *
     * @param concerned handles with news for all their users
     * @param confirmed handles with a value that is news only for the watched ones
     */
    void lookAtUsersOf(Collection<KnownHandle> concerned, Collection<KnownHandle> confirmed) {
        Set<UsedSource> sources = SourceIndex.usersOf(concerned);
        if (!watched.isEmpty()) {
            SourceIndex.usersOf(confirmed).stream().filter(watched::contains).forEach(sources::add);
        }
        List<UsedSource> byName = new ArrayList<>(sources);
        byName.sort(Comparator.comparing(UsedSource::name));
        byName.forEach(this::lookAt);
    }

    /** Renews the values that a source runs with, and queues its changes for the agent, if there are any. */
    void lookAt(UsedSource source) {
        source.values().update();
        Set<Handle> changed = source.takeChanges(cache.now());
        note(source);
        if (!changed.isEmpty()) {
            changes.add(new DueChange(source, changed));
        }
    }

    /** Notes whether a source must be checked when any value of it is confirmed. */
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
