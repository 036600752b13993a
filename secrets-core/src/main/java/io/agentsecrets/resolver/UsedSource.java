package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Usages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * A source that uses handles: where, what became of it when it was resolved last, and what its agent has heard since.
 *
 * <p>It remembers the call up to which it has read. A value that is younger is a change that its agent has to hear of: none is
 * lost and none is told twice, whichever thread brought it. The handles of a source are held while it is registered, and
 * as long as a thread resolves it.
 *
 * <p>{@link #enter} and {@link #leave} may be called by any thread; all else that changes it needs the lock of {@link
 * SourceRegistry}, except for {@link #readUpTo}.
 */
final class UsedSource {

    /** In place of a number of threads: the source was retired and its handles were let go. */
    private static final int GONE = -1;

    private final String name;
    private final Usages usages;
    private final Map<Handle, FetchResult.Failed> refusals;
    private final List<KnownHandle> handles;
    private final Set<Handle> askable;

    /** How many threads resolve it, or {@link #GONE}. */
    private final AtomicInteger resolving = new AtomicInteger();

    /** The call up to which its agent has read values. */
    private final AtomicLong read = new AtomicLong();

    /** The call up to which listeners were told of values. */
    private long told;

    /** Whether any answer may make it resolve, or tell its agent something, though nothing changes that it uses. */
    private boolean watched;

    private volatile Outcome outcome = Outcome.NONE;
    private volatile List<HandleFailure> failures = List.of();
    private volatile boolean retired;
    private volatile boolean changeIsPending;
    private final RetryTimes retries = new RetryTimes();

    /** What the agent knows of the source: what it got when it resolved it, or what a listener was told since. */
    private enum Outcome {
        /** Never resolved yet. */
        NONE,
        /** It runs with the values that it read. */
        RESOLVED,
        /** It runs with the values that it read, and its agent was told that it would be dropped now. */
        LOST,
        /** It was dropped. */
        DROPPED,
        /** It was dropped, or lost, and its agent was told that it would resolve now. */
        REGAINED
    }

    UsedSource(String name, Usages usages, Map<Handle, FetchResult.Failed> refusals, List<KnownHandle> handles) {
        this.name = name;
        this.usages = usages;
        this.refusals = refusals;
        this.handles = handles;
        this.askable = refusals.isEmpty() ? usages.handles() : namesOf(handles);
    }

    private static Set<Handle> namesOf(List<KnownHandle> handles) {
        Set<Handle> names = new HashSet<>();
        handles.forEach(handle -> names.add(handle.handle()));
        return names;
    }

    String name() {
        return name;
    }

    Usages usages() {
        return usages;
    }

    /** Returns why some of its handles are never asked for. */
    Map<Handle, FetchResult.Failed> refusals() {
        return refusals;
    }

    /** Returns the handles that may be asked for. */
    List<KnownHandle> handles() {
        return handles;
    }

    /** Returns the names of the handles that may be asked for. */
    Set<Handle> askable() {
        return askable;
    }

    /** Returns what failed when it was resolved last; empty if it resolved. */
    List<HandleFailure> failures() {
        return failures;
    }

    RetryTimes retries() {
        return retries;
    }

    boolean isSameAs(Usages otherUsages, Map<Handle, FetchResult.Failed> otherRefusals) {
        return usages.equals(otherUsages) && refusals.equals(otherRefusals);
    }

    /** Begins to resolve it, unless its handles were let go. */
    boolean enter() {
        int threads = resolving.get();
        while (threads != GONE && !resolving.compareAndSet(threads, threads + 1)) {
            threads = resolving.get();
        }
        return threads != GONE;
    }

    /** Ends to resolve it. Returns whether the registry has to look at it, as it was the last thread. */
    boolean leave() {
        return resolving.decrementAndGet() == 0 && (retired || changeIsPending);
    }

    /** Marks it as not registered any more. */
    void retire() {
        retired = true;
    }

    /** Whether its handles can be let go now. True for one caller only. */
    boolean isDone() {
        return retired && resolving.compareAndSet(0, GONE);
    }

    /** Notes that its agent has read values that were right in a call. Needs no lock. */
    void readUpTo(long call) {
        read.accumulateAndGet(call, Math::max);
    }

    /** Whether it was never resolved to an end. */
    boolean isNew() {
        return outcome == Outcome.NONE;
    }

    /** Whether its agent still has to hear of handles that were taken by {@link #takeChanges}: it may have read them since. */
    boolean isNews(Set<Handle> changes) {
        if (retired || outcome == Outcome.LOST || outcome == Outcome.REGAINED) {
            return !retired;
        }
        return !Collections.disjoint(handlesYoungerThan(read.get()), changes);
    }

    /** Whether a further resolve that succeeds has nothing to note but the call. */
    boolean runs() {
        return outcome == Outcome.RESOLVED;
    }

    void resolved() {
        outcome = Outcome.RESOLVED;
        watched = false;
        failures = List.of();
        retries.stop();
    }

    void dropped(List<HandleFailure> reasons, long now) {
        outcome = Outcome.DROPPED;
        failures = List.copyOf(reasons);
        watched = true;
        if (refusals.isEmpty()) {
            retries.start(now);
        }
    }

    boolean isDropped() {
        return !failures.isEmpty();
    }

    /** Whether the agent would read other values now than it did. */
    boolean hasUnread() {
        return !handlesYoungerThan(read.get()).isEmpty();
    }

    /** Whether it has to be looked at after each answer: it was dropped, or its values do not belong together. */
    boolean isWatched() {
        return watched && !retired;
    }

    /**
     * Returns the handles that its agent has to hear of, which counts as told then; none if there is nothing new, or if a
     * thread resolves it, which reads the values itself: {@link #leave} then has it looked at once more.
     */
    Set<Handle> takeChanges() {
        changeIsPending = true;
        if (retired || resolving.get() > 0 || outcome == Outcome.NONE) {
            return Set.of();
        }
        changeIsPending = false;
        Set<Handle> denied = handlesThat(KnownHandle::isGone);
        watched = !denied.isEmpty() || !valuesBelongTogether();
        if (!denied.isEmpty()) {
            return runs() ? told(Outcome.LOST, denied) : Set.of();
        }
        if (watched) {
            return Set.of();
        }
        return runs() || outcome == Outcome.REGAINED ? unread() : regained();
    }

    private boolean valuesBelongTogether() {
        List<Known> values = new ArrayList<>(handles.size());
        for (KnownHandle handle : handles) {
            Known known = handle.known();
            if (known != null) {
                values.add(known);
            }
        }
        return values.size() == handles.size() && Known.belongTogether(values);
    }

    private Set<Handle> unread() {
        Set<Handle> unread = handlesYoungerThan(Math.max(told, read.get()));
        return unread.isEmpty() ? unread : told(outcome, unread);
    }

    private Set<Handle> regained() {
        watched = !refusals.isEmpty()
                || !handlesThat(handle -> handle.failure() != null).isEmpty();
        if (watched) {
            return Set.of();
        }
        Set<Handle> regained = unread();
        failures.forEach(failure -> regained.add(failure.handle()));
        return told(Outcome.REGAINED, regained.isEmpty() ? askable : regained);
    }

    private Set<Handle> told(Outcome now, Set<Handle> changes) {
        outcome = now;
        if (now == Outcome.REGAINED) {
            retries.stop();
        }
        for (KnownHandle handle : handles) {
            Known known = handle.known();
            told = known == null ? told : Math.max(told, known.since());
        }
        return changes;
    }

    private Set<Handle> handlesYoungerThan(long call) {
        return handlesThat(handle -> {
            Known known = handle.known();
            return known != null && known.since() > call;
        });
    }

    private Set<Handle> handlesThat(Predicate<KnownHandle> condition) {
        Set<Handle> found = new HashSet<>();
        for (KnownHandle handle : handles) {
            if (condition.test(handle)) {
                found.add(handle.handle());
            }
        }
        return found;
    }
}
