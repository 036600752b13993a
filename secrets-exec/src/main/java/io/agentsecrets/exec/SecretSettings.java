package io.agentsecrets.exec;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.NearMisses;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.Source;
import io.agentsecrets.audit.AuditTrail;
import io.agentsecrets.resolver.SecretResolver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code secret_*} settings of an agent's main configuration, under the names that operators know from the Datadog and
 * StackState Agents; docs/settings.md lists them all. Immutable.
 *
 * <pre>{@code
 * SecretSettings settings = SecretSettings.of("agent.yaml", mainConfig);
 * SecretResolver resolver = settings.resolver(settings.backend()).build();
 * }</pre>
 *
 * <p>A setting that is null counts as not set, and so does an empty text; but a {@code secret_allowed_handles} that is null
 * is an error, as it would allow handles that should be denied.
 */
public final class SecretSettings {

    private final ExecSettings executable;
    private final RouteSettings routes;
    private final ResilienceSettings resilience;
    private final RefreshSettings refresh;
    private final UseSettings use;
    private final AuditSettings audit;

    private SecretSettings(SettingsReader reader, boolean keepsState) {
        executable = ExecSettings.read(reader);
        routes = RouteSettings.read(reader);
        ResilienceSettings given = ResilienceSettings.read(reader);
        resilience = keepsState ? given : given.withoutStateFile();
        refresh = RefreshSettings.read(reader);
        use = UseSettings.read(reader);
        audit = AuditSettings.read(reader);
    }

    /**
     * Reads the settings.
     *
     * @param source the name of the main configuration, for errors
     * @param mainConfig the main configuration before it is resolved; other names than {@code secret_*} are ignored
     * @return the settings
     * @throws ConfigException of kind {@link FailureKind#SETTINGS} if a {@code secret_*} name is unknown, a value has the
     *     wrong type or is out of range, or one holds a handle; the message lists everything that is wrong
     */
    public static SecretSettings of(String source, Map<?, ?> mainConfig) {
        return builder(source, mainConfig).build();
    }

    /**
     * Reads the settings out of a main configuration that is not resolved yet.
     *
     * @param mainConfig a source of a map, or of the only document of a text; it may hold handles anywhere except in the
     *     settings
     * @return the settings
     * @throws ConfigException of kind {@link FailureKind#SETTINGS} if a setting is wrong or the configuration is not one
     *     map; of another kind if it cannot be read
     */
    public static SecretSettings of(Source<?> mainConfig) {
        return builder(mainConfig).build();
    }

    /**
     * Begins to read settings.
     *
     * @param source the name of the main configuration, for errors
     * @param mainConfig the main configuration before it is resolved; other names than {@code secret_*} are ignored
     * @return a builder
     */
    public static Builder builder(String source, Map<?, ?> mainConfig) {
        return new Builder(source, mainConfig);
    }

    /**
     * Begins to read settings out of a main configuration that is not resolved yet.
     *
     * @param mainConfig a source of a map, or of the only document of a text
     * @return a builder
     * @throws ConfigException if the configuration cannot be read or is not one map
     */
    public static Builder builder(Source<?> mainConfig) {
        return new Builder(mainConfig.name(), UnresolvedConfig.map(mainConfig));
    }

    /**
     * Creates the backend that these settings describe, without patience at the start. See {@link #backend(Duration)}.
     *
     * @return a new backend, or {@link SecretBackend#none()}
     */
    public SecretBackend backend() {
        return backend(Duration.ZERO);
    }

    /**
     * Creates the backend that these settings describe. Closing it kills the running executables.
     *
     * @param startUpPatience how long calls are repeated until one succeeds for the first time, a day at most; usually zero
     * @return an {@link ExecBackend} or, for {@code multi_secret_backends}, a {@link
     *     io.agentsecrets.backend.RoutingBackend} with several, each with attempts and a cool-down if these are set; {@link
     *     SecretBackend#none()} if no executable is set
     */
    public SecretBackend backend(Duration startUpPatience) {
        ExecBackend single = execBackend();
        SecretBackend backend =
                single == null ? routes.backend(resilience, startUpPatience) : resilient(single, startUpPatience);
        return backend == null ? SecretBackend.none() : backend;
    }

    /**
     * Creates the backend for the one executable of these settings, without attempts and cool-down. Logs a warning if its
     * rights are not checked.
     *
     * @return a new {@link ExecBackend}, or null if these settings name no executable or several routes
     */
    public @Nullable ExecBackend execBackend() {
        routes.warnIfIgnored();
        return executable.backend();
    }

    /**
     * Creates the backends of the routes, without attempts and cool-down, for tools that judge one of them.
     *
     * @return new backends by the prefix of their handles; none if these settings name one executable for all handles
     */
    public SortedMap<String, ExecBackend> routeBackends() {
        return routes.backends();
    }

