package io.agentsecrets.backend;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls to several backends at the same time, each on a thread of its own that ends with the call. The caller waits until
 * all have answered or the deadline has passed: then the remaining threads are interrupted, and their handles fail. Without
 * a deadline the caller makes the last call itself. Used by one thread, once.
 */
final class SideBySide {

    /** How long interrupted calls are waited for: a call returns within a second after its deadline. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

    private final @Nullable Duration deadline;
    private final Map<SecretBackend, Thread> overdue;
    private final List<Call> calls = new ArrayList<>();

    /**
     * Prepares calls.
     *
     * @param overdue the threads of calls that were not done at their deadline, also of earlier ones; a concurrent map, to
     *     which this object adds
     */
    SideBySide(@Nullable Duration deadline, Map<SecretBackend, Thread> overdue) {
        this.deadline = deadline;
        this.overdue = overdue;
    }

    /** A call to one backend. */
    private static final class Call {
        final SecretBackend backend;
        final Set<Handle> handles;
        final FutureTask<Map<Handle, FetchResult>> answers;

        @Nullable
        Thread thread;

        Call(SecretBackend backend, Set<Handle> handles, Callable<Map<Handle, FetchResult>> answers) {
            this.backend = backend;
            this.handles = handles;
            this.answers = new FutureTask<>(answers);
        }

        /** Returns the same failure for each handle. */
        Map<Handle, FetchResult> failed(FailureKind kind, String reason) {
            Map<Handle, FetchResult> failures = new HashMap<>();
            for (Handle handle : handles) {
                failures.put(handle, new FetchResult.Failed(kind, reason));
            }
            return failures;
        }
    }

    /**
     * Adds a call. It is never split, so all its answers are from one moment. If it fails as a whole, each of its handles
     * fails. A backend that ignores interrupts, and so still runs an overdue call, is not asked: it never keeps more than one
     * thread.
     */
    void add(SecretBackend backend, Set<Handle> handles) {
        Call call = new Call(backend, handles, () -> new SplitFetch(backend).fetch(List.of(handles)));
        Thread before = overdue.get(backend);
        if (before != null && before.isAlive()) {
            call.answers.cancel(false);
        }
        calls.add(call);
    }

    /**
     * Makes the calls.
     *
     * @return the answers of each call, in the order of the calls
     * @throws BackendException of kind {@link FailureKind#INTERRUPTED} if the thread was interrupted
     */
    List<Map<Handle, FetchResult>> answers() {
        long begun = System.nanoTime();
        start();
        List<Map<Handle, FetchResult>> answers = new ArrayList<>(calls.size());
        try {
            for (Call call : calls) {
                answers.add(answers(call, begun));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            awaitEnds(interruptedCalls());
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new BackendException(FailureKind.INTERRUPTED, "the call was interrupted");
        }
        return answers;
    }

    /** Interrupts the calls that are not done, because the deadline has passed or the caller was interrupted. */
    private List<Thread> interruptedCalls() {
        List<Thread> interrupted = new ArrayList<>();
        for (Call call : calls) {
            if (call.thread != null && !call.answers.isDone()) {
                overdue.put(call.backend, call.thread);
                interrupted.add(call.thread);
            }
            call.answers.cancel(true);
        }
        return interrupted;
    }

    /**
     * Waits a moment until interrupted calls have released what they hold: if this JVM ended before, a process that one of
     * them had started would live on.
     */
    private static void awaitEnds(List<Thread> threads) {
        long end = System.nanoTime() + PATIENCE;
        boolean interrupted = Thread.interrupted();
        try {
            for (Thread thread : threads) {
                TimeUnit.NANOSECONDS.timedJoin(thread, end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void start() {
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            if (call.answers.isCancelled() || (deadline == null && i == calls.size() - 1)) {
                call.answers.run();
            } else {
                startThread(call);
            }
        }
    }

    private static void startThread(Call call) {
        Thread thread = new Thread(call.answers, "agent-secrets-route");
        thread.setDaemon(true);
        try {
            thread.start();
            call.thread = thread;
        } catch (OutOfMemoryError noMoreThreads) {
            call.answers.run();
        }
    }

    private Map<Handle, FetchResult> answers(Call call, long begun) throws InterruptedException {
        try {
            if (deadline == null) {
                return call.answers.get();
            }
            return call.answers.get(deadline.toNanos() - (System.nanoTime() - begun), TimeUnit.NANOSECONDS);
        } catch (CancellationException e) {
            return call.failed(
                    FailureKind.TIMEOUT, "the backend still runs an earlier call, which it should have ended");
        } catch (TimeoutException e) {
            return call.failed(FailureKind.TIMEOUT, "the backend was not done before the deadline of all routes");
        } catch (ExecutionException e) { // not a failure of the backend: a split fetch catches those
            String thrown =
                    e.getCause() == null ? "nothing" : e.getCause().getClass().getName();
            return call.failed(FailureKind.BACKEND_ERROR, "the call failed with " + thrown);
        }
    }
}
