package io.agentsecrets.examples.agent;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.NearMisses;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Source;
import io.agentsecrets.exec.SecretSettings;
import io.agentsecrets.tree.TemplateVariables;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlConfigs;
import io.agentsecrets.yaml.YamlOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The main configuration. Its settings are read before anything is resolved, as they name the executable; then it is
 * resolved like every other source, as it may hold handles of its own.
 *
 * @param file its path, to which paths in it are relative
 * @param source the file with its handles
 * @param settings its settings as they are written
 */
record MainFile(Path file, Source<List<@Nullable Object>> source, Map<?, ?> settings) {

    /**
     * Reads the file. {@code %%env_NAME%%} in it stands for a variable of the environment.
     *
     * @throws ConfigException if it cannot be read or is not a map
     */
    static MainFile read(Path file) {
        Path absolute = file.toAbsolutePath();
        Source<List<@Nullable Object>> source = source(absolute, NearMisses.WARN);
        List<@Nullable Object> documents = asWritten(source);
        if (documents.size() == 1 && documents.get(0) instanceof Map<?, ?> settings) {
            MainFile main = new MainFile(absolute, source, settings);
            NearMisses nearMisses = main.secretSettings().nearMisses();
            return nearMisses == NearMisses.WARN
                    ? main
                    : new MainFile(absolute, source(absolute, nearMisses), settings);
        }
        throw new ConfigException(
                FailureKind.CONFIG, source.name(), "the main configuration must be a map of settings");
    }

    private static Source<List<@Nullable Object>> source(Path file, NearMisses nearMisses) {
        return YamlConfig.read(file.toString(), file, options(nearMisses)).trees();
    }

    /** The documents with their handles as plain text. */
    private static List<@Nullable Object> asWritten(Source<List<@Nullable Object>> source) {
        Map<Handle, SecretValue> asWritten = new HashMap<>();
        for (Handle handle : source.usages().handles()) {
            asWritten.put(handle, SecretValue.of(HandleSyntax.enc().format(handle)));
        }
        return source.with(asWritten);
    }

    /** The {@code secret_*} settings. */
    SecretSettings secretSettings() {
        return SecretSettings.of(source.name(), settings);
    }

    /** The files in {@code confd_path}, which is {@code conf.d} beside this file if it is not set. */
    YamlConfigs checkFiles() {
        Object named = settings.get("confd_path");
        Object folder = named == null ? "conf.d" : named;
        if (folder instanceof String path) {
            return YamlConfigs.readFolder(
                    file.resolveSibling(path), options(secretSettings().nearMisses()));
        }
        throw new ConfigException(FailureKind.SETTINGS, source.name(), "confd_path must be the path of a folder");
    }

    private static YamlOptions options(NearMisses nearMisses) {
        return YamlOptions.builder()
                .nearMisses(nearMisses)
                .variables(TemplateVariables.of(Map.of()).withEnvironment(System.getenv()))
                .build();
    }
}
