package io.agentsecrets.audit;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.OneLine;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * A record of each fetch that changed something, for people who must account for the use of secrets. Called on the thread
 * that asked the backend, in order, with no lock held, and never by two threads of a resolver at once. It may use the
 * resolver. An exception of it is logged and has no other effect. A value may be in use a moment before its event is recorded.
 */
@FunctionalInterface
public interface AuditTrail {

    /**
     * Returns a trail that records nothing.
     *
     * @return always the same object
     */
    static AuditTrail none() {
        return NoTrail.INSTANCE;
    }

    /**
     * Returns a trail that logs each event at INFO: {@code secrets changed (ok): handles db_password of postgres.yaml}.
     *
     * @param logger where to log
     * @return a trail that keeps nothing
     */
    static AuditTrail slf4j(Logger logger) {
        return event -> {
            FailureKind failure = event.failure();
            logger.info(
                    "secrets {} ({}): handles {} of {}",
                    event.type().name().toLowerCase(Locale.ROOT),
                    failure == null ? "ok" : failure.code(),
                    OneLine.of(event.handles().stream().map(Handle::name).collect(Collectors.joining(", "))),
                    OneLine.of(String.join(", ", event.sources())));
        };
    }

    /**
     * Records an event.
     *
     * @param event what happened; it holds no value
     */
    void record(AuditEvent event);
}

/** A trail that records nothing. */
final class NoTrail implements AuditTrail {

    static final AuditTrail INSTANCE = new NoTrail();

    @Override
    public void record(AuditEvent event) {}
}
