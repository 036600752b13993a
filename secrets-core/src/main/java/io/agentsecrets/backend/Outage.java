package io.agentsecrets.backend;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.Ticker;
import java.time.Duration;
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

    /** How long a failure of an earlier run counts at most, so that no start waits longer for one. */
    static final Duration LONGEST_AFTER_RESTART = Duration.ofMinutes(5);

    private final Ticker ticker;
    private final long patience;
    private final long coolDown;
    private final @Nullable OutageFile file;

    /** Guards what follows. */
    private final ReentrantLock state = new ReentrantLock();

    private boolean answered;
    private @Nullable Long firstAsked;
    private @Nullable Long resting;
    private @Nullable BackendException last;
    private long lastFailed;
    private final Set<Set<Handle>> askedInVain = new HashSet<>();
    private @Nullable Long lastAnswered;

    /**
     * Creates an empty record.
     *
     * @param file keeps the last failure over a restart; null if none does
     */
    Outage(Ticker ticker, long patience, long coolDown, @Nullable OutageFile file) {
        this.ticker = ticker;
        this.patience = patience;
        this.coolDown = coolDown;
        this.file = file;
    }

    /**
     * Begins the first call: the failure of an earlier run counts as one of this run. Returns for how many nanoseconds the
     * call should wait, as the start-up patience outlasts the cool-down.
     */
    long begin() {
        state.lock();
        try {
            if (firstAsked != null) {
                return 0;
            }
            long now = ticker.read();
            firstAsked = now;
            long left = restore(now);
            return left < patience ? left : 0;
        } finally {
            state.unlock();
        }
    }

    private long restore(long now) {
        OutageFile.Failure failure = file == null ? null : file.read();
        long ceiling = Math.min(coolDown, LONGEST_AFTER_RESTART.toNanos());
        if (failure == null || failure.age().compareTo(Duration.ofNanos(ceiling)) >= 0) {
            return 0;
        }
        long left = ceiling - failure.age().toNanos();
        last = new BackendException(
                failure.kind(),
                "the backend failed before the restart (" + failure.kind().code() + ", noted in " + file + ")");
        lastFailed = now - (coolDown - left);
        return left;
    }

    /** Lets a call begin, or refuses it during the cool-down, with the reason of the last failure. */
    void admit(Set<Handle> handles) {
        state.lock();
        try {
            long now = ticker.read();
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

    /** Notes a call that failed and is not repeated. It is kept over a restart unless other calls succeed meanwhile. */
    void failed(Set<Handle> handles, BackendException reason) {
        if (!reason.kind().isOfWholeCall()) {
            return;
        }
        boolean isKept;
        state.lock();
        try {
            long now = ticker.read();
            isKept = mayHaveAsked(reason.kind()) && (lastAnswered == null || now - lastAnswered >= coolDown);
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
        if (file != null && isKept) {
            file.failed(reason.kind());
        }
    }

    /**
     * Whether a call of this kind may have reached the store. What was not started is not kept over a restart: it costs the
     * store nothing, and an operator who mends it restarts the agent.
     */
    private static boolean mayHaveAsked(FailureKind kind) {
        return kind != FailureKind.START && kind != FailureKind.PERMISSIONS;
    }

    /** Notes a call that succeeded. */
    void ended() {
        state.lock();
        try {
            answered = true;
            lastAnswered = ticker.read();
            resting = null;
            last = null;
            askedInVain.clear();
        } finally {
            state.unlock();
        }
        if (file != null) {
            file.ended();
        }
    }
}
