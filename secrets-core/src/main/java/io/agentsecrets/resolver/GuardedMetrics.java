package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The agent's metrics, with exceptions logged: a failure to count must not keep a source from being resolved. */
final class GuardedMetrics implements ResolverMetrics {

    private static final String NAME = "the metrics";

    private final ResolverMetrics metrics;

    private GuardedMetrics(ResolverMetrics metrics) {
        this.metrics = metrics;
    }

    /** Returns guarded metrics, or none if there are none. */
    static ResolverMetrics around(ResolverMetrics metrics) {
        return metrics == ResolverMetrics.none() ? metrics : new GuardedMetrics(metrics);
    }

    @Override
    public void callEnded(Duration time, int handles, @Nullable FailureKind failure) {
        ForeignCode.run(NAME, () -> metrics.callEnded(time, handles, failure));
    }

    @Override
    public void lookedUp(int hits, int misses) {
        ForeignCode.run(NAME, () -> metrics.lookedUp(hits, misses));
    }

    @Override
    public void sourceResolved(int found, int failed) {
        ForeignCode.run(NAME, () -> metrics.sourceResolved(found, failed));
    }

    @Override
    public void refreshed(int asked, int changed, int failed) {
        ForeignCode.run(NAME, () -> metrics.refreshed(asked, changed, failed));
    }

    @Override
    public void sourceChanged(int handles) {
        ForeignCode.run(NAME, () -> metrics.sourceChanged(handles));
    }
}
