package io.agentsecrets.resolver;

import io.agentsecrets.audit.AuditEvent;
import io.agentsecrets.audit.AuditTrail;
import java.util.function.Consumer;

/**
 * Records the events of the outbox in the agent's trail. A class, as a lambda would be linked before the first process
 * (docs/adr/0003).
 */
record AuditRecorder(AuditTrail trail) implements Consumer<AuditEvent> {

    @Override
    public void accept(AuditEvent event) {
        trail.record(event);
    }
}
