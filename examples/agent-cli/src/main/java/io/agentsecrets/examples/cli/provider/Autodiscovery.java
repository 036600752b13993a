package io.agentsecrets.examples.cli.provider;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.NearMisses;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlConfigs;
import io.agentsecrets.yaml.YamlOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates checks for discovered services, which are listed in files here: {@code redis.yaml} is a template with
 * {@code %%host%%}, {@code %%port%%} and {@code %%env_NAME%%}, and {@code redis.instances.yaml} beside it lists their
 * values. Each instance is a source of its own, {@code autodiscovery:redis.yaml[0]}.
 *
 * <p>The values of an instance may be hostile, as a host chooses its own name. They stay text in the place of their
 * variables: the library makes sure that they cannot change the structure of the YAML or insert a handle.
 */
final class Autodiscovery {

    private static final String INSTANCES = ".instances.yaml";
    private static final String ENVIRONMENT = "env_";

    private Autodiscovery() {}

    /**
     * Reads the templates and instances of a folder. A wrong instance, and a template or list that cannot be read, becomes
     * a source that is dropped with the reason, and does not affect others.
     *
     * @throws ConfigException if the folder cannot be read
     */
    static List<YamlConfig> in(Path folder, Reading reading) {
        List<YamlConfig> configs = new ArrayList<>();
        // a near miss in a list is the business of its instance: it must not drop the others
        YamlOptions lists = new Reading(NearMisses.WARN).asWritten();
        for (YamlConfig file : YamlConfigs.readFolder(folder, lists).configs()) {
            if (file.source().endsWith(INSTANCES)) {
                configs.addAll(ofList(folder, file, reading));
            }
        }
        return configs;
    }

    private static List<YamlConfig> ofList(Path folder, YamlConfig file, Reading reading) {
        List<?> instances;
        try {
            instances = instances(file);
        } catch (ConfigException e) {
            return List.of(unavailable(file.source(), e));
        }
        String template = file.source().substring(0, file.source().length() - INSTANCES.length()) + ".yaml";
        List<YamlConfig> configs = new ArrayList<>();
        for (Object instance : instances) {
            String name = template + "[" + configs.size() + "]";
            try {
                configs.add(YamlConfig.read(
                        Provider.AUTODISCOVERY.prefix() + name,
                        folder.resolve(template),
                        options(file, instance, reading)));
            } catch (ConfigException e) {
                configs.add(unavailable(name, e));
            }
        }
        return configs;
    }

    private static YamlConfig unavailable(String name, ConfigException reason) {
        return YamlConfig.unavailable(new ConfigException(
                reason.kind(),
                Provider.AUTODISCOVERY.prefix() + name,
                reason.line(),
                reason.column(),
                reason.problem()));
    }

    private static List<?> instances(YamlConfig file) {
        // handles stay text here: a discovered service may not ask for secrets
        List<@Nullable Object> documents = MainConfig.asWritten(file);
        if (documents.isEmpty() || documents.get(0) == null) {
            return List.of();
        }
        if (documents.size() == 1 && documents.get(0) instanceof List<?> list) {
            return list;
        }
        throw wrong(file, "it must be a list of maps such as {host: 10.0.0.1, port: 6379, env_ROLE: cache}");
    }

    private static YamlOptions options(YamlConfig list, @Nullable Object instance, Reading reading) {
        if (!(instance instanceof Map<?, ?> map)) {
            throw wrong(list, "an instance in the list must be a map");
        }
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, String> environment = new HashMap<>(System.getenv());
        map.forEach((name, value) -> {
            if (!(name instanceof String text) || value == null || value instanceof Map || value instanceof Iterable) {
                throw wrong(list, "an instance in the list must consist of names and scalars");
            }
            if (text.startsWith(ENVIRONMENT)) {
                environment.put(text.substring(ENVIRONMENT.length()), value.toString());
            } else {
                values.put(text, value.toString());
            }
        });
        return reading.template(values, environment);
    }

    private static ConfigException wrong(YamlConfig list, String problem) {
        return new ConfigException(FailureKind.SETTINGS, list.source(), problem);
    }
}