    /**
     * Returns a backend with the attempts and the cool-down of these settings around another one.
     *
     * @param backend what is asked
     * @param startUpPatience how long calls are repeated until one succeeds for the first time, a day at most; usually zero
     * @return the same backend if there is nothing to put around it
     */
    public SecretBackend resilient(SecretBackend backend, Duration startUpPatience) {
        return resilience.around(backend, ResilienceSettings.SINGLE, startUpPatience);
    }

    /**
     * Begins a resolver with the times, the rule and the audit file of these settings.
     *
     * @param backend what it asks, usually {@link #backend()}
     * @return a builder
     * @throws ConfigException if the audit file is there and is none of this user's
     */
    public SecretResolver.Builder resolver(SecretBackend backend) {
        return resolver(backend, auditTrail());
    }

    /**
     * Begins a resolver with the times and the rule of these settings.
     *
     * @param backend what it asks, usually {@link #backend()}
     * @param auditTrail the trail that records fetches; {@link AuditTrail#none()} for a tool that runs beside the agent
     * @return a builder
     */
    public SecretResolver.Builder resolver(SecretBackend backend, AuditTrail auditTrail) {
        return use.applyTo(SecretResolver.builder(backend))
                .rejectionInterval(refresh.rejectionInterval())
                .auditTrail(auditTrail);
    }

    /**
     * Opens the audit file of these settings.
     *
     * @return a trail in the file of {@code secret_audit_file}, or none if it is not set
     * @throws ConfigException if the file is there and is none of this user's
     */
    public AuditTrail auditTrail() {
        return audit.trail();
    }

    /**
     * Returns the executable that is asked for secrets.
     *
     * @return {@code secret_backend_command}, or {@code secret_backend_connector} if only a type is set; null if neither is
     */
    public @Nullable Path command() {
        return executable.executable();
    }

    /**
     * Returns how long a call to the executable may take.
     *
     * @return {@code secret_backend_timeout}; 30 seconds if not set
     */
    public Duration timeout() {
        return executable.timeout();
    }

    /**
     * Tells whether the rights on the executable are not checked.
     *
     * @return {@code secret_backend_skip_rights_checks}; false if not set
     */
    public boolean skipChecks() {
        return executable.skipRightsChecks();
    }

    /**
     * Returns how often all values are asked for again.
     *
     * @return {@code secret_refresh_interval}; zero, which means never, if not set
     */
    public Duration refreshInterval() {
        return refresh.interval();
    }

    /**
     * Tells whether the first refresh comes after a random part of the interval.
     *
     * @return {@code secret_refresh_scatter}; true if not set
     */
    public boolean refreshScatter() {
        return refresh.scatter();
    }

    /**
     * Returns what happens to a source with a near miss. Pass it to the options of the source's reader.
     *
     * @return {@code secret_near_misses}; {@link NearMisses#WARN} if not set
     */
    public NearMisses nearMisses() {
        return use.nearMisses();
    }

    /** Prints the settings, but only the names in the configs of stores, which may hold credentials. */
    @Override
    public String toString() {
        return "SecretSettings[" + executable + ", " + routes + ", " + resilience + ", " + refresh + ", " + use + ", "
                + audit + "]";
    }

    /** The sources of settings: a main configuration, and an environment. Not thread-safe. */
    public static final class Builder {

        private final String source;
        private final SettingsProblems problems = new SettingsProblems();
        private final GivenSettings given;
        private boolean keepsState = true;

        private Builder(String source, Map<?, ?> mainConfig) {
            this.source = Objects.requireNonNull(source, "source");
            given = GivenSettings.in(mainConfig, problems);
        }

        /**
         * Reads settings from an environment too: {@code AGENT_SECRET_BACKEND_COMMAND} with the prefix {@code AGENT_} is
         * {@code secret_backend_command}. A variable takes precedence over the main configuration; lists and maps are
         * written as JSON. An empty variable counts as not set.
         *
         * @param prefix of the names of variables
         * @param environment such as {@link System#getenv()}
         * @return this builder
         */
        public Builder withEnvironment(String prefix, Map<String, String> environment) {
            given.override(prefix, environment);
            return this;
        }

        /**
         * Leaves {@code secret_backend_state_file} to the agent, for a tool that runs beside it. The setting is checked, but
         * the backends of these settings neither obey nor write the file.
         *
         * @return this builder
         */
        public Builder withoutStateFile() {
            keepsState = false;
            return this;
        }

        /**
         * Reads the settings.
         *
         * @return the settings
         * @throws ConfigException of kind {@link FailureKind#SETTINGS} if anything is wrong; the message lists all of it
         */
        public SecretSettings build() {
            given.check();
            SettingsReader reader = new SettingsReader(given, problems);
            SecretSettings settings = new SecretSettings(reader, keepsState);
            RefusedSettings.check(reader);
            problems.throwIfAny(source);
            return settings;
        }
    }
}
