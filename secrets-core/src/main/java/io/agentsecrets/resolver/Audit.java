package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.audit.AuditEvent;
import io.agentsecrets.audit.AuditTrail;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Finds out what an answer of the backend changes, and tells the audit trail. Used for one answer at a time. */
final class Audit {

    private final AuditTrail trail;
    private final SecretCache cache;
    private final OriginRegistry origins;

    Audit(AuditTrail trail, SecretCache cache, OriginRegistry origins) {
        this.trail = trail;
        this.cache = cache;
        this.origins = origins;
    }

    /** What an answer changes, by what happens to handles. */
    static final class Answer {
        private final Map<AuditEvent.Type, Set<Handle>> found = new EnumMap<>(AuditEvent.Type.class);
        private final Map<FailureKind, Set<Handle>> failed = new TreeMap<>();
    }

    /** Compares an answer with what is known. To be called before the answer is put in place. */
    Answer compare(Map<Handle, FetchResult> results, Set<Handle> changed) {
        Answer answer = new Answer();
        if (trail == AuditTrail.none()) {
            return answer;
        }
        results.forEach((handle, result) -> {
            if (result instanceof FetchResult.Failed failed) {
                FetchResult.Failed before = cache.lastFailure(handle);
                if (before == null || before.kind() != failed.kind()) {
                    answer.failed
                            .computeIfAbsent(failed.kind(), key -> new HashSet<>())
                            .add(handle);
                }
            } else if (cache.last(handle) == null) {
                answer.found
                        .computeIfAbsent(AuditEvent.Type.FETCHED, key -> new HashSet<>())
                        .add(handle);
            } else if (changed.contains(handle)) {
                answer.found
                        .computeIfAbsent(AuditEvent.Type.CHANGED, key -> new HashSet<>())
                        .add(handle);
            }
        });
        answer.failed.remove(FailureKind.INTERRUPTED); // that says nothing of the secrets
        return answer;
    }

    /** Tells what an answer changed. */
    void tell(Answer answer) {
        answer.found.forEach((type, handles) -> tell(type, null, handles));
        answer.failed.forEach((kind, handles) -> tell(AuditEvent.Type.FAILED, kind, handles));
    }

    /** Tells which handles are about to be forgotten together with the only source that used them. */
    void tellForgotten(String source, Set<Handle> handles) {
        SortedSet<Handle> known = new TreeSet<>(handles);
        known.removeIf(handle -> cache.last(handle) == null);
        if (!known.isEmpty()) {
            record(new AuditEvent(AuditEvent.Type.FORGOTTEN, null, known, new TreeSet<>(Set.of(source))));
        }
    }

    private void tell(AuditEvent.Type type, @Nullable FailureKind kind, Set<Handle> handles) {
        record(new AuditEvent(type, kind, new TreeSet<>(handles), origins.namesOfUsersOf(handles)));
    }

    private void record(AuditEvent event) {
        try {
            trail.record(event);
        } catch (RuntimeException | Error e) {
            // the message of somebody else's exception may hold anything
            LoggerFactory.getLogger(Audit.class)
                    .warn("the audit trail failed with {}", e.getClass().getName());
        }
    }
}
