package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The counts and times of a resolver, for the agent's own telemetry. Every method does nothing unless it is overridden.
 * None gets a handle, a source or a value, so these cannot end up in a label. Called on the threads that do the work, never
 * with a lock held: implementations must be fast and thread-safe. An exception is logged and has no other effect.
 *
 * <p>Ages are not reported here but can be asked for: {@link SecretResolver#oldestValue()}.
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
     * @param failed how many failed; the source is dropped if there are any
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
     * A source should be resolved again because some of its values changed.
     *
     * @param handles how many of its values changed
     */
    default void sourceChanged(int handles) {}
}

/** Metrics that count nothing. */
final class NoMetrics implements ResolverMetrics {
    static final ResolverMetrics INSTANCE = new NoMetrics();
}
