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

    private final @Nullable Duration deadline;
    private final List<Call> calls = new ArrayList<>();

    SideBySide(@Nullable Duration deadline) {
        this.deadline = deadline;
    }

    private record Call(Set<Handle> handles, FutureTask<Map<Handle, FetchResult>> answers) {}

    /**
     * Adds a call. It is never split, so all its answers are from one moment. If it fails as a whole, each of its handles
     * fails.
     */
    void add(SecretBackend backend, Set<Handle> handles) {
        calls.add(new Call(handles, new FutureTask<>(() -> new SplitFetch(backend).fetch(List.of(handles)))));
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
            calls.forEach(call -> call.answers.cancel(true));
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new BackendException(FailureKind.INTERRUPTED, "the call was interrupted");
        }
        return answers;
    }

    private void start() {
        for (int i = 0; i < calls.size(); i++) {
            FutureTask<?> task = calls.get(i).answers;
            if (deadline == null && i == calls.size() - 1) {
                task.run();
            } else {
                startThread(task);
            }
        }
    }

    private static void startThread(Runnable task) {
        Thread thread = new Thread(task, "agent-secrets-route");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError noMoreThreads) {
            task.run();
        }
    }

    private Map<Handle, FetchResult> answers(Call call, long begun) throws InterruptedException {
        try {
            if (deadline == null) {
                return call.answers.get();
            }
            return call.answers.get(deadline.toNanos() - (System.nanoTime() - begun), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return failed(call, FailureKind.TIMEOUT, "the backend was not done before the deadline of all routes");
        } catch (ExecutionException e) { // not a failure of the backend: a split fetch catches those
            String thrown =
                    e.getCause() == null ? "nothing" : e.getCause().getClass().getName();
            return failed(call, FailureKind.BACKEND_ERROR, "the call failed with " + thrown);
        }
    }

    private static Map<Handle, FetchResult> failed(Call call, FailureKind kind, String reason) {
        Map<Handle, FetchResult> failures = new HashMap<>();
        for (Handle handle : call.handles) {
            failures.put(handle, new FetchResult.Failed(kind, reason));
        }
        return failures;
    }
}
