package io.agentsecrets.backend;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A backend that is left alone for a while after a call failed as a whole: until then calls fail at once, with the reason
 * of the one that failed. So a thousand files that are resolved one by one while an executable hangs cost one timeout and
 * not a thousand.
 *
 * <p>A call that fails by {@link FailureKind#EXIT} or {@link FailureKind#OUTPUT} may fail for the sake of a single handle.
 * Then a part of what it asked for may still be asked for, as the resolver does to find the handles that are sound; once
 * so many calls in a row failed as it makes at most, all are refused. A call that succeeds ends the cool-down.
 *
 * <p>Put a {@link RetryingBackend} inside of this one: its attempts count as one call. Thread-safe if the backend is.
 */
public final class CoolingBackend implements SecretBackend {

    private final SecretBackend backend;
    private final long coolDown;
    private final Ticker ticker;

    /** Guards what follows; not held while the backend runs. */
    private final ReentrantLock state = new ReentrantLock();

    private final Set<Set<Handle>> failed = new HashSet<>();
    private @Nullable BackendException last;
    private long failedAt;

    private CoolingBackend(SecretBackend backend, Duration coolDown, Ticker ticker) {
        this.backend = Objects.requireNonNull(backend, "backend");
        this.coolDown = coolDown.toNanos();
        this.ticker = ticker;
    }

    /**
     * Returns a backend that leaves another one alone after it failed.
     *
     * @param backend what is asked
     * @param coolDown how long it is left alone, more than zero and a day at most
     * @return a backend that asks it
     * @throws IllegalArgumentException if the cool-down is out of range
     */
    public static CoolingBackend of(SecretBackend backend, Duration coolDown) {
        return of(backend, coolDown, Ticker.system());
    }

    /** As above, with the nanoseconds of a test. */
    static CoolingBackend of(SecretBackend backend, Duration coolDown, Ticker ticker) {
        if (coolDown.isNegative() || coolDown.isZero() || coolDown.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("coolDown must be more than zero and a day at most, not " + coolDown);
        }
        return new CoolingBackend(backend, coolDown, ticker);
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        refuseWhileCooling(handles);
        try {
            Map<Handle, FetchResult> results = backend.fetch(handles);
            forget();
            return results;
        } catch (BackendException e) {
            remember(e, handles);
            throw e;
        }
    }

    private void refuseWhileCooling(Set<Handle> handles) {
        state.lock();
        try {
            BackendException reason = last;
            long left = failedAt + coolDown - ticker.read();
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
                && failed.size() < SplitFetch.MAX_CALLS
                && failed.stream().noneMatch(handles::containsAll)
                && failed.stream().anyMatch(all -> all.containsAll(handles));
    }

    private void remember(BackendException reason, Set<Handle> handles) {
        if (!reason.kind().isOfWholeCall()) {
            return;
        }
        state.lock();
        try {
            if (last != null && ticker.read() - failedAt >= coolDown) {
                failed.clear();
            }
            last = reason;
            failedAt = ticker.read();
            failed.add(Set.copyOf(handles));
        } finally {
            state.unlock();
        }
    }

    private void forget() {
        state.lock();
        try {
            last = null;
            failed.clear();
        } finally {
            state.unlock();
        }
    }

    @Override
    public BackendStatus status() {
        return backend.status();
    }

    /** Names the backend. */
    @Override
    public String toString() {
        return "CoolingBackend[" + backend + "]";
    }
}
