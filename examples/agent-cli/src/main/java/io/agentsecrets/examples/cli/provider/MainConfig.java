package io.agentsecrets.examples.cli.provider;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.SecretValue;
import io.agentsecrets.ShellWord;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The main configuration as it is written, with its handles: the settings must be read before anything resolves.
 *
 * @param file its path, to which paths in it are relative
 * @param yaml its text
 * @param settings its map
 */
public record MainConfig(Path file, YamlConfig yaml, Map<?, ?> settings) {

    /**
     * Reads a file.
     *
     * @throws ConfigException if it cannot be read or is not a map
     */
    public static MainConfig read(Path file, YamlOptions options) {
        if (!Files.exists(file)) {
            throw new ConfigException(
                    FailureKind.CONFIG,
                    file.toString(),
                    "there is no main configuration; name it with -c FILE, or its folder with AGENT_HOME");
        }
        YamlConfig yaml = YamlConfig.read(String.valueOf(file.getFileName()), file, options);
        List<@Nullable Object> documents = asWritten(yaml);
        Object first = documents.isEmpty() ? null : documents.get(0);
        if (documents.size() > 1) {
            throw new ConfigException(
                    FailureKind.CONFIG, yaml.source(), "the main configuration must be one document; remove the '---'");
        }
        if (first == null) {
            return new MainConfig(file, yaml, Map.of());
        }
        if (first instanceof Map<?, ?> map) {
            return new MainConfig(file, yaml, map);
        }
        throw new ConfigException(
                FailureKind.CONFIG,
                yaml.source(),
                "the main configuration must be a map of settings, such as secret_backend_command: /path");
    }

    /** The documents of a configuration with its handles as plain text. */
    public static List<@Nullable Object> asWritten(YamlConfig config) {
        Map<Handle, SecretValue> asWritten = new HashMap<>();
        for (Handle handle : config.usages().handles()) {
            asWritten.put(handle, SecretValue.of(HandleSyntax.enc().format(handle)));
        }
        return config.trees().with(asWritten);
    }

    /**
     * Returns a path that a setting names.
     *
     * @param name of the setting
     * @param what it must be, for the error
     * @return null if it is not set
     * @throws ConfigException if it is not a path, or is a handle: these paths are needed before anything is resolved
     */
    public @Nullable Path path(String name, String what) {
        Object path = settings.get(name);
        if (path == null) {
            return null;
        }
        if (path instanceof String text && !text.isEmpty() && !isHandle(text)) {
            return beside(text);
        }
        throw new ConfigException(
                FailureKind.SETTINGS, yaml.source(), name + " must be the path of " + what + ", and no handle");
    }

    /**
     * Returns the folder that a setting names.
     *
     * @param name of the setting
     * @param path its value
     * @throws ConfigException if there is no such folder
     */
    Path folder(String name, String path) {
        Path folder = beside(path);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        throw new ConfigException(
                FailureKind.SETTINGS,
                yaml.source(),
                name + " names " + folder + ", which is no folder; name another one, or create it: "
                        + ShellWord.command("mkdir -p", folder));
    }

    public static boolean isHandle(String text) {
        return HandleSyntax.enc().parse(text).isPresent();
    }

    /** Returns a path relative to the folder of the main configuration, unless it is absolute. */
    public Path beside(String path) {
        return file.toAbsolutePath().resolveSibling(path);
    }
}
