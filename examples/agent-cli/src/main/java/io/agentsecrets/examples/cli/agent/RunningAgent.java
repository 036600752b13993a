package io.agentsecrets.examples.cli.agent;

import io.agentsecrets.ConfigException;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretException;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.examples.cli.provider.EtcdWatch;
import io.agentsecrets.resolver.SourceChange;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlConfigs;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An agent that runs its checks: here they are lines on standard output. It resolves a source again when it hears that its
 * secrets changed, and everything when it is asked to.
 *
 * <p>Thread-safe: what is loaded is replaced as a whole, by one thread at a time.
 */
public final class RunningAgent implements EtcdWatch.Follower {

    private final Agent agent;
    private final PrintWriter out;
    private volatile Agent.@Nullable Loaded loaded;

    public RunningAgent(Agent agent, PrintWriter out) {
        this.agent = agent;
        this.out = out;
    }

    /** Loads all configurations and prints what became of each. */
    public synchronized Agent.Loaded load() {
        Agent.Loaded before = loaded;
        Agent.Loaded now = agent.resolve(agent.checks(false));
        loaded = now;
        if (before != null) {
            before.checks().keySet().stream()
                    .filter(source -> !now.checks().containsKey(source))
                    .forEach(this::forget);
        }
        print(now.main().source(), now.mainResolution());
        now.checks().forEach(this::print);
        return now;
    }

    private void forget(String source) {
        agent.resolver().forget(source);
        out.println("removed " + source);
        out.flush();
    }

    /** This is all that it takes to follow a change of secrets: resolve the source again, and restart its check. */
    public synchronized void reload(SourceChange change) {
        Agent.Loaded now = loaded();
        YamlConfig config = config(now, change.source());
        if (config == null) {
            return; // it was removed in the meantime
        }
        Resolution<List<@Nullable Object>> resolution = Objects.requireNonNull(
                YamlConfigs.of(List.of(config)).resolve(agent.resolver()).get(change.source()));
        loaded = with(now, change.source(), resolution);
        if (resolution instanceof Resolution.Dropped<List<@Nullable Object>>) {
            print(change.source(), resolution);
        } else {
            out.println("reloaded " + change.source() + ": "
                    + change.usages().handles().stream().map(Object::toString).collect(Collectors.joining(", ")));
            out.flush();
        }
    }

    /** Loads one configuration, in place of the one of this name if there is one. */
    @Override
    public synchronized void replace(String source, YamlConfig config) {
        Agent.Loaded now = loaded();
        List<YamlConfig> configs = without(now, source);
        configs.add(config);
        Resolution<List<@Nullable Object>> resolution = Objects.requireNonNull(
                YamlConfigs.of(List.of(config)).resolve(agent.resolver()).get(source));
        loaded = with(new Agent.Loaded(now.main(), configs, now.mainResolution(), now.checks()), source, resolution);
        print(source, resolution);
    }

    /** Ends one configuration. */
    @Override
    public synchronized void remove(String source) {
        Agent.Loaded now = loaded();
        Map<String, Resolution<List<@Nullable Object>>> checks = new LinkedHashMap<>(now.checks());
        if (checks.remove(source) != null) {
            loaded = new Agent.Loaded(now.main(), without(now, source), now.mainResolution(), checks);
            forget(source);
        }
    }

    private static List<YamlConfig> without(Agent.Loaded loaded, String source) {
        List<YamlConfig> configs = new ArrayList<>(loaded.configs());
        configs.removeIf(config -> config.source().equals(source));
        return configs;
    }

    /**
     * Returns what is loaded.
     *
     * @return the configurations and what became of them
     * @throws IllegalStateException before the first {@link #load}
     */
    public Agent.Loaded loaded() {
        Agent.Loaded now = loaded;
        if (now == null) {
            throw new IllegalStateException("nothing is loaded yet");
        }
        return now;
    }

    private void print(String source, Resolution<List<@Nullable Object>> resolution) {
        out.println(
                resolution instanceof Resolution.Dropped<List<@Nullable Object>> dropped
                        ? "dropped " + source + ": " + reason(dropped.reason())
                        : "loaded " + source);
        out.flush();
    }

    private static String reason(SecretException exception) {
        if (exception instanceof UnresolvedHandlesException unresolved) {
            return unresolved.failures().stream().map(RunningAgent::reason).collect(Collectors.joining("; "));
        }
        return exception instanceof ConfigException config ? place(config) : String.valueOf(exception.getMessage());
    }

    private static String place(ConfigException config) {
        String place = config.line() == 0 ? "" : "line " + config.line() + ", column " + config.column() + ": ";
        return place + config.problem();
    }

    private static String reason(HandleFailure failure) {
        return "ENC[" + failure.handle() + "]: " + failure.reason();
    }

    private static @Nullable YamlConfig config(Agent.Loaded loaded, String source) {
        if (loaded.main().source().equals(source)) {
            return loaded.main();
        }
        return loaded.configs().stream()
                .filter(config -> config.source().equals(source))
                .findFirst()
                .orElse(null);
    }

    private static Agent.Loaded with(
            Agent.Loaded loaded, String source, Resolution<List<@Nullable Object>> resolution) {
        if (loaded.main().source().equals(source)) {
            return new Agent.Loaded(loaded.main(), loaded.configs(), resolution, loaded.checks());
        }
        Map<String, Resolution<List<@Nullable Object>>> checks = new LinkedHashMap<>(loaded.checks());
        checks.put(source, resolution);
        return new Agent.Loaded(loaded.main(), loaded.configs(), loaded.mainResolution(), checks);
    }
}
