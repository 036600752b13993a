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
import org.jspecify.annotations.Nullable;

/**
 * The {@code secret_*} settings of an agent's main configuration, under the names that operators know from the Datadog and
 * StackState Agents; docs/settings.md has all of them. Immutable.
 *
 * <pre>{@code
 * SecretSettings settings = SecretSettings.of("agent.yaml", mainConfig);
 * SecretResolver resolver = settings.resolver(settings.backend()).build();
 * }</pre>
 *
 * <p>A setting that is null counts as not set, and so does an empty text; {@code secret_allowed_handles} that is null is an
 * error, as it would allow what was to be denied.
 */
public final class SecretSettings {

    private final ExecSettings executable;
    private final RouteSettings routes;
    private final ResilienceSettings resilience;
    private final RefreshSettings refresh;
    private final UseSettings use;
    private final AuditSettings audit;

    private SecretSettings(SettingsReader reader) {
        executable = ExecSettings.read(reader);
        routes = RouteSettings.read(reader);
        resilience = ResilienceSettings.read(reader);
        refresh = RefreshSettings.read(reader);
        use = UseSettings.read(reader);
        audit = AuditSettings.read(reader);
    }

    /**
     * Reads the settings.
     *
     * @param source the name of the main configuration, for errors
     * @param mainConfig the main configuration before it is resolved; other names than {@code secret_*} are passed over
     * @return the settings
     * @throws ConfigException of kind {@link FailureKind#SETTINGS} if a {@code secret_*} name is unknown, a value has the
     *     wrong type or is out of range, or one holds a handle; it lists all that is wrong
     */
    public static SecretSettings of(String source, Map<?, ?> mainConfig) {
        return builder(source, mainConfig).build();
    }

    /**
     * Reads the settings out of a main configuration that is not resolved yet.
     *
     * @param mainConfig a source of a map, or of the only document of a text; it may hold handles everywhere but in the
     *     settings
     * @return the settings
     * @throws ConfigException as above, or if the configuration cannot be read or is not one map
     */
    public static SecretSettings of(Source<?> mainConfig) {
        return builder(mainConfig).build();
    }

    /**
     * Begins to read settings.
     *
     * @param source the name of the main configuration, for errors
     * @param mainConfig the main configuration before it is resolved; other names than {@code secret_*} are passed over
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
     * Makes the backend that these settings describe. As {@link #backend(Duration)}, without patience.
     *
     * @return a new backend, or {@link SecretBackend#none()}
     */
    public SecretBackend backend() {
        return backend(Duration.ZERO);
    }

    /**
     * Makes the backend that these settings describe. Closing it kills what
     * runs.
     *
     * @param startUpPatience how long calls are repeated until one succeeds for the first time, a day at most; usually zero
     * @return an {@link ExecBackend} or, of {@code multi_secret_backends}, a {@link io.agentsecrets.backend.RoutingBackend} of
     *     several, each with attempts and a cool-down around it if they are set; {@link SecretBackend#none()} if neither is set
     */
    public SecretBackend backend(Duration startUpPatience) {
        ExecBackend single = execBackend();
        SecretBackend backend =
                single == null ? routes.backend(resilience, startUpPatience) : resilient(single, startUpPatience);
        return backend == null ? SecretBackend.none() : backend;
    }

    /**
     * Makes the executable that these settings describe, without attempts and cool-down. If its rights are not checked, this is
     * warned of in the log.
     *
     * @return a new {@link ExecBackend}, or null if there is not just one
     */
    public @Nullable ExecBackend execBackend() {
        routes.warnIfPassedOver();
        return executable.backend();
    }

    /**
     * Puts the attempts and the cool-down of these settings around a backend.
     *
     * @param backend what is asked
     * @param startUpPatience how long calls are repeated until one succeeds for the first time, a day at most; usually zero
     * @return the same backend if there is nothing to put around it
     */
    public SecretBackend resilient(SecretBackend backend, Duration startUpPatience) {
        return resilience.around(backend, startUpPatience);
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
     * @param auditTrail what is told of fetches: {@link AuditTrail#none()} for a tool beside the agent
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
     * Tells whether the rights on the executable are not looked at.
     *
     * @return {@code secret_backend_skip_rights_checks}; false if not set
     */
    public boolean skipChecks() {
        return executable.skipRightsChecks();
    }

    /**
     * Returns how often all values are asked for again.
     *
     * @return {@code secret_refresh_interval}; zero, which is never, if not set
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
     * Returns what becomes of a source with a value that was probably meant to be a handle, for the options of its reader.
     *
     * @return {@code secret_near_misses}; {@link NearMisses#WARN} if not set
     */
    public NearMisses nearMisses() {
        return use.nearMisses();
    }

    /** Prints the settings, but of configs of stores, which may hold credentials, the names only. */
    @Override
    public String toString() {
        return "SecretSettings[" + executable + ", " + routes + ", " + resilience + ", " + refresh + ", " + use + ", "
                + audit + "]";
    }

    /** What settings are read from. Not thread-safe. */
    public static final class Builder {

        private final String source;
        private final SettingsProblems problems = new SettingsProblems();
        private final GivenSettings given;

        private Builder(String source, Map<?, ?> mainConfig) {
            this.source = Objects.requireNonNull(source, "source");
            given = GivenSettings.in(mainConfig, problems);
        }

        /**
         * Reads settings from an environment too: {@code AGENT_SECRET_BACKEND_COMMAND} with the prefix {@code AGENT_} is
         * {@code secret_backend_command}. What is set there wins; lists and maps are written as JSON. A variable that is empty
         * counts as not set.
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
         * Reads the settings.
         *
         * @return the settings
         * @throws ConfigException of kind {@link FailureKind#SETTINGS} if anything is wrong; it lists all of it
         */
        public SecretSettings build() {
            given.check();
            SettingsReader reader = new SettingsReader(given, problems);
            SecretSettings settings = new SecretSettings(reader);
            RefusedSettings.check(reader);
            problems.throwIfAny(source);
            return settings;
        }
    }
}
