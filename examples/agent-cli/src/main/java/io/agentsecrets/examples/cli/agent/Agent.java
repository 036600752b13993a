package io.agentsecrets.examples.cli.agent;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.ConfigException;
import io.agentsecrets.NearMisses;
import io.agentsecrets.Resolution;
import io.agentsecrets.audit.AuditTrail;
import io.agentsecrets.examples.cli.output.SignOfLife;
import io.agentsecrets.examples.cli.provider.CheckFinder;
import io.agentsecrets.examples.cli.provider.EtcdChecks;
import io.agentsecrets.examples.cli.provider.MainConfig;
import io.agentsecrets.examples.cli.provider.Reading;
import io.agentsecrets.examples.cli.report.Summary;
import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.exec.SecretSettings;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlConfigs;
import io.agentsecrets.yaml.YamlOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An agent that starts with the library: it reads the main configuration, creates the backend that this names, reads the
 * check files, and resolves all of them with one call.
 */
public final class Agent {

    private final MainConfig main;
    private final Reading reading;
    private final Map<String, String> variables;
    private final YamlOptions options;
    private final SecretSettings settings;
    private final @Nullable ExecBackend executable;
    private final CountedBackend backend;
    private final SecretResolver resolver;
    private final CheckFinder finder;

    private Agent(Path mainFile, Map<String, String> variables, SignOfLife sign, Duration patience, boolean runs) {
        MainConfig read = MainConfig.read(mainFile, new Reading(NearMisses.WARN).template(variables, System.getenv()));
        SecretSettings.Builder builder = SecretSettings.builder(read.yaml().source(), read.settings());
        this.settings = (runs ? builder : builder.withoutStateFile()).build();
        this.reading = new Reading(settings.nearMisses());
        this.variables = variables;
        this.options = reading.template(variables, System.getenv());
        this.main = settings.nearMisses() == NearMisses.WARN ? read : MainConfig.read(mainFile, options);
        this.executable = settings.execBackend();
        // each attempt counts as a call; the attempts of routes are not counted
        this.backend = new CountedBackend(executable == null ? settings.backend(patience) : executable, sign);
        this.resolver = settings.resolver(
                        executable == null ? backend : settings.resilient(backend, patience),
                        runs ? settings.auditTrail() : AuditTrail.none())
                .build();
        this.finder = new CheckFinder(main, reading, options, resolver);
    }

    /**
     * Reads the main configuration and its {@code secret_*} settings, for a command. Nothing is resolved and nothing
     * started yet. It uses neither the audit file nor the state file of the cool-down: only a running agent does.
     *
     * @param mainFile the main configuration
     * @param variables the values of template variables
     * @param sign shows that the agent waits for the executable
     * @return an agent that has loaded nothing yet
     * @throws ConfigException if the main configuration cannot be used
     */
    public static Agent load(Path mainFile, Map<String, String> variables, SignOfLife sign) {
        return new Agent(mainFile, variables, sign, Duration.ZERO, false);
    }

    /**
     * Reads the main configuration for an agent that runs: it writes the audit file and the state file, and waits for its secrets.
     *
     * @param mainFile the main configuration
     * @param sign shows that the agent waits for the executable
     * @param patience how long the first call to the executable is repeated until it succeeds
     * @return an agent that has loaded nothing yet
     * @throws ConfigException if the main configuration cannot be used
     */
    public static Agent loadToRun(Path mainFile, SignOfLife sign, Duration patience) {
        return new Agent(mainFile, Map.of(), sign, patience, true);
    }

    /**
     * Resolves the main configuration and all check files with one call to the backend. (If {@code confd_path} itself is
     * a handle, the main configuration is resolved by a call of its own first.)
     */
    public Loaded resolve(YamlConfigs checks) {
        YamlConfig named = checks.configs().stream()
                        .anyMatch(check -> check.source().equals(main.yaml().source()))
                ? YamlConfig.read(main.file().toString(), main.file(), options)
                : main.yaml();
        List<YamlConfig> all = new ArrayList<>(checks.configs());
        all.add(0, named);
        Map<String, Resolution<List<@Nullable Object>>> resolutions =
                YamlConfigs.of(all).resolve(resolver);
        Resolution<List<@Nullable Object>> mainResolution = resolutions.remove(named.source());
        if (mainResolution == null) {
            throw new IllegalStateException("the main configuration was not resolved");
        }
        return new Loaded(named, checks.configs(), mainResolution, resolutions);
    }

    /**
     * Finds the check configurations.
     *
     * @param offline whether nothing may be started or asked
     * @throws ConfigException if a folder is named but cannot be read
     */
    public YamlConfigs checks(boolean offline) {
        return finder.find(offline);
    }

    /** Returns the checks in etcd; null if the agent has no etcd. */
    public @Nullable EtcdChecks etcd() {
        return finder.etcd();
    }

    /**
     * Returns where a running agent listens for commands.
     *
     * @throws ConfigException if the setting is not a path
     */
    public Path controlSocket() {
        Path named = main.path("control_socket", "a socket");
        return named == null ? main.beside("agent.sock") : named;
    }

    public SecretSettings settings() {
        return settings;
    }

    public YamlConfig main() {
        return main.yaml();
    }

    public SecretResolver resolver() {
        return resolver;
    }

    /** The executable that is asked for secrets; null if none is set. */
    public @Nullable ExecBackend executable() {
        return executable;
    }

    public BackendStatus backendStatus() {
        return backend.status();
    }

    /** Kills a running executable and starts no other one. */
    public void close() {
        backend.close();
    }

    /** How often the executable was started. */
    public int backendCalls() {
        return backend.calls();
    }

    /** Returns one line that sums up all configurations. */
    public String summary(Loaded loaded) {
        int secrets = resolver.report().secrets().size();
        return Summary.of(loaded.checks().values(), secrets, backend.calls(), backend.time());
    }

    /** How to read a file that is none of the agent's: as a template only if values of variables were given. */
    public YamlOptions optionsForOthers() {
        return variables.isEmpty() ? reading.asWritten() : options;
    }
}
