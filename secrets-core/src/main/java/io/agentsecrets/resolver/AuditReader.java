package io.agentsecrets.resolver;

import io.agentsecrets.audit.AuditEvent;
import io.agentsecrets.audit.AuditTrail;
import java.util.function.Consumer;

/** Hands events to the agent's audit trail. */
record AuditReader(AuditTrail trail) implements Consumer<AuditEvent> {

    @Override
    public void accept(AuditEvent event) {
        trail.record(event);
    }
}
