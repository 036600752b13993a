package io.agentsecrets.examples.cli.provider;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlConfigs;
import io.agentsecrets.yaml.YamlOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the check configurations: files, discovered services, environment variables, etcd. */
public final class CheckFinder {

    private static final String CONFD_PATH = "confd_path";
    private static final String AUTOCONF_PATH = "autoconf_path";

    private final MainConfig main;
    private final Reading reading;
    private final YamlOptions options;
    private final SecretResolver resolver;
    private final @Nullable EtcdChecks etcd;

    /**
     * Creates a finder.
     *
     * @param main the main configuration, which names the folders and etcd
     * @param reading how to read files of others
     * @param options how to read the agent's own
     * @param resolver for a {@code confd_path} that is a handle
     * @throws ConfigException if a setting of etcd is wrong
     */
    public CheckFinder(MainConfig main, Reading reading, YamlOptions options, SecretResolver resolver) {
        this.main = main;
        this.reading = reading;
        this.options = options;
        this.resolver = resolver;
        EtcdSettings inEtcd = EtcdSettings.of(main.yaml().source(), main.settings());
        this.etcd = inEtcd == null ? null : new EtcdChecks(inEtcd, options);
    }

    /**
     * Finds all check configurations.
     *
     * @param offline whether nothing may be started or asked; a {@code confd_path} that is a handle cannot be used then
     * @throws ConfigException if a folder is named but cannot be read
     */
    public YamlConfigs find(boolean offline) {
        List<YamlConfig> checks = new ArrayList<>(files(offline));
        checks.addAll(discovered());
        checks.addAll(EnvironmentVariables.withHandles(System.getenv()));
        if (etcd != null && !offline) {
            checks.addAll(etcd.configs());
        }
        return YamlConfigs.of(checks);
    }

    /** Where configurations change by themselves; null if the agent has no etcd. */
    public @Nullable EtcdChecks etcd() {
        return etcd;
    }

    private List<YamlConfig> files(boolean offline) {
        Object confdPath = main.settings().get(CONFD_PATH);
        if (confdPath == null && !Files.isDirectory(main.beside("conf.d"))) {
            return List.of();
        }
        Object path = confdPath == null ? "conf.d" : confdPath;
        if (path instanceof String text && MainConfig.isHandle(text)) {
            path = offline ? null : resolvedConfdPath();
        }
        if (path instanceof String text && !text.isEmpty()) {
            return YamlConfigs.readFolder(main.folder(CONFD_PATH, text), options).configs().stream()
                    .map(CheckFinder::withNameOfItsOwn)
                    .collect(Collectors.toList());
        }
        throw new ConfigException(
                FailureKind.SETTINGS,
                main.yaml().source(),
                CONFD_PATH + " must be the path of a folder" + (offline ? ", and offline no handle" : ""));
    }

    private @Nullable Object resolvedConfdPath() {
        return main.yaml().resolve(resolver) instanceof Map<?, ?> map ? map.get(CONFD_PATH) : null;
    }

    /** Refuses a file whose name looks like a source of another provider. */
    private static YamlConfig withNameOfItsOwn(YamlConfig file) {
        return Provider.of(file.source()) == Provider.FILE
                ? file
                : YamlConfig.unavailable(new ConfigException(
                        FailureKind.SETTINGS,
                        "./" + file.source(),
                        "a file's name must not begin with the name of another provider; rename it"));
    }

    private List<YamlConfig> discovered() {
        Path named = main.path(AUTOCONF_PATH, "a folder");
        if (named != null) {
            return Autodiscovery.in(main.folder(AUTOCONF_PATH, named.toString()), reading);
        }
        Path folder = main.beside("auto_conf.d");
        return Files.isDirectory(folder) ? Autodiscovery.in(folder, reading) : List.of();
    }
}
