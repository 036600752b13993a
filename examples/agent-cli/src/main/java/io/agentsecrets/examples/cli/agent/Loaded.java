package io.agentsecrets.examples.cli.agent;

import io.agentsecrets.Resolution;
import io.agentsecrets.yaml.YamlConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The outcome for the main configuration and the check files. Immutable: a change returns a new object.
 *
 * @param main the main configuration
 * @param configs the check files
 * @param mainResolution the outcome for the main configuration
 * @param checks the outcome for each check file, by its name
 */
public record Loaded(
        YamlConfig main,
        List<YamlConfig> configs,
        Resolution<List<@Nullable Object>> mainResolution,
        Map<String, Resolution<List<@Nullable Object>>> checks) {

    /** Returns the configuration of a name; null if there is none any more. */
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

    /** Returns the outcome for a configuration; null if there is none of its name. */
    @Nullable
    Resolution<List<@Nullable Object>> resolution(String source) {
        return main.source().equals(source) ? mainResolution : checks.get(source);
    }

    /** Returns this with a configuration, which replaces another one of its name. */
    Loaded with(YamlConfig config) {
        List<YamlConfig> all = new ArrayList<>(configs);
        all.removeIf(known -> known.source().equals(config.source()));
        all.add(config);
        return new Loaded(main, all, mainResolution, checks);
    }

    /** Returns this with the outcome for a configuration. */
    Loaded with(String source, Resolution<List<@Nullable Object>> resolution) {
        if (main.source().equals(source)) {
            return new Loaded(main, configs, resolution, checks);
        }
        Map<String, Resolution<List<@Nullable Object>>> all = new LinkedHashMap<>(checks);
        all.put(source, resolution);
        return new Loaded(main, configs, mainResolution, all);
    }

    /** Returns this without the check of a name. */
    Loaded without(String source) {
        List<YamlConfig> others = new ArrayList<>(configs);
        others.removeIf(config -> config.source().equals(source));
        Map<String, Resolution<List<@Nullable Object>>> resolutions = new LinkedHashMap<>(checks);
        resolutions.remove(source);
        return new Loaded(main, others, mainResolution, resolutions);
    }
}
