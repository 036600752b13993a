package io.agentsecrets.backend;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.Ticker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A fetch for several groups of handles in which one group cannot make another fail.
 *
 * <p>All groups are asked for in one call. If that call fails as a whole, for example by {@link FailureKind#EXIT} or {@link
 * FailureKind#OUTPUT}, one group or the size of the reply may be to blame: the groups are split in halves and asked for
 * again, largest parts first, so that the groups that work are found early. After {@link #MAX_CALLS} calls, or when the
 * time of one call ({@link SecretBackend#timeout()}) has passed since the first failure, the rest fails with the last
 * reason, as other threads may be waiting. Other failures of a whole call, such as a timeout, would only happen again, so
 * nothing is asked after them.
 *
 * <p>Used by one thread, once.
 */
public final class SplitFetch {

    /** The largest number of calls to the backend for one fetch (docs/spec.md, section 6). */
    public static final int MAX_CALLS = 32;

    private final SecretBackend backend;
    private final Map<Handle, FetchResult> answers = new HashMap<>();
    private final List<Map<Handle, FetchResult>> answersByCall = new ArrayList<>();
    private final Map<Handle, FetchResult> failedCalls = new HashMap<>();
    private final Map<Set<Handle>, BackendException> failures = new HashMap<>();
    private final Deque<List<Set<Handle>>> parts = new ArrayDeque<>();
    private final Ticker ticker;
    private int calls;
    private long longestCall;
    private long firstFailure;
    private @Nullable BackendException last;
    private boolean stopped;

    /**
     * Prepares a fetch.
     *
     * @param backend what is asked
     */
    public SplitFetch(SecretBackend backend) {
        this(backend, Ticker.system());
    }

    /**
     * Prepares a fetch that measures time by a ticker.
     *
     * @param backend what is asked
     * @param ticker the time
     */
    public SplitFetch(SecretBackend backend, Ticker ticker) {
        this.backend = GuardedBackend.around(backend);
        this.ticker = ticker;
    }

    /**
     * Makes the fetch. Whatever the backend's own fetch throws becomes failures of handles.
     *
     * @param groups the handles, in groups that must not make each other fail
     * @return a result for every handle; if the thread was interrupted, only for handles that were answered
     */
    public Map<Handle, FetchResult> fetch(List<Set<Handle>> groups) {
        ask(groups);
        return answers;
    }

    /**
     * Makes the fetch, as {@link #fetch} does, and keeps the calls apart.
     *
     * @param groups the handles, in groups that must not make each other fail
     * @return the answers of each call, in the order of the calls, and last the handles that failed because their calls
     *     failed as a whole. The values in one answer were right at the same time. If the thread was interrupted, handles
     *     without an answer are left out
     */
    public List<Map<Handle, FetchResult>> answersTo(List<Set<Handle>> groups) {
        ask(groups);
        return answersByCall;
    }

    /**
     * Tells whether more than one call was made, so that not all values were right at the same time.
     *
     * @return whether the answers are of several calls
     */
    public boolean isSplit() {
        return calls > 1;
    }

    private void ask(List<Set<Handle>> groups) {
        parts.add(List.copyOf(groups));
        while (!parts.isEmpty()) {
            List<Set<Handle>> part = open(parts.remove());
            if (part.isEmpty()) {
                continue;
            }
            NavigableSet<Handle> asked = unanswered(part);
            BackendException reason = mayAsk() ? outcome(asked) : last;
            if (reason == null) {
                continue;
            }
            if (Thread.currentThread().isInterrupted()) {
                return; // the call failed because of the interrupt, whatever the backend says
            }
            fail(open(part), unanswered(part), reason);
        }
        failedCalls.keySet().removeAll(answers.keySet());
        answers.putAll(failedCalls);
        answersByCall.add(failedCalls);
    }

    /** Tells whether another call may begin: not if the longest one so far would take more than the time that is left. */
    private boolean mayAsk() {
        boolean inTime = last == null || ticker.read() - firstFailure + longestCall <= timeout();
        return inTime && !stopped && calls < MAX_CALLS;
    }

    private long timeout() {
        try {
            return backend.timeout().toNanos();
        } catch (ArithmeticException moreThan292Years) {
            return Long.MAX_VALUE;
        }
    }

    /** Returns why the call for these handles failed, or null if it did not. The same call is not made twice. */
    private @Nullable BackendException outcome(NavigableSet<Handle> asked) {
        BackendException before = failures.isEmpty() ? null : failures.get(asked);
        if (before != null) {
            return before;
        }
        BackendException reason = call(asked);
        if (reason != null) {
            failures.put(asked, reason);
        }
        return reason;
    }

    private @Nullable BackendException call(NavigableSet<Handle> asked) {
        calls++;
        long start = ticker.read();
        BackendException failure = failureOfCall(asked);
        long end = ticker.read();
        longestCall = Math.max(longestCall, end - start);
        if (failure != null) {
            firstFailure = last == null ? end : firstFailure;
            last = failure;
        }
        return failure;
    }

    private @Nullable BackendException failureOfCall(NavigableSet<Handle> asked) {
        try {
            return accept(asked, backend.fetch(Collections.unmodifiableNavigableSet(asked)));
        } catch (BackendException e) {
            return e;
        }
    }

    /**
     * Takes the answers. A routing backend reports a route that failed as a whole as failures of its handles: then these
     * are asked for in smaller parts, as after any call that failed. Returns the last such reason, or null.
     */
    private @Nullable BackendException accept(Set<Handle> asked, Map<Handle, FetchResult> reply) {
        Map<Handle, FetchResult> answer = new HashMap<>(asked.size() * 2);
        BackendException failure = null;
        for (Handle handle : asked) {
            FetchResult result = checked(handle, reply.get(handle));
            if (result instanceof FetchResult.Failed failed && failed.kind().mayEndWithSmallerCall()) {
                failedCalls.put(handle, failed);
                failure = new BackendException(failed.kind(), failed.reason());
            } else {
                answer.put(handle, result);
            }
        }
        answers.putAll(answer);
        answersByCall.add(answer);
        return failure;
    }

    private static FetchResult checked(Handle handle, @Nullable FetchResult given) {
        FetchResult result = given == null ? FetchResult.missing() : given;
        if (result instanceof FetchResult.Failed failed) {
            return OuterBlanks.hintedAt(handle, failed);
        }
        FetchResult.Found found = (FetchResult.Found) result;
        if (found.value().isEmpty()) {
            return new FetchResult.Failed(
                    FailureKind.EMPTY, "the backend gave an empty value; store one, or remove the handle");
        }
        return found.value().isWellFormed()
                ? found
                : new FetchResult.Failed(FailureKind.INVALID, "the value holds half a surrogate pair; store it again");
    }

    private void fail(List<Set<Handle>> part, NavigableSet<Handle> asked, BackendException reason) {
        boolean oneMayBeToBlame = reason.kind().mayEndWithSmallerCall();
        List<Set<Handle>> different = oneMayBeToBlame ? List.copyOf(new LinkedHashSet<>(part)) : part;
        if (oneMayBeToBlame && different.size() > 1 && mayAsk()) {
            int half = different.size() / 2;
            parts.add(different.subList(0, half));
            parts.add(different.subList(half, different.size()));
            return;
        }
        stopped |= !oneMayBeToBlame;
        for (Handle handle : asked) {
            failedCalls.putIfAbsent(handle, new FetchResult.Failed(reason.kind(), String.valueOf(reason.getMessage())));
        }
    }

    /** Returns the groups with handles that are not answered yet. */
    private List<Set<Handle>> open(List<Set<Handle>> part) {
        List<Set<Handle>> open = new ArrayList<>(part.size());
        for (Set<Handle> group : part) {
            if (!answers.keySet().containsAll(group)) {
                open.add(group);
            }
        }
        return open;
    }

    private NavigableSet<Handle> unanswered(List<Set<Handle>> part) {
        NavigableSet<Handle> handles = new TreeSet<>();
        for (Set<Handle> group : part) {
            handles.addAll(group);
        }
        handles.removeAll(answers.keySet());
        return handles;
    }
}
