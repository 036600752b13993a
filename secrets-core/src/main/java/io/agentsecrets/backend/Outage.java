package io.agentsecrets.backend;

import io.agentsecrets.BackendException;
import io.agentsecrets.Handle;
import io.agentsecrets.Ticker;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The record of a backend's failures: whether it ever answered, when it last failed, and which calls failed since it last
 * answered. Only a call that the backend answered or failed changes it. Thread-safe.
 */
final class Outage {

    /** For this many nanoseconds after a call whose attempts all failed, no call is repeated. */
    static final long REST = TimeUnit.MINUTES.toNanos(1);

    private final Ticker ticker;
    private final long patience;
    private final long coolDown;

    /** Guards what follows. */
    private final ReentrantLock state = new ReentrantLock();

    private boolean answered;
    private @Nullable Long firstAsked;
    private @Nullable Long resting;
    private @Nullable BackendException last;
    private long lastFailed;
    private final Set<Set<Handle>> askedInVain = new HashSet<>();

    Outage(Ticker ticker, long patience, long coolDown) {
        this.ticker = ticker;
        this.patience = patience;
        this.coolDown = coolDown;
    }

    /** Lets a call begin, or refuses it during the cool-down, with the reason of the last failure. */
    void admit(Set<Handle> handles) {
        state.lock();
        try {
            long now = ticker.read();
            if (firstAsked == null) {
                firstAsked = now;
            }
            BackendException reason = last;
            long left = coolDown - (now - lastFailed);
            if (reason != null && left > 0 && !isNarrower(handles, reason)) {
                long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(left));
                throw new BackendException(
                        reason.kind(),
                        reason.getMessage() + "; it is not asked again for " + seconds + " s (cool-down)");
            }
        } finally {
            state.unlock();
        }
    }

    /** Whether a call asks for only a part of one that may have failed because of a single handle. */
    private boolean isNarrower(Set<Handle> handles, BackendException reason) {
        return reason.kind().mayEndWithSmallerCall()
                && askedInVain.size() < SplitFetch.MAX_CALLS
                && askedInVain.stream().noneMatch(handles::containsAll)
                && askedInVain.stream().anyMatch(all -> all.containsAll(handles));
    }

    /**
     * Tells whether a call may be repeated after a pause because the backend has not answered yet and its start-up patience
     * lasts.
     */
    boolean isPatient(long pause) {
        state.lock();
        try {
            return !answered && firstAsked != null && ticker.read() + pause - firstAsked < patience;
        } finally {
            state.unlock();
        }
    }

    /** Tells whether all attempts of a call failed a short time ago, so that no call is repeated. */
    boolean isResting() {
        state.lock();
        try {
            return resting != null && ticker.read() - resting < REST;
        } finally {
            state.unlock();
        }
    }

    /** Notes a call that failed and is not repeated. */
    void failed(Set<Handle> handles, BackendException reason) {
        if (!reason.kind().isOfWholeCall()) {
            return;
        }
        state.lock();
        try {
            long now = ticker.read();
            if (reason.kind().mayEndWithNextCall() && (resting == null || now - resting >= REST)) {
                resting = now;
            }
            if (last != null && now - lastFailed >= coolDown) {
                askedInVain.clear();
            }
            last = reason;
            lastFailed = now;
            askedInVain.add(Set.copyOf(handles));
        } finally {
            state.unlock();
        }
    }

    /** Notes a call that succeeded. */
    void ended() {
        state.lock();
        try {
            answered = true;
            resting = null;
            last = null;
            askedInVain.clear();
        } finally {
            state.unlock();
        }
    }
}
