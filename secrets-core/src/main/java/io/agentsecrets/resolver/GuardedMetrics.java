package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The agent's metrics, whose exceptions are logged: what is not counted must not keep a source from being resolved. */
final class GuardedMetrics implements ResolverMetrics {

    private final ResolverMetrics metrics;

    GuardedMetrics(ResolverMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void callEnded(Duration time, int handles, @Nullable FailureKind failure) {
        guarded(() -> metrics.callEnded(time, handles, failure));
    }

    @Override
    public void lookedUp(int hits, int misses) {
        guarded(() -> metrics.lookedUp(hits, misses));
    }

    @Override
    public void sourceResolved(int found, int failed) {
        guarded(() -> metrics.sourceResolved(found, failed));
    }

    @Override
    public void refreshed(int asked, int changed, int failed) {
        guarded(() -> metrics.refreshed(asked, changed, failed));
    }

    @Override
    public void sourceChanged(int handles) {
        guarded(() -> metrics.sourceChanged(handles));
    }

    private static void guarded(Runnable counting) {
        try {
            counting.run();
        } catch (RuntimeException e) {
            // its message may hold anything
            LoggerFactory.getLogger(GuardedMetrics.class)
                    .warn("the metrics failed with {}", e.getClass().getName());
        }
    }
}
