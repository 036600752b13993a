package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Usages;
import io.agentsecrets.audit.AuditEvent;
import java.util.Map;

/**
 * Makes a {@link Lookup} for each request, and informs the audit trail and the refreshers afterwards. Thread-safe.
 */
record Lookups(
        HandlePolicy policy,
        SourceRegistry registry,
        SecretCache cache,
        SharedCalls calls,
        AnswerFetcher fetcher,
        Outbox<AuditEvent> audit,
        ResolverMetrics metrics) {

    /** Returns the values of each source, or why it is dropped, by its name and in the same order. */
    Map<String, Resolution<Map<Handle, SecretValue>>> lookUp(Map<String, Usages> usages) {
        Lookup lookup = new Lookup(policy, registry, cache, calls, metrics);
        try {
            Map<String, Resolution<Map<Handle, SecretValue>>> values = lookup.lookUp(usages);
            if (lookup.hasDropped()) {
                fetcher.tellValueListeners(); // a source that was dropped is asked for again
            }
            return values;
        } finally {
            audit.deliver();
        }
    }
}
