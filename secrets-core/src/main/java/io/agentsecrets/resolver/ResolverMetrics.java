package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a resolver counts, for the agent's own telemetry. Every method does nothing unless it is overridden; none is given a
 * handle, a source or a value, so that none can end up in a label. Called on the threads that do the work, never with a
 * lock held: implementations are fast, thread-safe and do not throw.
 *
 * <p>Ages are not pushed but asked for: {@link SecretResolver#oldestValue()}.
 */
public interface ResolverMetrics {

    /**
     * Returns metrics that count nothing.
     *
     * @return always the same object
     */
    static ResolverMetrics none() {
        return NoMetrics.INSTANCE;
    }

    /**
     * A call to the backend ended.
     *
     * @param time how long it took
     * @param handles how many handles it asked for
     * @param failure why it failed as a whole; null if it did not
     */
    default void callEnded(Duration time, int handles, @Nullable FailureKind failure) {}

    /**
     * Handles were looked up.
     *
     * @param hits how many were cached
     * @param misses how many the backend had to be asked for
     */
    default void lookedUp(int hits, int misses) {}

    /**
     * A source resolved or was dropped.
     *
     * @param found how many of its handles have a value
     * @param failed how many failed; it is dropped if there is any
     */
    default void sourceResolved(int found, int failed) {}

    /**
     * Values were refreshed.
     *
     * @param asked how many handles the backend was asked for
     * @param changed how many have another value now
     * @param failed how many could not be refreshed
     */
    default void refreshed(int asked, int changed, int failed) {}

    /**
     * A source has to be resolved again, as some of its values changed.
     *
     * @param handles how many of its values changed
     */
    default void sourceChanged(int handles) {}
}

/** The absence of metrics. */
final class NoMetrics implements ResolverMetrics {
    static final ResolverMetrics INSTANCE = new NoMetrics();
}
