package io.agentsecrets.examples.agent;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.Source;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.exec.SecretSettings;
import io.agentsecrets.resolver.Refresher;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.resolver.SourceChange;
import io.agentsecrets.yaml.YamlConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An agent with a check for each file in {@code conf.d}. All secrets are fetched with one call to the executable. A
 * configuration that cannot be resolved is dropped; others are not affected.
 *
 * <p>Thread-safe: checks are started by the thread that calls {@link #start}, and later by the thread that is told about
 * changes.
 */
final class Agent implements AutoCloseable {

    private final MainFile main;
    private final Checks checks;
    private final SecretBackend backend;
    private final SecretResolver resolver;
    private final Map<String, Source<List<@Nullable Object>>> sources = new LinkedHashMap<>();
    private @Nullable Refresher refresher;

    /**
     * Prepares an agent. Nothing is started yet.
     *
     * @param main the main configuration, which names the executable and the folder of the checks
     * @param checks starts and stops the checks
     * @throws ConfigException if a setting is wrong or the folder cannot be read
     */
    Agent(MainFile main, Checks checks) {
        this.main = main;
        this.checks = checks;
        SecretSettings settings = main.secretSettings();
        backend = settings.backend();
        resolver = settings.resolver(backend).build();
        sources.put(main.source().name(), main.source());
        for (YamlConfig config : main.checkFiles().configs()) {
            sources.put(config.source(), config.trees());
        }
    }

    /**
     * Reads a main configuration and starts an agent.
     *
     * @throws ConfigException if the main configuration cannot be used
     * @throws UnresolvedHandlesException if a secret of the main configuration cannot be resolved
     */
    static Agent start(Path mainFile, Checks checks) {
        Agent agent = new Agent(MainFile.read(mainFile), checks);
        try {
            agent.start();
            return agent;
        } catch (RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    /** Resolves all configurations with one call, starts the checks, and begins to follow changes. */
    private synchronized void start() {
        resolver.addListener(this::follow);
        Map<String, Resolution<List<@Nullable Object>>> resolutions = resolver.resolveAll(sources.values());
        // a real agent needs the main configuration first, for example its api_key
        Objects.requireNonNull(resolutions.get(main.source().name())).orThrow();
        resolutions.forEach(this::apply);
        SecretSettings settings = main.secretSettings();
        refresher = settings.refreshScatter()
                ? Refresher.startScattered(resolver, settings.refreshInterval())
                : Refresher.start(resolver, settings.refreshInterval());
    }

    /**
     * Follows a change: the secrets of a source changed, or it can be resolved now, or no longer. The values are in the
     * cache.
     */
    private synchronized void follow(SourceChange change) {
        Source<List<@Nullable Object>> changed = Objects.requireNonNull(sources.get(change.source()));
        resolver.resolveAll(List.of(changed)).forEach(this::apply);
    }

    private void apply(String source, Resolution<List<@Nullable Object>> resolution) {
        if (source.equals(main.source().name())) {
            return; // a real agent would take its new api_key here
        }
        if (resolution instanceof Resolution.Dropped<?> dropped) {
            checks.drop(source, dropped.reason());
        } else {
            checks.run(source, resolution.orThrow());
        }
    }

    /**
     * Stops the agent: it asks for no more secrets, kills a running executable with all processes that it started, and ends
     * all checks.
     */
    @Override
    public void close() {
        Refresher following = refresher;
        if (following != null) {
            following.close();
        }
        backend.close();
        checks.stopAll();
    }
}
