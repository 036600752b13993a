package io.agentsecrets.backend;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The record of a backend's failures: whether it ever answered, when it last failed, and which calls failed since it last
 * answered. Only a call that the backend answered or failed changes it. Thread-safe.
 */
final class Outage {

    /** For this many nanoseconds after a call whose attempts all failed, no call is repeated. */
    static final long REST = TimeUnit.MINUTES.toNanos(1);

    /** How long a failure before a restart counts at most, so that no start waits longer for it. */
    static final Duration LONGEST_AFTER_RESTART = Duration.ofMinutes(5);

    private final Ticker ticker;
    private final long patience;
    private final long coolDown;
    private final @Nullable OutageFile file;

    /** Guards what follows. */
    private final Object state = new Object();

    private boolean answered;
    /** When the first call began. */
    private @Nullable Long firstAsked;

    /** When all attempts of a call failed, so that calls are not repeated for a while; see {@link #REST}. */
    private @Nullable Long resting;

    /** The last failure; null if the backend has answered since. */
    private @Nullable BackendException last;

    private long lastFailed;

    /** The handles of each call that failed during this cool-down. */
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
     * Begins a call. Before the first one, the failure before the restart is read from the file and counts as one of this run.
     * If the start-up patience lasts longer than its cool-down, returns how many nanoseconds the call should wait; else 0.
     */
    long begin() {
        synchronized (state) {
            if (firstAsked != null) {
                return 0;
            }
            long now = ticker.read();
            firstAsked = now;
            long left = restore(now);
            return left < patience ? left : 0;
        }
    }

    /** Takes over the failure before the restart. Returns how many nanoseconds of its cool-down are left. */
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
        lastFailed = now - (coolDown - left); // so that the cool-down ends when this time is over
        return left;
    }

    /** Lets a call begin, or refuses it during the cool-down, with the reason of the last failure. */
    void admit(Set<Handle> handles) {
        synchronized (state) {
            long now = ticker.read();
            BackendException reason = last;
            long left = coolDown - (now - lastFailed);
            if (reason != null && left > 0 && !isNarrower(handles, reason)) {
                long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(left));
                throw new BackendException(
                        reason.kind(),
                        reason.getMessage() + "; it is not asked again for " + seconds + " s (cool-down)");
            }
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
        synchronized (state) {
            return !answered && firstAsked != null && ticker.read() + pause - firstAsked < patience;
        }
    }

    /** Tells whether all attempts of a call failed a short time ago, so that no call is repeated. */
    boolean isResting() {
        synchronized (state) {
            return resting != null && ticker.read() - resting < REST;
        }
    }

    /** Notes a call that failed and is not repeated. The file keeps it, unless another call succeeded within the cool-down before. */
    void failed(Set<Handle> handles, BackendException reason) {
        if (reason.kind().isOfWholeCall() && note(handles, reason) && file != null) {
            file.failed(reason.kind());
        }
    }

    /** Returns whether the file should keep the failure. */
    private boolean note(Set<Handle> handles, BackendException reason) {
        synchronized (state) {
            long now = ticker.read();
            boolean isKept = mayHaveAsked(reason.kind()) && (lastAnswered == null || now - lastAnswered >= coolDown);
            if (reason.kind().mayEndWithNextCall() && (resting == null || now - resting >= REST)) {
                resting = now;
            }
            if (last != null && now - lastFailed >= coolDown) {
                askedInVain.clear();
            }
            last = reason;
            lastFailed = now;
            askedInVain.add(Set.copyOf(handles));
            return isKept;
        }
    }

    /**
     * Whether a call that failed like this may have reached the store. An executable that was not started costs the store
     * nothing, and an operator who fixes it restarts the agent; so such a failure is not kept over a restart.
     */
    private static boolean mayHaveAsked(FailureKind kind) {
        return kind != FailureKind.START && kind != FailureKind.PERMISSIONS;
    }

    /** Notes a call that succeeded. */
    void succeeded() {
        synchronized (state) {
            answered = true;
            lastAnswered = ticker.read();
            resting = null;
            last = null;
            askedInVain.clear();
        }
        if (file != null) {
            file.succeeded();
        }
    }
}
