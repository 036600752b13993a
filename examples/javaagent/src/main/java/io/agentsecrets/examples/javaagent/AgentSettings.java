package io.agentsecrets.examples.javaagent;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.SecretException;
import io.agentsecrets.exec.SecretSettings;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of this agent.
 *
 * @param source their file, for errors
 * @param secrets the {@code secret_*} settings
 * @param jar {@code agent.jar}: the other agent; relative paths begin at the settings
 * @param config {@code agent.config}: its configuration, with handles
 * @param optionText {@code agent.options}: its option string, in which {@code {config}} stands for the resolved configuration
 * @param continuesOnFailure {@code agent.on_failure} is {@code continue} and not {@code stop}
 */
record AgentSettings(
        String source, SecretSettings secrets, Path jar, Path config, String optionText, boolean continuesOnFailure) {

    private static final String CONFIG = "{config}";
    private static final Set<String> KNOWN = Set.of("jar", "config", "options", "on_failure");

    /**
     * Reads a file.
     *
     * @throws SecretException if it cannot be read, or a setting is missing or wrong
     */
    static AgentSettings read(Path file) {
        String source = file.toString();
        YamlConfig yaml = YamlConfig.read(source, file, YamlOptions.defaults());
        if (!yaml.usages().isEmpty()) {
            throw wrong(source, "the settings must not hold handles; the other agent's configuration may");
        }
        List<@Nullable Object> documents = yaml.trees().with(Map.of());
        if (documents.size() != 1 || !(documents.get(0) instanceof Map<?, ?> settings)) {
            throw wrong(source, "the settings must be one map");
        }
        if (!(settings.get("agent") instanceof Map<?, ?> agent)) {
            throw wrong(source, "agent must be a map with jar, config and options");
        }
        for (Object name : agent.keySet()) {
            if (!(name instanceof String text) || !KNOWN.contains(text)) {
                throw wrong(source, "agent may hold jar, config, options and on_failure, and nothing else");
            }
        }
        String options = text(source, agent, "options", CONFIG);
        if (!options.contains(CONFIG)) {
            throw wrong(source, "agent.options must hold " + CONFIG + ", where the resolved configuration is put");
        }
        String onFailure = text(source, agent, "on_failure", "stop");
        if (!onFailure.equals("stop") && !onFailure.equals("continue")) {
            throw wrong(source, "agent.on_failure must be stop or continue");
        }
        return new AgentSettings(
                source,
                SecretSettings.of(source, settings),
                file(source, file, agent, "jar"),
                file(source, file, agent, "config"),
                options,
                onFailure.equals("continue"));
    }

    private static Path file(String source, Path settings, Map<?, ?> agent, String name) {
        Path path = settings.toAbsolutePath().resolveSibling(text(source, agent, name, ""));
        if (text(source, agent, name, "").isEmpty() || !Files.isRegularFile(path)) {
            throw wrong(source, "agent." + name + " must be the path of a file");
        }
        return path;
    }

    private static String text(String source, Map<?, ?> agent, String name, String byDefault) {
        Object value = agent.get(name);
        if (value == null) {
            return byDefault;
        }
        if (value instanceof String text) {
            return text;
        }
        throw wrong(source, "agent." + name + " must be text; put it in quotes");
    }

    private static ConfigException wrong(String source, String problem) {
        return new ConfigException(FailureKind.SETTINGS, source, problem);
    }

    /** Reads the other agent's configuration, which is no template. */
    YamlConfig otherConfig() {
        YamlOptions options =
                YamlOptions.builder().nearMisses(secrets.nearMisses()).build();
        return YamlConfig.read(config.toString(), config, options);
    }

    /** The other agent's option string, with the path of its configuration. */
    String options(Path resolved) {
        return optionText.replace(CONFIG, resolved.toString());
    }
}
