package io.agentsecrets.examples.agent;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretResolver;
import io.agentsecrets.SecretValue;
import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.exec.SecretSettings;
import io.agentsecrets.tree.TemplateVariables;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlConfigs;
import io.agentsecrets.yaml.YamlOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an agent does with the library when it starts: read the main configuration, make the backend that it names, read
 * the check files, and resolve all of them with one call.
 */
final class Agent {

    private static final String CONFD_PATH = "confd_path";
    private static final String AUTOCONF_PATH = "autoconf_path";
    private static final String CONTROL_SOCKET = "control_socket";

    private final Path mainFile;
    private final YamlConfig main;
    private final YamlOptions options;
    private final SecretSettings settings;
    private final CountedBackend backend;
    private final SecretResolver resolver;
    private final Map<?, ?> unresolved;
    private final @Nullable EtcdChecks etcd;

    private Agent(
            Path mainFile,
            YamlConfig main,
            YamlOptions options,
            SecretSettings settings,
            Map<?, ?> unresolved,
            Duration patience) {
        this.mainFile = mainFile;
        this.main = main;
        this.options = options;
        this.settings = settings;
        this.backend = new CountedBackend(settings.executable());
        this.resolver = settings.resolver(settings.resilient(backend, patience)).build();
        this.unresolved = unresolved;
        this.etcd = EtcdChecks.of(main.source(), unresolved, options);
    }

    /**
     * Reads the main configuration and its {@code secret_*} settings. Nothing is resolved and nothing started yet.
     *
     * @throws ConfigException if the main configuration cannot be used
     */
    static Agent load(Path mainFile, Map<String, String> variables) {
        return load(mainFile, variables, Duration.ZERO);
    }

    /**
     * As above, for an agent that waits until its secrets can be had.
     *
     * @param patience how long the first call to the executable is repeated until it succeeds
     */
    static Agent load(Path mainFile, Map<String, String> variables, Duration patience) {
        YamlOptions options = YamlOptions.builder()
                .variables(TemplateVariables.of(variables).withEnvironment(System.getenv()))
                .build();
        String source = String.valueOf(mainFile.getFileName());
        YamlConfig main = YamlConfig.read(source, mainFile, options);
        Map<?, ?> unresolved = unresolved(main);
        return new Agent(mainFile, main, options, SecretSettings.of(source, unresolved), unresolved, patience);
    }

    /** The documents of a configuration with its handles as plain text. */
    static List<@Nullable Object> asWritten(YamlConfig config) {
        Map<Handle, SecretValue> asWritten = new HashMap<>();
        for (Handle handle : config.usages().keySet()) {
            asWritten.put(handle, SecretValue.of(HandleSyntax.enc().format(handle)));
        }
        return config.documents(asWritten);
    }

    /** The main configuration as it is written, with its handles: the settings must be read before anything resolves. */
    private static Map<?, ?> unresolved(YamlConfig main) {
        List<@Nullable Object> documents = asWritten(main);
        Object first = documents.isEmpty() ? null : documents.get(0);
        if (documents.size() > 1) {
            throw new ConfigException(FailureKind.YAML, main.source(), "the main configuration must be one document");
        }
        if (first == null) {
            return Map.of();
        }
        if (first instanceof Map<?, ?> map) {
            return map;
        }
        throw new ConfigException(FailureKind.YAML, main.source(), "the main configuration must be a map of settings");
    }

    /**
     * What became of the main configuration and of the check files.
     *
     * @param main the main configuration
     * @param configs the check files
     * @param mainResolution what became of the main configuration
     * @param checks what became of each check file, by its name
     */
    record Loaded(
            YamlConfig main,
            List<YamlConfig> configs,
            Resolution<List<@Nullable Object>> mainResolution,
            Map<String, Resolution<List<@Nullable Object>>> checks) {}

