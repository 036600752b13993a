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
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of answers with what was known before. It is made once, for the waiting threads, the listeners, the audit trail
 * and the metrics. Filled with the lock of {@link SourceRegistry} held; read by one thread afterwards.
 */
final class AnswerComparison {

    private static final Answer UNUSED =
            new Answer.Failure(new FetchResult.Failed(FailureKind.MISSING, "no source uses the handle any more"));

    private final SourceRegistry registry;
    private final boolean isSplit;
    private final Map<Handle, Answer> answers = new HashMap<>();

    /** The handles that have another value than before, or have one after they had failed. */
    private final Set<Handle> changed = new HashSet<>();

    private final List<KnownHandle> concerned = new ArrayList<>();
    private final List<KnownHandle> confirmed = new ArrayList<>();
    private final List<KnownHandle> firstValues = new ArrayList<>();
    private final List<KnownHandle> otherValues = new ArrayList<>();
    private final Map<FailureKind, List<KnownHandle>> newFailures = new TreeMap<>();

    /**
     * Begins a comparison.
     *
     * @param registry stores the values
     * @param isSplit whether the answers come from several calls
     */
    AnswerComparison(SourceRegistry registry, boolean isSplit) {
        this.registry = registry;
        this.isSplit = isSplit;
    }

    /** Compares an answer with what is known, and stores it. */
    void add(Handle handle, FetchResult result) {
        KnownHandle known = registry.find(handle);
        if (known == null) {
            answers.put(handle, UNUSED);
        } else if (result instanceof FetchResult.Found found) {
            addValue(known, found);
        } else if (result instanceof FetchResult.Failed failed) {
            answers.put(handle, new Answer.Failure(failed));
            addFailure(known, failed);
        }
    }

    private void addValue(KnownHandle handle, FetchResult.Found found) {
        KnownValue before = handle.known();
        boolean failed = handle.failure() != null;
        KnownValue now = registry.accept(handle, found, isSplit);
        answers.put(handle.handle(), now);
        boolean isFirst = before == null;
        boolean isOther = before != null && before.since() != now.since();
        if (isOther || (isFirst && failed)) {
            changed.add(handle.handle());
        }
        (isOther || failed ? concerned : confirmed).add(handle);
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

    /** Returns the handles that have the value of before, or a first one: news only for sources that waited for it. */
    List<KnownHandle> confirmed() {
        return confirmed;
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
