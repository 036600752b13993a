package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.KnownSecrets;
import io.agentsecrets.Usages;
import io.agentsecrets.audit.AuditEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sources that an agent uses, and what is known about their handles. A handle that no source uses is forgotten at once:
 * its value, its failure, its place in the cache and its place among the masked secrets.
 *
 * <p>Thread-safe. {@link #lock} guards all changes; it is held for short times, never while foreign code or the backend
 * runs. A source that is registered already is entered, read and left without it. Messages to code of the agent are put
 * into the outboxes under the lock, in order; the owners of the outboxes deliver them later.
 */
final class SourceRegistry {

    private final Object lock = new Object();
    private final SourceIndex index = new SourceIndex();
    private final NextRenewal nextRenewal = new NextRenewal();

    private final MaskedValues masked;
    private final SecretCache cache;
    private final ChangeWatch watch;
    private final @Nullable Outbox<AuditEvent> audit;

    /** The number of the last call to the backend. */
    private long calls;

    SourceRegistry(
            KnownSecrets secrets, SecretCache cache, Outbox<DueChange> changes, @Nullable Outbox<AuditEvent> audit) {
        this.masked = new MaskedValues(secrets);
        this.cache = cache;
        this.watch = new ChangeWatch(changes, cache);
        this.audit = audit;
    }

    /**
     * Registers a source, unless it is registered already, and holds its handles until {@link #leave}. It replaces another
     * source of that name.
     */
    UsedSource enter(String name, Usages usages, Map<Handle, FetchResult.Failed> refusals) {
        UsedSource registered = index.find(name);
        if (registered != null && registered.isSameAs(usages, refusals) && registered.enter()) {
            return registered;
        }
        synchronized (lock) {
            return register(name, usages, refusals);
        }
    }

    private UsedSource register(String name, Usages usages, Map<Handle, FetchResult.Failed> refusals) {
        UsedSource before = index.find(name);
        if (before != null && before.isSameAs(usages, refusals) && before.enter()) {
            return before;
        }
        UsedSource source = index.add(name, usages, refusals);
        source.enter();
        if (before != null) {
            source.values().inherit(before.values());
            retire(before);
        }
        return source;
    }

    /** Notes how a source was resolved: with which values, or why it was dropped. */
    void settle(UsedSource source, Reading reading, List<HandleFailure> failures) {
        if (failures.isEmpty()) {
            source.news().readUpTo(reading.call());
            source.values().read(reading.known());
            if (source.news().runs() && reading.isOfLastValues()) {
                return;
            }
        }
        synchronized (lock) {
            if (failures.isEmpty()) {
                resolved(source, reading);
            } else {
                source.news().dropped(failures, cache.now());
                source.values().dropped();
            }
            watch.note(source);
        }
    }

    private void resolved(UsedSource source, Reading reading) {
        masked.handedOut(source.handles(), reading.known());
        if (!source.news().runs()) {
            source.news().resolved();
            source.values().resolved(reading.known());
        }
    }

    /** Ends the use of a source that was entered. */
    void leave(UsedSource source) {
        if (!source.leave()) {
            return;
        }
        synchronized (lock) {
            if (source.isDone()) {
                release(source);
            } else {
                watch.lookAt(source);
            }
        }
    }

    /** Forgets a source. Its handles are released as soon as no thread resolves it. */
    void forget(String name) {
        synchronized (lock) {
            UsedSource source = index.remove(name);
            if (source != null) {
                retire(source);
            }
        }
    }

    private void retire(UsedSource source) {
        source.retire();
        watch.note(source);
        if (source.isDone()) {
            release(source);
        }
    }

    private void release(UsedSource source) {
        SortedSet<Handle> forgotten = new TreeSet<>();
        for (KnownHandle handle : index.letGo(source)) {
            cache.forget(handle.handle());
            if (masked.letGo(handle)) {
                forgotten.add(handle.handle());
            }
        }
        if (audit != null && !forgotten.isEmpty()) {
            audit.add(new AuditEvent(AuditEvent.Type.FORGOTTEN, null, forgotten, new TreeSet<>(Set.of(source.name()))));
        }
    }

    /**
     * Stores the answers of calls, all at once, and queues the news about their sources.
     *
     * @param asked the handles that were asked for, also those without an answer
     * @param answers what each call answered, in order
     * @param isSplit whether there were several calls, so that not all values were right at the same time
     * @return what became of the handles
     */
    AnswerComparison apply(List<Set<Handle>> asked, List<Map<Handle, FetchResult>> answers, boolean isSplit) {
        synchronized (lock) {
            AnswerComparison comparison = new AnswerComparison(this, isSplit);
            for (Map<Handle, FetchResult> answer : answers) {
                calls++;
                answer.forEach(comparison::add);
            }
            asked.forEach(index::noteAsked);
            if (audit != null) {
                comparison.auditEvents().forEach(audit::add);
            }
            watch.lookAtUsersOf(comparison.concerned(), comparison.confirmed());
            return comparison;
        }
    }

    /** Takes a value for a handle in use, and keeps the secrets that are masked up to date. The lock is held. */
    KnownValue accept(KnownHandle handle, FetchResult.Found found, boolean isSplit) {
        KnownValue before = handle.known();
        long now = cache.now();
        KnownValue known = handle.found(found.value(), calls, isSplit, now, cache.admit(handle.handle(), found));
        nextRenewal.note(known, now);
        if (before == null || before.since() != known.since()) {
            masked.came(handle, known);
        }
        return known;
    }

    /** Runs code with the lock held, so that no answer is stored meanwhile. The code calls nothing foreign. */
    <T> T withLock(Supplier<T> code) {
        synchronized (lock) {
            return code.get();
        }
    }

    @Nullable
    UsedSource find(String name) {
        return index.find(name);
    }

    @Nullable
    KnownHandle find(Handle handle) {
        return index.find(handle);
    }

    /** Returns the sources that use any of some handles, in no order. */
    Set<UsedSource> usersOf(Collection<KnownHandle> handles) {
        return withLock(() -> SourceIndex.usersOf(handles));
    }

    /** Returns the sources that were dropped, or whose values do not belong together, in no order. */
    List<UsedSource> watchedSources() {
        return withLock(watch::watched);
    }

    Collection<UsedSource> sources() {
        return index.sources();
    }

    Collection<KnownHandle> handles() {
        return index.handles();
    }

    /** Returns in how many nanoseconds a value should be renewed; {@link Long#MAX_VALUE} if none expires. */
    long nanosToRenewal() {
        long now = cache.now();
        return withLock(() -> nextRenewal.amongAll(index.handles(), now));
    }

    /** Returns where some handles are used, sorted by handle and by source. */
    Usages placesOf(Collection<Handle> wanted) {
        return withLock(() -> index.placesOf(wanted));
    }
}
