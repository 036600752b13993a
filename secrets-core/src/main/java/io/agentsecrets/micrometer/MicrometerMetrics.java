package io.agentsecrets.micrometer;

import io.agentsecrets.FailureKind;
import io.agentsecrets.resolver.ResolverMetrics;
import io.agentsecrets.resolver.SecretResolver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a resolver in a Micrometer registry. Micrometer is an optional dependency: only agents that use this class
 * need {@code io.micrometer:micrometer-core}.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>type</th><th>tags</th></tr>
 * <tr><td>{@code secrets.backend.calls}</td><td>timer</td><td>{@code outcome}: {@code ok} or the code of the failure</td></tr>
 * <tr><td>{@code secrets.backend.handles}</td><td>counter of handles asked for</td><td></td></tr>
 * <tr><td>{@code secrets.lookups}</td><td>counter of handles</td><td>{@code result}: {@code hit}, {@code miss}</td></tr>
 * <tr><td>{@code secrets.sources}</td><td>counter</td><td>{@code outcome}: {@code resolved}, {@code dropped}</td></tr>
 * <tr><td>{@code secrets.handles}</td><td>counter</td><td>{@code outcome}: {@code found}, {@code failed}</td></tr>
 * <tr><td>{@code secrets.refreshes}</td><td>counter</td><td></td></tr>
 * <tr><td>{@code secrets.refreshed.handles}</td><td>counter</td>
 *   <td>{@code outcome}: {@code same}, {@code changed}, {@code failed}</td></tr>
 * <tr><td>{@code secrets.changes}</td><td>counter of sources told of a change</td><td></td></tr>
 * <tr><td>{@code secrets.oldest.age}</td><td>gauge, seconds; after {@link #watch}</td><td></td></tr>
 * </table>
 *
 * <p>No tag holds a handle, a source or a value. Thread-safe.
 */
public final class MicrometerMetrics implements ResolverMetrics {

    private static final String OUTCOME = "outcome";

    private final MeterRegistry registry;

    private MicrometerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Returns metrics that are counted in a registry.
     *
     * @param registry the registry of the agent
     * @return metrics for {@link SecretResolver.Builder#metrics}
     */
    @SuppressWarnings("exports") // a caller has Micrometer in its module graph
    public static MicrometerMetrics of(MeterRegistry registry) {
        return new MicrometerMetrics(Objects.requireNonNull(registry, "registry"));
    }

    /**
     * Registers a gauge of the age of the oldest value in use. The registry holds the resolver weakly.
     *
     * @param resolver the resolver that was built with these metrics
     */
    public void watch(SecretResolver resolver) {
        TimeGauge.builder(
                        "secrets.oldest.age",
                        resolver,
                        TimeUnit.SECONDS,
                        watched -> watched.oldestValue().toNanos() / 1e9)
                .register(registry);
    }

    @Override
    public void callEnded(Duration time, int handles, @Nullable FailureKind failure) {
        Timer.builder("secrets.backend.calls")
                .tag(OUTCOME, failure == null ? "ok" : failure.code())
                .register(registry)
                .record(time);
        registry.counter("secrets.backend.handles").increment(handles);
    }

    @Override
    public void lookedUp(int hits, int misses) {
        registry.counter("secrets.lookups", "result", "hit").increment(hits);
        registry.counter("secrets.lookups", "result", "miss").increment(misses);
    }

    @Override
    public void sourceResolved(int found, int failed) {
        registry.counter("secrets.sources", OUTCOME, failed == 0 ? "resolved" : "dropped")
                .increment();
        counter("secrets.handles", "found").increment(found);
        counter("secrets.handles", "failed").increment(failed);
    }

    @Override
    public void refreshed(int asked, int changed, int failed) {
        registry.counter("secrets.refreshes").increment();
        counter("secrets.refreshed.handles", "same").increment(asked - changed - failed);
        counter("secrets.refreshed.handles", "changed").increment(changed);
        counter("secrets.refreshed.handles", "failed").increment(failed);
    }

    @Override
    public void sourceChanged(int handles) {
        registry.counter("secrets.changes").increment();
    }

    private Counter counter(String name, String outcome) {
        return registry.counter(name, OUTCOME, outcome);
    }
}