    /**
     * Resolves the main configuration and all check files with one call to the backend. (If {@code confd_path} itself is
     * a handle, the main configuration is resolved by a call of its own first.)
     */
    Loaded resolve(YamlConfigs checks) {
        YamlConfig named =
                checks.configs().stream().anyMatch(check -> check.source().equals(main.source()))
                        ? YamlConfig.read(mainFile.toString(), mainFile, options)
                        : main;
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
     * Reads the check configurations: files, what was discovered, variables of the environment, etcd.
     *
     * @param offline whether nothing may be started or asked; a {@code confd_path} that is a handle cannot be used then
     * @throws ConfigException if a folder is named but cannot be read
     */
    YamlConfigs checks(boolean offline) {
        List<YamlConfig> checks = new ArrayList<>(files(offline));
        checks.addAll(discovered());
        checks.addAll(EnvironmentVariables.withHandles(System.getenv()));
        if (etcd != null && !offline) {
            checks.addAll(etcd.configs());
        }
        return YamlConfigs.of(checks);
    }

    private List<YamlConfig> files(boolean offline) {
        Object confdPath = unresolved.get(CONFD_PATH);
        if (confdPath == null && !Files.isDirectory(folder("conf.d"))) {
            return List.of();
        }
        Object path = confdPath == null ? "conf.d" : confdPath;
        if (path instanceof String text && HandleSyntax.enc().parse(text).isPresent() && !offline) {
            path = resolvedConfdPath();
        }
        if (path instanceof String text && !text.isEmpty()) {
            return YamlConfigs.in(folder(text), options).configs().stream()
                    .map(Agent::withNameOfItsOwn)
                    .collect(Collectors.toList());
        }
        throw new ConfigException(FailureKind.SETTINGS, main.source(), CONFD_PATH + " must be the path of a folder");
    }

    /** A file must not pass for a source of another provider. */
    private static YamlConfig withNameOfItsOwn(YamlConfig file) {
        return Provider.of(file.source()) == Provider.FILE
                ? file
                : YamlConfig.unavailable(new ConfigException(
                        FailureKind.SETTINGS,
                        "./" + file.source(),
                        "a file's name must not begin with the name of another provider; rename it"));
    }

    private List<YamlConfig> discovered() {
        Object path = unresolved.get(AUTOCONF_PATH);
        if (path == null) {
            return Files.isDirectory(folder("auto_conf.d")) ? Autodiscovery.in(folder("auto_conf.d")) : List.of();
        }
        if (path instanceof String text
                && !text.isEmpty()
                && HandleSyntax.enc().parse(text).isEmpty()) {
            return Autodiscovery.in(folder(text));
        }
        throw new ConfigException(
                FailureKind.SETTINGS, main.source(), AUTOCONF_PATH + " must be the path of a folder, and no handle");
    }

    /** Where further configurations are; null if the agent has no etcd. */
    @Nullable
    EtcdChecks etcd() {
        return etcd;
    }

    private @Nullable Object resolvedConfdPath() {
        return main.resolve(resolver) instanceof Map<?, ?> map ? map.get(CONFD_PATH) : null;
    }

    private Path folder(String path) {
        return mainFile.toAbsolutePath().resolveSibling(path);
    }

    /**
     * Returns where a running agent listens for commands.
     *
     * @throws ConfigException if the setting is no path
     */
    Path controlSocket() {
        Object path = unresolved.get(CONTROL_SOCKET);
        if (path == null) {
            return folder("agent.sock");
        }
        if (path instanceof String text
                && !text.isEmpty()
                && HandleSyntax.enc().parse(text).isEmpty()) {
            return folder(text);
        }
        throw new ConfigException(
                FailureKind.SETTINGS, main.source(), CONTROL_SOCKET + " must be the path of a socket, and no handle");
    }

    SecretSettings settings() {
        return settings;
    }

    YamlConfig main() {
        return main;
    }

    SecretResolver resolver() {
        return resolver;
    }

    /** The executable that is asked for secrets; null if none is set. */
    @Nullable
    ExecBackend executable() {
        return backend.executable;
    }

    BackendStatus backendStatus() {
        return backend.status();
    }

    /** Kills a running executable and refuses to start another. */
    void close() {
        backend.close();
    }

    int backendCalls() {
        return backend.calls.get();
    }

    /** Counts the starts of the executable, and kills a running executable when the agent is told to stop. */
    private static final class CountedBackend implements SecretBackend {

        private final @Nullable ExecBackend executable;
        private final AtomicInteger calls = new AtomicInteger();

        CountedBackend(@Nullable ExecBackend executable) {
            this.executable = executable;
            if (executable != null) {
                Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-secret-backend"));
            }
        }

        void close() {
            if (executable != null) {
                executable.close();
            }
        }

        @Override
        public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
            if (executable == null) {
                return SecretBackend.none().fetch(handles);
            }
            try {
                calls.incrementAndGet();
                return executable.fetch(handles);
            } catch (BackendException e) {
                if (e.kind() == FailureKind.PERMISSIONS || e.kind() == FailureKind.START) {
                    calls.decrementAndGet(); // nothing was started
                }
                throw e;
            }
        }

        @Override
        public BackendStatus status() {
            return executable == null ? SecretBackend.none().status() : executable.status();
        }
    }
}
