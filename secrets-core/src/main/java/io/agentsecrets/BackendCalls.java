package io.agentsecrets;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
    private final ReentrantLock turn = new ReentrantLock();
    private final Condition callEnded = turn.newCondition();
    private @Nullable Call running;
    private Call gathering = new Call();

    BackendCalls(SecretBackend backend, SecretCache cache) {
        this.backend = backend;
        this.cache = cache;
    }

    /**
     * Asks the backend for groups of handles that must not harm each other, such as those of one source each.
     *
     * @param groups handles that were not in the cache a moment ago
     * @return a result for each of them
     */
    Map<Handle, FetchResult> fetch(List<Set<Handle>> groups) {
        Map<Handle, FetchResult> results = new HashMap<>();
        List<Set<Handle>> open = without(results.keySet(), groups);
        try {
            while (!open.isEmpty()) {
                takePart(open, results);
                open = without(results.keySet(), open);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            FetchResult failure = new FetchResult.Failed(
                    FailureKind.INTERRUPTED, "the thread was interrupted while it waited for the backend");
            open.forEach(group -> group.forEach(handle -> results.putIfAbsent(handle, failure)));
        }
        return results;
    }

    private void takePart(List<Set<Handle>> open, Map<Handle, FetchResult> results) throws InterruptedException {
        Call shared;
        Call own;
        boolean mine;
        turn.lockInterruptibly();
        try {
            refuseCallFromBackend();
            addFoundMeanwhile(open, results);
            List<Set<Handle>> wanted = without(results.keySet(), open);
            shared = running != null && running.asksForAnyOf(wanted) ? running : null;
            List<Set<Handle>> rest = shared == null ? wanted : without(shared.handles, wanted);
            own = rest.isEmpty() ? null : gathering.joinedBy(rest);
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
        addResults(shared, open, results);
        addResults(own, open, results);
    }

    /** What another call brought in between the look at the cache and now need not be asked for again. */
    private void addFoundMeanwhile(List<Set<Handle>> open, Map<Handle, FetchResult> results) {
        for (Set<Handle> group : open) {
            for (Handle handle : group) {
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
        try {
            results = masked(new SplitFetch(backend, cache::store).fetch(call.groups));
        } finally {
            turn.lock();
            try {
                call.results = results;
                call.ended = true;
                running = null;
                callEnded.signalAll();
            } finally {
                turn.unlock();
            }
        }
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
                    redactor = Redactor.of(cache.lastValues());
                }
                result.setValue(failed.maskedBy(redactor));
            }
        }
        return results;
    }

    private void refuseCallFromBackend() {
        if (running != null && running.maker == Thread.currentThread()) {
            throw new IllegalStateException("a backend may not ask the resolver that is asking it");
        }
    }

    /** Returns the groups without the handles that are done, and without groups that are then empty. */
    private static List<Set<Handle>> without(Set<Handle> done, List<Set<Handle>> groups) {
        List<Set<Handle>> rest = new ArrayList<>(groups.size());
        for (Set<Handle> group : groups) {
            Set<Handle> open = new LinkedHashSet<>();
            for (Handle handle : group) {
                if (!done.contains(handle)) {
                    open.add(handle);
                }
            }
            if (!open.isEmpty()) {
                rest.add(open);
            }
        }
        return rest;
    }

    private static void addResults(@Nullable Call ended, List<Set<Handle>> wanted, Map<Handle, FetchResult> results) {
        if (ended == null) {
            return;
        }
        for (Set<Handle> group : wanted) {
            for (Handle handle : group) {
                FetchResult result = ended.results.get(handle);
                if (result != null) {
                    results.put(handle, result);
                }
            }
        }
    }

    /** What is asked for in one go. What it asks for does not change once it runs. */
    private static final class Call {
        final List<Set<Handle>> groups = new ArrayList<>();
        final Set<Handle> handles = new HashSet<>();
        Map<Handle, FetchResult> results = Map.of();
        boolean ended;
        int waiting;

        @Nullable
        Thread maker;

        Call joinedBy(List<Set<Handle>> wanted) {
            waiting++;
            groups.addAll(wanted);
            for (Set<Handle> group : wanted) {
                handles.addAll(group);
            }
            return this;
        }

        boolean asksForAnyOf(List<Set<Handle>> wanted) {
            for (Set<Handle> group : wanted) {
                if (!Collections.disjoint(handles, group)) {
                    return true;
                }
            }
            return false;
        }
    }
}
