package io.agentsecrets.testing;

import io.agentsecrets.BackendException;
import io.agentsecrets.Count;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A backend in memory, for the unit tests of programs that use the library. It answers like a strict executable: a handle
 * that was not {@linkplain #put put} is missing, and a call for no handles or for an empty one is a bug, for which it
 * throws {@link IllegalArgumentException}.
 *
 * <p>Thread-safe. {@link #lock} guards everything in it; calls that {@link #hold()} keeps waiting do not hold it.
 */
public final class FakeBackend implements SecretBackend {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Handle, FetchResult> answers = new HashMap<>();
    private final List<Set<Handle>> calls = new ArrayList<>();
    private @Nullable BackendException failure;
    private boolean held;

    /** Creates a backend that has no secrets. */
    public FakeBackend() {}

    /**
     * Sets the value of a handle.
     *
     * @param handle the handle's name
     * @param value the secret
     * @return this backend
     */
    public FakeBackend put(String handle, String value) {
        return answer(handle, FetchResult.found(value));
    }

    /**
     * Sets the value of a handle and how long it may be cached.
     *
     * @param handle the handle's name
     * @param value the secret
     * @param timeToLive not negative
     * @return this backend
     */
    public FakeBackend put(String handle, String value, Duration timeToLive) {
        return answer(handle, new FetchResult.Found(SecretValue.of(value), timeToLive));
    }

    /**
     * Makes a handle fail with the backend's own reason.
     *
     * @param handle the handle's name
     * @param reason why there is no value
     * @return this backend
     */
    public FakeBackend refuse(String handle, String reason) {
        return answer(handle, FetchResult.failed(reason));
    }

    /**
     * Removes a handle, so that it is missing.
     *
     * @param handle the name of a handle
     * @return this backend
     */
    public FakeBackend remove(String handle) {
        return locked(() -> answers.remove(new Handle(handle)));
    }

    /**
     * Makes every call fail as a whole until {@link #recover()}.
     *
     * @param kind why, for example {@link FailureKind#TIMEOUT}
     * @param message why, in words
     * @return this backend
     */
    public FakeBackend fail(FailureKind kind, String message) {
        return locked(() -> failure = new BackendException(kind, message));
    }

    /**
     * Ends what {@link #fail} began.
     *
     * @return this backend
     */
    public FakeBackend recover() {
        return locked(() -> failure = null);
    }

    /**
     * Keeps every call waiting, as a slow executable would, until {@link #release()}.
     *
     * @return this backend
     */
    public FakeBackend hold() {
        return locked(() -> held = true);
    }

    /**
     * Ends what {@link #hold()} began; calls that wait go on.
     *
     * @return this backend
     */
    public FakeBackend release() {
        return locked(() -> held = false);
    }

    /**
     * Waits until the backend was called this many times, counting calls that are still held.
     *
     * @param calls the number of calls since this backend was created
     * @param atMost how long to wait
     * @throws InterruptedException if the thread is interrupted
     * @throws AssertionError if there are fewer calls in that time
     */
    public void awaitCalls(int calls, Duration atMost) throws InterruptedException {
        long nanos = atMost.toNanos();
        lock.lock();
        try {
            while (this.calls.size() < calls) {
                if (nanos <= 0) {
                    throw new AssertionError("expected " + Count.of(calls, "call") + " but saw " + this.calls.size());
                }
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns what was asked for so far.
     *
     * @return the handles of each call, in order, including calls that are still held
     */
    public List<Set<Handle>> calls() {
        lock.lock();
        try {
            return List.copyOf(calls);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns how often the backend was called.
     *
     * @return the number of calls, including those that are still held
     */
    public int callCount() {
        return calls().size();
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        if (handles.isEmpty() || handles.contains(new Handle(""))) {
            throw new IllegalArgumentException("a backend must not be asked for nothing or for an empty handle");
        }
        lock.lock();
        try {
            calls.add(Set.copyOf(handles));
            changed.signalAll();
            while (held) {
                changed.await();
            }
            if (failure != null) {
                throw new BackendException(failure.kind(), String.valueOf(failure.getMessage()));
            }
            return answersTo(handles);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException(FailureKind.INTERRUPTED, "interrupted while the fake backend was held");
        } finally {
            lock.unlock();
        }
    }

    private Map<Handle, FetchResult> answersTo(Set<Handle> handles) {
        Map<Handle, FetchResult> results = new HashMap<>();
        for (Handle handle : handles) {
            results.put(handle, answers.getOrDefault(handle, FetchResult.missing()));
        }
        return results;
    }

    private FakeBackend answer(String handle, FetchResult result) {
        return locked(() -> answers.put(new Handle(handle), result));
    }

    private FakeBackend locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
            return this;
        } finally {
            lock.unlock();
        }
    }
}
