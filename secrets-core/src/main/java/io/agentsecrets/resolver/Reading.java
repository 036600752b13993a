package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.SecretValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of one source, read at one moment, and what keeps them from being used: handles that failed, or values that
 * were never right in the same call. Used by one thread.
 */
final class Reading {

    private static final FetchResult.Failed APART = new FetchResult.Failed(
            FailureKind.BACKEND_ERROR,
            "its value changed while it was asked for, so it may not belong to the others of its source; resolve it again");

    private static final FetchResult.Failed UNANSWERED = new FetchResult.Failed(
            FailureKind.BACKEND_ERROR, "the backend was not asked for it; resolve the source again");

    private final UsedSource source;
    private final Map<Handle, KnownValue> values;
    private Map<Handle, FetchResult.Failed> failures;

    /** What the backend could not answer for, though there is a value that may be served meanwhile. */
    private Map<Handle, FetchResult.Failed> outages = Map.of();

    /** Whether there is a call in which all values were right. */
    private boolean belongsTogether;

    private Reading(UsedSource source) {
        this.source = source;
        this.values = new HashMap<>(2 * source.handles().size());
        this.failures = source.refusals();
    }

    UsedSource source() {
        return source;
    }

    private void fail(Handle handle, FetchResult.Failed failed) {
        if (failures == source.refusals()) {
            failures = new LinkedHashMap<>(failures);
        }
        failures.put(handle, failed);
    }

    /**
     * Reads a source.
     *
     * @param source the source to read
     * @param answers the answers to what this thread has asked for
     * @param cache tells which values may be served
     */
    static Reading of(UsedSource source, Map<Handle, Answer> answers, SecretCache cache) {
        Reading reading = new Reading(source);
        for (KnownHandle handle : source.handles()) {
            reading.read(handle, answers.get(handle.handle()), cache);
        }
        reading.belongsTogether = KnownValue.belongTogether(reading.values.values());
        if (!reading.belongsTogether) {
            reading.useOwnAnswers(answers);
        }
        return reading;
    }

    private void read(KnownHandle handle, @Nullable Answer answer, SecretCache cache) {
        KnownValue known = handle.known();
        if (!(answer instanceof Answer.Failure failure)) {
            put(handle.handle(), known);
            return;
        }
        FetchResult.Failed failed = failure.failed();
        if (known == null || !isServed(handle, known, failed, cache)) {
            fail(handle.handle(), failed);
            return;
        }
        values.put(handle.handle(), known);
        if (handle.failure() != null) {
            outages = outages.isEmpty() ? new LinkedHashMap<>() : outages;
            outages.put(handle.handle(), failed);
        }
    }

    /** Uses what the registry knows and nothing else: only that is masked, and only of that an agent hears changes. */
    private void put(Handle handle, @Nullable KnownValue known) {
        if (known == null) {
            fail(handle, UNANSWERED);
        } else {
            values.put(handle, known);
        }
    }

    /**
     * Tells whether a known value is served in spite of a failure: if a later call has fetched it since, or if the failure
     * is an outage and the value is not too old. A thread that was interrupted is meant to end and gets none.
     */
    private static boolean isServed(
            KnownHandle handle, KnownValue known, FetchResult.Failed failed, SecretCache cache) {
        if (failed.kind() == FailureKind.INTERRUPTED) {
            return false;
        }
        boolean broughtSince = handle.failure() == null && cache.isFresh(handle);
        return broughtSince || (failed.kind().isOutage() && cache.mayBeServedStale(known));
    }

    /**
     * Uses the values that this thread got, if they were right in the same call: other threads may have fetched newer ones
     * since.
     */
    private void useOwnAnswers(Map<Handle, Answer> answers) {
        Map<Handle, KnownValue> own = new HashMap<>();
        for (Handle handle : values.keySet()) {
            if (answers.get(handle) instanceof KnownValue known) {
                own.put(handle, known);
            }
        }
        if (own.size() == values.size() && KnownValue.belongTogether(own.values())) {
            values.putAll(own);
            belongsTogether = true;
        }
    }

    boolean belongsTogether() {
        return belongsTogether;
    }

    /** Whether its values do not belong together and a call for all of them may bring them together. */
    boolean mayBeAskedOnceMore() {
        return failures.isEmpty()
                && !belongsTogether
                && outages.values().stream().noneMatch(failed -> failed.kind().isOfWholeCall());
    }

    /** Returns every handle that keeps the source from being resolved, in the order of the source. */
    List<HandleFailure> failures() {
        Map<Handle, FetchResult.Failed> all = failures;
        if (failures.isEmpty() && !belongsTogether) {
            all = outages.isEmpty() ? youngest() : outages;
        }
        if (all.isEmpty()) {
            return List.of();
        }
        List<HandleFailure> listed = new ArrayList<>(all.size());
        Map<Handle, FetchResult.Failed> found = all;
        source.usages().forEach((handle, places) -> {
            FetchResult.Failed failed = found.get(handle);
            if (failed != null) {
                listed.add(new HandleFailure(handle, places, failed.kind(), failed.reason()));
            }
        });
        return listed;
    }

    /** Returns a failure for each handle whose value is younger than the last call in which the others were right. */
    private Map<Handle, FetchResult.Failed> youngest() {
        long call = call();
        Map<Handle, FetchResult.Failed> youngest = new HashMap<>();
        values.forEach((handle, known) -> {
            if (known.since() > call) {
                youngest.put(handle, APART);
            }
        });
        return youngest;
    }

    /** Whether the thread was interrupted, which says nothing about the source. */
    boolean isInterrupted() {
        for (FetchResult.Failed failed : failures.values()) {
            if (failed.kind() == FailureKind.INTERRUPTED) {
                return true;
            }
        }
        return false;
    }

    /** Returns the last call in which all of the values were right. */
    long call() {
        long call = Long.MAX_VALUE;
        for (KnownValue known : values.values()) {
            call = Math.min(call, known.confirmed());
        }
        return call == Long.MAX_VALUE ? 0 : call;
    }

    /** Whether its values are still the last ones of their handles. */
    boolean isOfLastValues() {
        for (KnownHandle handle : source.handles()) {
            KnownValue last = handle.known();
            KnownValue read = values.get(handle.handle());
            if (last == null || read == null || !last.value().equals(read.value())) {
                return false;
            }
        }
        return true;
    }

    /** Returns the values with the calls in which they were right. */
    Map<Handle, KnownValue> known() {
        return values;
    }

    Map<Handle, SecretValue> values() {
        Map<Handle, SecretValue> revealed = new HashMap<>(values.size() * 2);
        for (Map.Entry<Handle, KnownValue> entry : values.entrySet()) {
            revealed.put(entry.getKey(), entry.getValue().value());
        }
        return revealed;
    }
}
