package io.agentsecrets;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One fetch for several groups of handles that must not harm each other.
 *
 * <p>All groups are asked for in one call. If that call fails as a whole, by {@link FailureKind#EXIT} or
 * {@link FailureKind#OUTPUT}, one group or a reply too large may be to blame: the groups are split in halves and asked for
 * again, widest parts first, so that what is sound is found early. After {@link #MAX_CALLS} calls the rest fails with
 * the last reason. Other failures of a whole call, such as a timeout, would only come again: nothing is asked after them.
 *
 * <p>Used by one thread, once.
 */
final class SplitFetch {

    /** How often the backend is asked at most for one fetch (SPEC.md, section 6). */
    static final int MAX_CALLS = 32;

    private final SecretBackend backend;
    private final BiConsumer<Handle, FetchResult.Found> store;
    private final Map<Handle, FetchResult> answers = new HashMap<>();
    private final Map<Handle, FetchResult> failedCalls = new HashMap<>();
    private final Deque<List<Set<Handle>>> parts = new ArrayDeque<>();
    private int calls;
    private @Nullable BackendException last;
    private boolean stopped;

    SplitFetch(SecretBackend backend, BiConsumer<Handle, FetchResult.Found> store) {
        this.backend = backend;
        this.store = store;
    }

    /** Returns a result for every handle of the groups; if the thread was interrupted, for those that were answered. */
    Map<Handle, FetchResult> fetch(List<Set<Handle>> groups) {
        parts.add(groups);
        while (!parts.isEmpty()) {
            List<Set<Handle>> part = parts.remove();
            SortedSet<Handle> asked = unanswered(part);
            if (asked.isEmpty()) {
                continue;
            }
            BackendException reason = stopped || calls == MAX_CALLS ? last : call(asked);
            if (reason == null) {
                continue;
            }
            if (reason.kind() == FailureKind.INTERRUPTED
                    && Thread.currentThread().isInterrupted()) {
                return answers;
            }
            fail(part, asked, reason);
        }
        failedCalls.forEach(answers::putIfAbsent);
        return answers;
    }

    private @Nullable BackendException call(SortedSet<Handle> asked) {
        calls++;
        try {
            Map<Handle, FetchResult> reply = backend.fetch(Collections.unmodifiableSortedSet(asked));
            for (Handle handle : asked) {
                accept(handle, reply.get(handle));
            }
            return null;
        } catch (BackendException e) {
            last = e;
        } catch (RuntimeException e) {
            // the message of somebody else's exception may hold a secret
            last = new BackendException(
                    FailureKind.BACKEND_ERROR,
                    "the backend failed with " + e.getClass().getName());
        }
        return last;
    }

    private void accept(Handle handle, @Nullable FetchResult result) {
        FetchResult checked = result == null ? FetchResult.missing() : checked(result);
        answers.put(handle, checked);
        if (checked instanceof FetchResult.Found found) {
            store.accept(handle, found);
        }
    }

    private static FetchResult checked(FetchResult result) {
        if (!(result instanceof FetchResult.Found found)) {
            return result;
        }
        if (found.value().isEmpty()) {
            return new FetchResult.Failed(FailureKind.EMPTY, "the backend gave an empty value");
        }
        return found.value().isWellFormed()
                ? found
                : new FetchResult.Failed(FailureKind.INVALID, "the value holds half a surrogate pair");
    }

    private void fail(List<Set<Handle>> part, SortedSet<Handle> asked, BackendException reason) {
        boolean oneMayBeToBlame = reason.kind() == FailureKind.EXIT || reason.kind() == FailureKind.OUTPUT;
        if (oneMayBeToBlame && part.size() > 1 && calls < MAX_CALLS) {
            int half = part.size() / 2;
            parts.add(part.subList(0, half));
            parts.add(part.subList(half, part.size()));
            return;
        }
        stopped |= !oneMayBeToBlame;
        for (Handle handle : asked) {
            failedCalls.put(handle, new FetchResult.Failed(reason.kind(), String.valueOf(reason.getMessage())));
        }
    }

    private SortedSet<Handle> unanswered(List<Set<Handle>> part) {
        SortedSet<Handle> handles = new TreeSet<>();
        for (Set<Handle> group : part) {
            for (Handle handle : group) {
                if (!answers.containsKey(handle)) {
                    handles.add(handle);
                }
            }
        }
        return handles;
    }
}
