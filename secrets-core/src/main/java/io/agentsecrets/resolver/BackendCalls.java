package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Origin;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.backend.SplitFetch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls to the backend: one at a time, made by one of the threads that want something and shared by the others.
 *
 * <p>What a thread wants is looked for in the call that is running; the rest joins those who wait for the next call, which
 * one of them then makes for all. So threads that want the same handle share a call, and however many threads come
 * during a call, one further call serves them all. A thread that is interrupted gives up its own wait and nobody else's:
 * if it was making the call, another one makes it again.
 *
 * <p>{@link #turn} guards {@link #running} and {@link #gathering}; it is never held while the backend runs.
 */
final class BackendCalls {

    private final SecretBackend backend;
    private final SecretCache cache;
    private final OriginRegistry origins;
    private final ChangeNotifier notifier;
    private final ResolverMetrics metrics;
    private final Audit audit;
    private final ReentrantLock turn = new ReentrantLock();
    private final Condition callEnded = turn.newCondition();
    private @Nullable Call running;
    private Call gathering = new Call();
    private volatile Runnable valuesCame = () -> {};

    BackendCalls(
            SecretBackend backend,
            SecretCache cache,
            OriginRegistry origins,
            ChangeNotifier notifier,
            ResolverMetrics metrics,
            Audit audit) {
        this.backend = metrics == ResolverMetrics.none() ? backend : new MeteredBackend(backend, metrics);
        this.cache = cache;
        this.origins = origins;
        this.notifier = notifier;
        this.metrics = metrics;
        this.audit = audit;
    }

    /**
     * What a source wants to know. The wishes of a call must not harm each other.
     *
     * @param source the name of the source
     * @param handles what it asks for
     */
    record Wish(String source, Set<Handle> handles) {}

    /**
     * What became of a refresh.
     *
     * @param results a result for each handle that was asked for
     * @param changed the handles that have another value now, and where they are used
     */
    record Refreshed(Map<Handle, FetchResult> results, SortedMap<Handle, List<Origin>> changed) {}

    /**
     * Asks the backend.
     *
     * @param wishes handles that were not in the cache a moment ago
     * @return a result for each of them
     */
    Map<Handle, FetchResult> fetch(List<Wish> wishes) {
        return fetch(wishes, false).results();
    }

    /**
     * Asks the backend anew, whatever is cached or being asked for already.
     *
     * @param wishes what to ask for
     * @return a result for each handle, and what changed
     */
    Refreshed refresh(List<Wish> wishes) {
        return fetch(wishes, true);
    }

    private Refreshed fetch(List<Wish> wishes, boolean anew) {
        Map<Handle, FetchResult> results = new HashMap<>();
        SortedMap<Handle, List<Origin>> changed = new TreeMap<>();
        List<Wish> open = wishes;
        try {
            while (!open.isEmpty()) {
                takePart(open, anew, results, changed);
                open = without(results.keySet(), open);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            FetchResult failure = new FetchResult.Failed(
                    FailureKind.INTERRUPTED, "the thread was interrupted while it waited for the backend");
            open.forEach(wish -> wish.handles().forEach(handle -> results.putIfAbsent(handle, failure)));
        }
        return new Refreshed(results, changed);
    }

    private void takePart(
            List<Wish> open, boolean anew, Map<Handle, FetchResult> results, SortedMap<Handle, List<Origin>> changed)
            throws InterruptedException {
        Call shared = null;
        Call own;
        boolean mine;
        turn.lockInterruptibly();
        try {
            refuseCallFromBackend();
            List<Wish> rest = open;
            if (!anew) {
                addFoundMeanwhile(open, results);
                List<Wish> wanted = without(results.keySet(), open);
                shared = running != null && running.sharedBy(wanted) ? running : null;
                rest = shared == null ? wanted : without(shared.handles, wanted);
            }
            own = rest.isEmpty() ? null : gathering.joinedBy(rest, anew);
            if (shared != null) {
                awaitEnd(shared, own);
            }
            mine = own != null && awaitTurnOrEnd(own);
        } finally {
            turn.unlock();
        }
        if (own != null && mine) {
            make(own);
        }
        addResults(shared, open, results, changed);
        if (own != null && mine && own.joined == 1) { // it asked for nothing but this
            results.putAll(own.results);
            changed.putAll(own.changed);
        } else {
            addResults(own, open, results, changed);
        }
    }

    /** What another call brought in between the look at the cache and now need not be asked for again. */
    private void addFoundMeanwhile(List<Wish> open, Map<Handle, FetchResult> results) {
        for (Wish wish : open) {
            for (Handle handle : wish.handles()) {
                SecretValue value = cache.find(handle);
                if (value != null) {
                    results.put(handle, new FetchResult.Found(value, null));
                }
            }
        }
    }

    private void awaitEnd(Call shared, @Nullable Call own) throws InterruptedException {
        try {
            while (!shared.ended) {
                callEnded.await();
            }
        } catch (InterruptedException e) {
            leave(own);
            throw e;
        }
    }

    /** Returns true if this thread has to make the call, false if another one has made it. */
    private boolean awaitTurnOrEnd(Call own) throws InterruptedException {
        try {
            while (!own.ended) {
                if (running == null && own == gathering) {
                    own.maker = Thread.currentThread();
                    running = own;
                    gathering = new Call();
                    return true;
                }
                callEnded.await();
            }
            return false;
        } catch (InterruptedException e) {
            leave(own);
            throw e;
        }
    }

    /** A call that nobody waits for any more is not made. */
    private void leave(@Nullable Call own) {
        if (own != null && --own.waiting == 0 && own == gathering) {
            gathering = new Call();
        }
    }

    private void make(Call call) {
        Map<Handle, FetchResult> results = Map.of();
        SortedMap<Handle, List<Origin>> changed = Collections.emptySortedMap();
        try {
            // a refresh asks for what resolved before: only the size of the reply can be mended by smaller calls
            Predicate<FailureKind> splitting =
                    call.onlyAnew ? kind -> kind == FailureKind.OUTPUT : FailureKind::mayEndWithSmallerCall;
            results = masked(new SplitFetch(backend, splitting).fetch(call.groups));
            Set<Handle> others = changedBy(results);
            Audit.Answer answer = audit.compare(results, others);
            changed = apply(call, results, others);
            audit.tell(answer);
        } finally {
            turn.lock();
            try {
                call.results = results;
                call.changed = changed;
                call.ended = true;
                running = null;
                callEnded.signalAll();
            } finally {
                turn.unlock();
            }
        }
        valuesCame.run();
        notifier.deliver();
    }

    /** Sets what is told, with no lock held, whenever the backend was asked. */
    void onValues(Runnable told) {
        valuesCame = told;
    }

    private Set<Handle> changedBy(Map<Handle, FetchResult> results) {
        Set<Handle> changed = new HashSet<>();
        results.forEach((handle, result) -> {
            if (result instanceof FetchResult.Found found && cache.isChange(handle, found)) {
                changed.add(handle);
            }
        });
        return changed;
    }

    /**
     * Puts the answer in place. Where a value changed, the values that stand beside it in a source may have changed as
     * well: those that were not asked for with it must be before they are used, so that a user name never meets the
     * password of another generation.
     *
     * @return where the changed values are used
     */
    private SortedMap<Handle, List<Origin>> apply(Call call, Map<Handle, FetchResult> results, Set<Handle> changed) {
        OriginRegistry.Users users = origins.usersOf(changed, results.keySet());
        SortedMap<Handle, List<Origin>> placesByHandle = users.placesByHandle();
        cache.apply(results, users.neighbours());
        turn.lock();
        try {
            users.places().keySet().removeAll(call.sources); // they are about to read the new values anyway
        } finally {
            turn.unlock();
        }
        users.places().values().forEach(handles -> metrics.sourceChanged(handles.size()));
        notifier.add(users.places());
        return placesByHandle;
    }

    /**
     * A backend's own reason may quote a secret; the ones that are known are taken out. Reasons of other kinds are this
     * library's words: to mask "status 1" because some secret is 1 would hide the status and give the secret away.
     */
    private Map<Handle, FetchResult> masked(Map<Handle, FetchResult> results) {
        Redactor redactor = null;
        for (Map.Entry<Handle, FetchResult> result : results.entrySet()) {
            if (result.getValue() instanceof FetchResult.Failed failed && failed.kind() == FailureKind.BACKEND_ERROR) {
                if (redactor == null) {
                    redactor = Redactor.of(valuesOf(results));
                }
                result.setValue(failed.maskedBy(redactor));
            }
        }
        return results;
    }

    private Collection<SecretValue> valuesOf(Map<Handle, FetchResult> results) {
        Collection<SecretValue> values = cache.lastValues();
        for (FetchResult result : results.values()) {
            if (result instanceof FetchResult.Found found) {
                values.add(found.value());
            }
        }
        return values;
    }

    private void refuseCallFromBackend() {
        if (running != null && running.maker == Thread.currentThread()) {
            throw new IllegalStateException("a backend may not ask the resolver that is asking it");
        }
    }

    /** Returns the wishes without the handles that are done, and without wishes that are then empty. */
    private static List<Wish> without(Set<Handle> done, List<Wish> wishes) {
        if (done.isEmpty()) {
            return wishes;
        }
        List<Wish> rest = new ArrayList<>(wishes.size());
        for (Wish wish : wishes) {
            if (!done.containsAll(wish.handles())) {
                Set<Handle> open = new LinkedHashSet<>(wish.handles());
                open.removeAll(done);
                rest.add(new Wish(wish.source(), open));
            }
        }
        return rest;
    }

    private static void addResults(
            @Nullable Call ended,
            List<Wish> wanted,
            Map<Handle, FetchResult> results,
            SortedMap<Handle, List<Origin>> changed) {
        if (ended == null) {
            return;
        }
        for (Wish wish : wanted) {
            for (Handle handle : wish.handles()) {
                FetchResult result = ended.results.get(handle);
                if (result != null) {
                    results.put(handle, result);
                }
                List<Origin> places = ended.changed.get(handle);
                if (places != null) {
                    changed.put(handle, places);
                }
            }
        }
    }

    /** What is asked for in one go. What it asks for does not change once it runs; who waits for it does. */
    private static final class Call {
        final List<Set<Handle>> groups = new ArrayList<>();
        final Set<Handle> handles = new HashSet<>();

        /** The sources that wait for it and read the values when it has ended, so that they need not hear of changes. */
        final Set<String> sources = new HashSet<>();

        Map<Handle, FetchResult> results = Map.of();
        SortedMap<Handle, List<Origin>> changed = Collections.emptySortedMap();
        boolean onlyAnew = true;
        boolean ended;
        int joined;
        int waiting;

        @Nullable
        Thread maker;

        Call joinedBy(List<Wish> wanted, boolean anew) {
            joined++;
            waiting++;
            onlyAnew &= anew;
            for (Wish wish : wanted) {
                groups.add(wish.handles());
                handles.addAll(wish.handles());
                if (!anew) {
                    sources.add(wish.source());
                }
            }
            return this;
        }

        /** Returns whether this call asks for anything of what is wanted, and if so takes note of who wants it. */
        boolean sharedBy(List<Wish> wanted) {
            boolean shared = false;
            for (Wish wish : wanted) {
                if (!Collections.disjoint(handles, wish.handles())) {
                    sources.add(wish.source());
                    shared = true;
                }
            }
            return shared;
        }
    }
}
