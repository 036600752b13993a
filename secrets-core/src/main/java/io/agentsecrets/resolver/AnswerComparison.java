package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.audit.AuditEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of answers with what was known before. It is made once, for the waiting threads, the listeners, the audit trail
 * and the metrics. Filled with the lock of {@link SourceRegistry} held; read by one thread afterwards.
 */
final class AnswerComparison {

    private static final Answer UNUSED =
            new Answer.Failure(new FetchResult.Failed(FailureKind.MISSING, "no source uses the handle any more"));

    private final Map<Handle, Answer> answers = new HashMap<>();

    /** The handles that have another value than before, or have one after they had failed. */
    private final Set<Handle> changed = new HashSet<>();

    private final List<KnownHandle> concerned = new ArrayList<>();
    private final List<KnownHandle> firstValues = new ArrayList<>();
    private final List<KnownHandle> otherValues = new ArrayList<>();
    private final Map<FailureKind, List<KnownHandle>> newFailures = new TreeMap<>();

    /**
     * Compares the results of a call with what is known, and stores them.
     *
     * @param results what the backend answered
     * @param index the handles in use
     * @param accept stores a value, and returns what is known from then on
     */
    void add(
            Map<Handle, FetchResult> results,
            SourceIndex index,
            BiFunction<KnownHandle, FetchResult.Found, Known> accept) {
        for (Map.Entry<Handle, FetchResult> entry : results.entrySet()) {
            add(entry.getKey(), index.find(entry.getKey()), entry.getValue(), accept);
        }
    }

    private void add(
            Handle handle,
            @Nullable KnownHandle known,
            FetchResult result,
            BiFunction<KnownHandle, FetchResult.Found, Known> accept) {
        if (known == null) {
            answers.put(handle, UNUSED);
        } else if (result instanceof FetchResult.Found found) {
            Known before = known.known();
            boolean failed = known.failure() != null;
            answers.put(handle, accept.apply(known, found));
            addValue(known, before, failed);
        } else if (result instanceof FetchResult.Failed failed) {
            answers.put(handle, new Answer.Failure(failed));
            addFailure(known, failed);
        }
    }

    private void addValue(KnownHandle handle, @Nullable Known before, boolean failed) {
        Known now = Objects.requireNonNull(handle.known());
        boolean isFirst = before == null;
        boolean isOther = before != null && before.since() != now.since();
        if (isOther || (isFirst && failed)) {
            changed.add(handle.handle());
        }
        if (isOther || failed) {
            concerned.add(handle);
        }
        if (isFirst) {
            firstValues.add(handle);
        } else if (isOther) {
            otherValues.add(handle);
        }
    }

    private void addFailure(KnownHandle handle, FetchResult.Failed failed) {
        if (failed.kind() == FailureKind.INTERRUPTED) {
            return; // that says nothing about the secret
        }
        FetchResult.Failed before = handle.failure();
        handle.failed(failed);
        if (before == null || before.kind() != failed.kind()) {
            newFailures
                    .computeIfAbsent(failed.kind(), kind -> new ArrayList<>())
                    .add(handle);
            concerned.add(handle);
        }
    }

    /** Returns the answer for each handle. */
    Map<Handle, Answer> answers() {
        return answers;
    }

    Set<Handle> changed() {
        return changed;
    }

    /** Returns the handles whose sources may have news for the agent. */
    List<KnownHandle> concerned() {
        return concerned;
    }

    /** Returns the events for the audit trail. To be called with the lock held. */
    List<AuditEvent> auditEvents() {
        List<AuditEvent> events = new ArrayList<>();
        addEvent(events, AuditEvent.Type.FETCHED, null, firstValues);
        addEvent(events, AuditEvent.Type.CHANGED, null, otherValues);
        newFailures.forEach((kind, handles) -> addEvent(events, AuditEvent.Type.FAILED, kind, handles));
        return events;
    }

    private static void addEvent(
            List<AuditEvent> events, AuditEvent.Type type, @Nullable FailureKind kind, List<KnownHandle> handles) {
        if (handles.isEmpty()) {
            return;
        }
        SortedSet<Handle> names = new TreeSet<>();
        SortedSet<String> sources = new TreeSet<>();
        for (KnownHandle handle : handles) {
            names.add(handle.handle());
            handle.users().forEach(source -> sources.add(source.name()));
        }
        events.add(new AuditEvent(type, kind, names, sources));
    }
}
