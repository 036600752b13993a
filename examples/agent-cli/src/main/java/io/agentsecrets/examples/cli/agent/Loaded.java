package io.agentsecrets.examples.cli.agent;

import io.agentsecrets.Resolution;
import io.agentsecrets.yaml.YamlConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the main configuration and of the check files. Immutable: a change gives a new one.
 *
 * @param main the main configuration
 * @param configs the check files
 * @param mainResolution what became of the main configuration
 * @param checks what became of each check file, by its name
 */
public record Loaded(
        YamlConfig main,
        List<YamlConfig> configs,
        Resolution<List<@Nullable Object>> mainResolution,
        Map<String, Resolution<List<@Nullable Object>>> checks) {

    /** The configuration of this name; null if there is none any more. */
    @Nullable
    YamlConfig config(String source) {
        if (main.source().equals(source)) {
            return main;
        }
        return configs.stream()
                .filter(config -> config.source().equals(source))
                .findFirst()
                .orElse(null);
    }

    /** With a configuration, in place of the one of this name if there is one. */
    Loaded with(YamlConfig config) {
        List<YamlConfig> all = new ArrayList<>(configs);
        all.removeIf(known -> known.source().equals(config.source()));
        all.add(config);
        return new Loaded(main, all, mainResolution, checks);
    }

    /** With what became of a configuration. */
    Loaded with(String source, Resolution<List<@Nullable Object>> resolution) {
        if (main.source().equals(source)) {
            return new Loaded(main, configs, resolution, checks);
        }
        Map<String, Resolution<List<@Nullable Object>>> all = new LinkedHashMap<>(checks);
        all.put(source, resolution);
        return new Loaded(main, configs, mainResolution, all);
    }

    /** Without the check of this name. */
    Loaded without(String source) {
        List<YamlConfig> others = new ArrayList<>(configs);
        others.removeIf(config -> config.source().equals(source));
        Map<String, Resolution<List<@Nullable Object>>> resolutions = new LinkedHashMap<>(checks);
        resolutions.remove(source);
        return new Loaded(main, others, mainResolution, resolutions);
    }
}
