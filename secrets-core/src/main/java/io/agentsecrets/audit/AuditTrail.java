package io.agentsecrets.audit;

/**
 * What is told of each fetch that changed something, for those who must account for the use of secrets. Called on the
 * thread that asked the backend, in order and never by two threads of a resolver at once, with no lock held. What it throws
 * is logged and harms nothing; while it runs, those who wait for the values wait for it too.
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
     * Records an event.
     *
     * @param event what happened; it holds no value
     */
    void record(AuditEvent event);
}

/** The absence of a trail. */
final class NoTrail implements AuditTrail {

    static final AuditTrail INSTANCE = new NoTrail();

    @Override
    public void record(AuditEvent event) {}
}
