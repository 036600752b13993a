package io.agentsecrets.resolver;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.backend.GuardedBackend;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backend that counts and times each call to another one, which throws nothing but {@link BackendException}. It is used
 * for calls only: the resolver closes the other backend, and asks it for its status, directly.
 */
final class MeteredBackend implements SecretBackend {

    private final GuardedBackend backend;
    private final ResolverMetrics metrics;

    private MeteredBackend(GuardedBackend backend, ResolverMetrics metrics) {
        this.backend = backend;
        this.metrics = metrics;
    }

    /** Returns a metered backend, or the same backend if there are no metrics. */
    static SecretBackend around(GuardedBackend backend, ResolverMetrics metrics) {
        return metrics == ResolverMetrics.none() ? backend : new MeteredBackend(backend, metrics);
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        long start = System.nanoTime();
        @Nullable FailureKind failure = null;
        try {
            return backend.fetch(handles);
        } catch (BackendException e) {
            failure = e.kind();
            throw e;
        } finally {
            metrics.callEnded(Duration.ofNanos(System.nanoTime() - start), handles.size(), failure);
        }
    }

    @Override
    public Duration timeout() {
        return backend.timeout();
    }
}
