package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * The news about a source: how it was resolved last, what the agent was told since, and what it must still be told.
 *
 * <p>It remembers up to which call the agent has read values. A newer value is a change: none is lost and none is told
 * twice, whichever thread fetched it. Changed with the lock of {@link SourceRegistry} held, except for {@link #readUpTo}.
 */
final class SourceNews {

    private final List<KnownHandle> handles;

    /** Whether it can be resolved at all: none of its handles is refused without being asked for. */
    private final boolean mayResolve;

    /** The call up to which the agent has read values. */
    private final AtomicLong read = new AtomicLong();

    /** The call up to which listeners were told of values. */
    private long told;

    /** Whether the source must be checked when any value of it is confirmed: see {@link #isWatched}. */
    private boolean watched;

    private volatile Outcome outcome = Outcome.NONE;
    private volatile List<HandleFailure> failures = List.of();
    private final RetryTimes retries = new RetryTimes();

    SourceNews(List<KnownHandle> handles, boolean mayResolve) {
        this.handles = handles;
        this.mayResolve = mayResolve;
    }

    /** What the agent knows about the source: what it got when it resolved it, or what a listener was told since. */
    private enum Outcome {
        /** Never resolved yet. */
        NONE,
        /** It runs with the values that it read. */
        RESOLVED,
        /** It runs with the values that it read, and the agent was told that it would be dropped now. */
        LOST,
        /** It was dropped. */
        DROPPED,
        /** It was dropped, or lost, and the agent was told that it would resolve now. */
        REGAINED
    }

    /** Notes that the agent has read values that were right in a call. Needs no lock. */
    void readUpTo(long call) {
        long before = read.get();
        while (before < call && !read.compareAndSet(before, call)) {
            before = read.get();
        }
    }

    /** Whether no attempt to resolve it has ended yet. */
    boolean isNew() {
        return outcome == Outcome.NONE;
    }

    /** Whether changes that were taken are still news: the agent may have read them since. */
    boolean isStillNews(Set<Handle> changes) {
        if (outcome == Outcome.LOST || outcome == Outcome.REGAINED) {
            return true;
        }
        long call = read.get();
        for (KnownHandle handle : handles) {
            if (handle.isYoungerThan(call) && changes.contains(handle.handle())) {
                return true;
            }
        }
        return false;
    }

    /** Whether it runs with the values that it read, so that another success changes nothing but the call. */
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
        if (mayResolve) {
            retries.start(now);
        }
    }

    /** Whether the agent would read other values now than it did. */
    boolean hasUnread() {
        long call = read.get();
        for (KnownHandle handle : handles) {
            if (handle.isYoungerThan(call)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it must be checked when any value of it is confirmed: it was dropped, or its values do not belong together. */
    boolean isWatched() {
        return watched;
    }

    /**
     * Returns the changes that the agent must be told about, and counts them as told; none if there is nothing new. Not to
     * be called while a thread resolves the source, as that thread reads the values itself.
     */
    Set<Handle> take(long now) {
        if (outcome == Outcome.NONE) {
            return Set.of();
        }
        boolean isGone = false;
        List<KnownValue> values = new ArrayList<>(handles.size());
        for (KnownHandle handle : handles) {
            KnownValue known = handle.known();
            isGone |= handle.isGone();
            if (known != null) {
                values.add(known);
            }
        }
        watched = isGone || values.size() < handles.size() || !KnownValue.belongTogether(values);
        if (isGone) {
            return runs() ? told(Outcome.LOST, handlesThat(KnownHandle::isGone)) : Set.of();
        }
        if (watched) {
            askForItAgain(now);
            return Set.of();
        }
        return runs() || outcome == Outcome.REGAINED ? unread() : regained();
    }

    /** Plans a refresh of a running source whose values no longer belong together, as if it had been dropped. */
    private void askForItAgain(long now) {
        if (runs() && mayResolve) {
            retries.start(now);
        }
    }

    /** Returns the handles whose values the agent has neither read nor been told of. */
    private Set<Handle> unread() {
        long call = Math.max(told, read.get());
        Set<Handle> unread = handlesThat(handle -> handle.isYoungerThan(call));
        return unread.isEmpty() ? unread : told(outcome, unread);
    }

    /** Returns the changes of a dropped source that would resolve now; none if a handle still fails. */
    private Set<Handle> regained() {
        watched =
                !mayResolve || !handlesThat(handle -> handle.failure() != null).isEmpty();
        if (watched) {
            return Set.of();
        }
        Set<Handle> regained = unread();
        failures.forEach(failure -> regained.add(failure.handle()));
        return told(Outcome.REGAINED, regained.isEmpty() ? handlesThat(handle -> true) : regained);
    }

    /** Counts changes as told, and returns them. */
    private Set<Handle> told(Outcome now, Set<Handle> changes) {
        outcome = now;
        if (now != Outcome.LOST) {
            retries.stop();
        }
        for (KnownHandle handle : handles) {
            KnownValue known = handle.known();
            told = known == null ? told : Math.max(told, known.since());
        }
        return changes;
    }

    /** Returns what failed when the source was resolved last; empty if it resolved. */
    List<HandleFailure> failures() {
        return failures;
    }

    /** Returns when the source is asked for again, if it was dropped. */
    RetryTimes retries() {
        return retries;
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
