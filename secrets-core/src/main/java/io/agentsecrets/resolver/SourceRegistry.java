package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.KnownSecrets;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Usages;
import io.agentsecrets.audit.AuditEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which sources use which handles, both ways, and what is known of the handles in use. What no source uses is let go of at
 * once: the value, the failure, the place in the cache and among the secrets that are masked.
 *
 * <p>Thread-safe. {@link #lock} guards all changes; it is held for moments, never while foreign code or the backend runs. A
 * source that is registered already is entered, read and left without it. What comes up under the lock for code of the agent
 * goes into the outboxes, in order; their owners deliver it later.
 */
final class SourceRegistry {

    private final ReentrantLock lock = new ReentrantLock();
    private final ConcurrentMap<String, UsedSource> sources = new ConcurrentHashMap<>();
    private final ConcurrentMap<Handle, KnownHandle> handles = new ConcurrentHashMap<>();

    /** Sources that are looked at after each answer. */
    private final Set<UsedSource> watched = new HashSet<>();

    private final KnownSecrets secrets;
    private final SecretCache cache;
    private final Outbox<DueChange> changes;
    private final Outbox<AuditEvent> audit;

    /** The number of the last call to the backend. */
    private long calls;

    SourceRegistry(KnownSecrets secrets, SecretCache cache, Outbox<DueChange> changes, Outbox<AuditEvent> audit) {
        this.secrets = secrets;
        this.cache = cache;
        this.changes = changes;
        this.audit = audit;
    }

    /**
     * Registers a source, if it is not registered already, and holds its handles until {@link #leave}. Another one of that name
     * is replaced.
     */
    UsedSource enter(String name, Usages usages, Map<Handle, FetchResult.Failed> refusals) {
        UsedSource registered = sources.get(name);
        if (registered != null && registered.isSameAs(usages, refusals) && registered.enter()) {
            return registered;
        }
        lock.lock();
        try {
            return register(name, usages, refusals);
        } finally {
            lock.unlock();
        }
    }

    private UsedSource register(String name, Usages usages, Map<Handle, FetchResult.Failed> refusals) {
        UsedSource before = sources.get(name);
        if (before != null && before.isSameAs(usages, refusals) && before.enter()) {
            return before;
        }
        List<KnownHandle> used = new ArrayList<>(usages.size());
        for (Handle handle : usages.handles()) {
            if (!refusals.containsKey(handle)) {
                used.add(handles.computeIfAbsent(handle, KnownHandle::new));
            }
        }
        UsedSource source = new UsedSource(name, usages, refusals, used);
        used.forEach(handle -> handle.users().add(source));
        source.enter();
        sources.put(name, source);
        if (before != null) {
            retire(before);
        }
        return source;
    }

    /** Notes what a source was resolved to: the call in which the values were right that it got, or why it was dropped. */
    void settle(UsedSource source, long call, List<HandleFailure> failures) {
        if (failures.isEmpty()) {
            source.readUpTo(call);
            if (source.runs()) {
                return;
            }
        }
        lock.lock();
        try {
            if (failures.isEmpty()) {
                source.resolved();
            } else {
                source.dropped(failures, cache.now());
            }
            watch(source);
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of a source that was entered. */
    void leave(UsedSource source) {
        if (!source.leave()) {
            return;
        }
        lock.lock();
        try {
            if (source.isDone()) {
                release(source);
            } else {
                look(source);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a source. Its handles are let go of as soon as no thread resolves it. */
    void forget(String name) {
        lock.lock();
        try {
            UsedSource source = sources.remove(name);
            if (source != null) {
                retire(source);
            }
        } finally {
            lock.unlock();
        }
    }

    private void retire(UsedSource source) {
        source.retire();
        watched.remove(source);
        if (source.isDone()) {
            release(source);
        }
    }

    private void release(UsedSource source) {
        Set<Handle> unused = new HashSet<>();
        Set<Handle> forgotten = new TreeSet<>();
        for (KnownHandle handle : source.handles()) {
            handle.users().remove(source);
            if (handle.users().isEmpty()) {
                handles.remove(handle.handle());
                handle.secrets().forEach(secrets::remove);
                unused.add(handle.handle());
                if (handle.known() != null) {
                    forgotten.add(handle.handle());
                }
            }
        }
        cache.forget(unused);
        if (!forgotten.isEmpty()) {
            audit.add(new AuditEvent(
                    AuditEvent.Type.FORGOTTEN, null, new TreeSet<>(forgotten), new TreeSet<>(Set.of(source.name()))));
        }
    }

    /**
     * Puts the answers of calls in place, at once, and has the sources that are concerned told.
     *
     * @param answers what each call answered, in order
     * @return what became of the handles
     */
    AnswerComparison apply(List<Map<Handle, FetchResult>> answers) {
        lock.lock();
        try {
            AnswerComparison comparison = new AnswerComparison();
            for (Map<Handle, FetchResult> answer : answers) {
                calls++;
                answer.forEach((handle, result) -> comparison.add(handle, handles.get(handle), result, this::accept));
            }
            comparison.auditEvents().forEach(audit::add);
            Set<UsedSource> concerned = new HashSet<>(watched);
            comparison.concerned().forEach(handle -> concerned.addAll(handle.users()));
            concerned.stream().sorted(Comparator.comparing(UsedSource::name)).forEach(this::look);
            return comparison;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a value for a handle in use, and keeps the secrets that are masked up to date. */
    private Known accept(KnownHandle handle, FetchResult.Found found) {
        Set<SecretValue> before = handle.secrets();
        Known known = handle.found(found.value(), calls, cache.now(), cache.admit(handle.handle(), found));
        Set<SecretValue> after = handle.secrets();
        if (!after.equals(before)) {
            after.forEach(secrets::add);
            before.forEach(secrets::remove);
        }
        return known;
    }

    /** Has a source told of what it has to hear. */
    private void look(UsedSource source) {
        Set<Handle> changed = source.takeChanges();
        watch(source);
        if (!changed.isEmpty()) {
            changes.add(new DueChange(source, changed));
        }
    }

    private void watch(UsedSource source) {
        if (source.isWatched()) {
            watched.add(source);
        } else {
            watched.remove(source);
        }
    }

    /** Reads something while no answer is put in place. The reader must not call foreign code. */
    <T> T unchanged(Supplier<T> reader) {
        lock.lock();
        try {
            return reader.get();
        } finally {
            lock.unlock();
        }
    }

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

    /** Returns the sources that use a handle, in no order. */
    List<UsedSource> usersOf(KnownHandle handle) {
        lock.lock();
        try {
            return List.copyOf(handle.users());
        } finally {
            lock.unlock();
        }
    }

    /** Returns the sources that were dropped, or whose values do not belong together, in no order. */
    List<UsedSource> watchedSources() {
        lock.lock();
        try {
            return List.copyOf(watched);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes that a server refused a value of a source.
     *
     * @return false if all of its handles were asked for because of that less than an interval ago
     */
    boolean takeRejection(UsedSource source, long interval) {
        long now = cache.now();
        lock.lock();
        try {
            boolean tooSoon = source.handles().stream().allMatch(handle -> handle.wasRejected(now, interval));
            if (!tooSoon) {
                source.handles().forEach(handle -> handle.rejected(now));
            }
            return !tooSoon;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the sources that are registered, in no order. */
    Collection<UsedSource> sources() {
        return sources.values();
    }

    /** Returns the handles in use, in no order. */
    Collection<KnownHandle> handles() {
        return handles.values();
    }

    /** Returns where some handles are used, sorted by handle and by source. */
    Usages placesOf(Collection<Handle> wanted) {
        Usages.Builder places = Usages.builder();
        lock.lock();
        try {
            for (Handle handle : new TreeSet<>(wanted)) {
                KnownHandle known = handles.get(handle);
                if (known != null) {
                    known.users().stream()
                            .sorted(Comparator.comparing(UsedSource::name))
                            .flatMap(source -> source.usages().placesOf(handle).stream())
                            .forEach(origin -> places.add(handle, origin));
                }
            }
        } finally {
            lock.unlock();
        }
        return places.build();
    }
}
