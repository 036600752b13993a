package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.KnownSecrets;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.audit.AuditEvent;
import io.agentsecrets.backend.SplitFetch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Fetches answers from the backend and processes them: masks secrets in its reasons, stores the values, and informs the
 * audit trail and the refreshers. {@link #fetch} is used by one thread at a time, with no lock held.
 */
final class AnswerFetcher {

    private final SecretBackend backend;
    private final SourceRegistry registry;
    private final SecretCache cache;
    private final KnownSecrets secrets;
    private final Outbox<AuditEvent> audit;
    private final List<Runnable> valueListeners = new CopyOnWriteArrayList<>();

    AnswerFetcher(
            SecretBackend backend,
            SourceRegistry registry,
            SecretCache cache,
            KnownSecrets secrets,
            Outbox<AuditEvent> audit) {
        this.backend = backend;
        this.registry = registry;
        this.cache = cache;
        this.secrets = secrets;
        this.audit = audit;
    }

    /** Asks the backend for groups of handles that must not harm each other. */
    Answers fetch(List<Set<Handle>> groups) {
        SplitFetch fetch = new SplitFetch(backend);
        List<Map<Handle, FetchResult>> answers = fetch.answersTo(groups);
        AnswerComparison comparison = registry.apply(groups, masked(answers), fetch.isSplit());
        return new Answers(comparison.answers(), comparison.changed());
    }

    /** Informs the audit trail and the refreshers of answers. To be called once nobody waits for the call any more. */
    void tell() {
        audit.deliver();
        tellValueListeners();
    }

    /** Returns what need not be asked for any more because another call has fetched it in the meantime. */
    Answers foundMeanwhile(List<SharedCalls.Request> requests) {
        Map<Handle, Answer> found = new HashMap<>();
        for (SharedCalls.Request request : requests) {
            Map<Handle, KnownValue> fresh = freshOf(request.handles());
            boolean counts = !request.isWhole()
                    || (fresh.size() == request.handles().size() && KnownValue.belongTogether(fresh.values()));
            if (counts) {
                found.putAll(fresh);
            }
        }
        return new Answers(found, Set.of());
    }

    /**
     * Returns the answers of a call that still count. A handle may have been forgotten after that call and taken up again, before
     * anybody was told that the call had ended: then nothing is known of it, and it must be asked for.
     */
    Answers stillKnown(Answers answers) {
        Map<Handle, Answer> known = new HashMap<>(answers.byHandle());
        known.entrySet().removeIf(entry -> !isStillKnown(entry.getKey(), entry.getValue()));
        return new Answers(known, answers.changed());
    }

    private boolean isStillKnown(Handle handle, Answer answer) {
        KnownHandle now = registry.find(handle);
        return now != null && (answer instanceof KnownValue ? now.known() != null : now.wasAsked());
    }

    private Map<Handle, KnownValue> freshOf(Set<Handle> handles) {
        Map<Handle, KnownValue> fresh = new HashMap<>();
        for (Handle handle : handles) {
            KnownHandle known = registry.find(handle);
            KnownValue value = known == null ? null : known.known();
            if (known != null && value != null && cache.isFresh(known)) {
                fresh.put(handle, value);
            }
        }
        return fresh;
    }

    /** Masks in the backend's reasons the known secrets and those of the same answers. */
    private List<Map<Handle, FetchResult>> masked(List<Map<Handle, FetchResult>> answers) {
        List<FetchResult.Found> found = new ArrayList<>();
        boolean failed = false;
        for (Map<Handle, FetchResult> answer : answers) {
            for (FetchResult result : answer.values()) {
                failed |= result instanceof FetchResult.Failed;
                if (result instanceof FetchResult.Found value) {
                    found.add(value);
                }
            }
        }
        if (!failed) {
            return answers;
        }
        found.forEach(value -> secrets.add(value.value()));
        try {
            answers.forEach(answer -> answer.replaceAll((handle, result) -> masked(result)));
            return answers;
        } finally {
            found.forEach(value -> secrets.remove(value.value()));
        }
    }

    private FetchResult masked(FetchResult result) {
        return result instanceof FetchResult.Failed failed ? failed.maskedBy(secrets.redactor()) : result;
    }

    /** Adds a listener that is called, with no lock held, whenever the backend was asked. */
    void addValueListener(Runnable listener) {
        valueListeners.add(listener);
    }

    void tellValueListeners() {
        for (Runnable listener : valueListeners) {
            ForeignCode.run("a refresher", listener);
        }
    }

    void removeValueListener(Runnable listener) {
        valueListeners.remove(listener);
    }
}
