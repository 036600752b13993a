package io.agentsecrets.examples.cli.agent;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Resolution;
import io.agentsecrets.examples.cli.output.Printer;
import io.agentsecrets.examples.cli.provider.EtcdWatch;
import io.agentsecrets.examples.cli.report.Reasons;
import io.agentsecrets.resolver.SourceChange;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlConfigs;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An agent that runs its checks, which here are lines on standard output. It resolves a source again when its secrets
 * changed, and everything on request.
 *
 * <p>Thread-safe: what is loaded is replaced as a whole, by one thread at a time.
 */
public final class RunningAgent implements EtcdWatch.Follower {

    private final Agent agent;
    private final Printer printer;
    private volatile @Nullable Loaded loaded;

    /**
     * Creates an agent that runs nothing yet.
     *
     * @param agent loads the configurations
     * @param printer prints a line for each check
     */
    public RunningAgent(Agent agent, Printer printer) {
        this.agent = agent;
        this.printer = printer;
    }

    /**
     * Loads all configurations and prints the outcome for each.
     *
     * @return what is loaded now
     */
    public synchronized Loaded load() {
        Loaded before = loaded;
        Loaded now = agent.resolve(agent.checks(false));
        loaded = now;
        if (before != null) {
            before.checks().keySet().stream()
                    .filter(source -> !now.checks().containsKey(source))
                    .forEach(this::forget);
        }
        Reasons reasons = new Reasons();
        print(now.main().source(), now.mainResolution(), reasons);
        now.checks().forEach((source, resolution) -> print(source, resolution, reasons));
        return now;
    }

    /**
     * Returns what is loaded.
     *
     * @return the configurations and their outcomes
     * @throws ConfigException before the first {@link #load}
     */
    public Loaded loaded() {
        Loaded now = loaded;
        if (now == null) {
            throw new ConfigException(
                    FailureKind.CONFIG,
                    agent.main().source(),
                    "the running agent is still loading its configurations; ask again in a moment");
        }
        return now;
    }

    /**
     * Follows a change of secrets, which takes only two steps: resolve the source again, and start, restart or stop its check.
     *
     * @param change the change, which names the source
     */
    public synchronized void reload(SourceChange change) {
        YamlConfig config = loaded().config(change.source());
        if (config == null) {
            return; // it was removed in the meantime
        }
        boolean wasDropped = loaded().resolution(change.source()) instanceof Resolution.Dropped<?>;
        Resolution<List<@Nullable Object>> resolution = resolved(config);
        loaded = loaded().with(change.source(), resolution);
        if (wasDropped || resolution instanceof Resolution.Dropped<List<@Nullable Object>>) {
            print(change.source(), resolution, new Reasons());
        } else {
            printer.line("reloaded " + change.source() + ": "
                    + change.usages().handles().stream()
                            .sorted()
                            .map(Object::toString)
                            .collect(Collectors.joining(", ")));
        }
    }

    @Override
    public synchronized void replace(String source, YamlConfig config) {
        Resolution<List<@Nullable Object>> resolution = resolved(config);
        loaded = loaded().with(config).with(source, resolution);
        print(source, resolution, new Reasons());
    }

    @Override
    public synchronized void remove(String source) {
        if (loaded().checks().containsKey(source)) {
            loaded = loaded().without(source);
            forget(source);
        }
    }

    private Resolution<List<@Nullable Object>> resolved(YamlConfig config) {
        return Objects.requireNonNull(
                YamlConfigs.of(List.of(config)).resolve(agent.resolver()).get(config.source()));
    }

    private void forget(String source) {
        agent.resolver().forget(source);
        printer.line("removed " + source);
    }

    private void print(String source, Resolution<List<@Nullable Object>> resolution, Reasons reasons) {
        printer.line(
                resolution instanceof Resolution.Dropped<List<@Nullable Object>> dropped
                        ? "dropped " + source + ": " + reasons.onOneLine(source, dropped.reason())
                        : "loaded " + source);
    }
}
