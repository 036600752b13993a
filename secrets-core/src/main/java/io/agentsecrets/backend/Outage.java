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
 * What is known of a backend's failures: whether it ever answered, since when it fails, and for what it was asked in vain.
 * Only a call that ended changes it, so whatever ends a call in between leaves it as it was. Thread-safe.
 */
final class Outage {

    /** How many nanoseconds after a call that failed to the end no call is repeated. */
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

    /** Lets a call begin, or refuses it with the reason of the one before while the backend is left alone. */
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

    /** Whether less is asked for than in a call that may have failed for the sake of one handle. */
    private boolean isNarrower(Set<Handle> handles, BackendException reason) {
        return reason.kind().mayEndWithSmallerCall()
                && askedInVain.size() < SplitFetch.MAX_CALLS
                && askedInVain.stream().noneMatch(handles::containsAll)
                && askedInVain.stream().anyMatch(all -> all.containsAll(handles));
    }

    /** Tells whether calls are still repeated after a pause because the backend never answered yet. */
    boolean isPatient(long pause) {
        state.lock();
        try {
            return !answered && firstAsked != null && ticker.read() + pause - firstAsked < patience;
        } finally {
            state.unlock();
        }
    }

    /** Tells whether a call failed to the end a short time ago, so that no call is repeated. */
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
