package io.agentsecrets.examples.cli.provider;

import io.agentsecrets.NearMisses;
import io.agentsecrets.tree.TemplateVariables;
import io.agentsecrets.yaml.YamlOptions;
import java.util.Map;

/**
 * How configurations with handles are read. All their options are made here, so that none forgets the near misses.
 *
 * @param nearMisses what the settings say
 */
public record Reading(NearMisses nearMisses) {

    /** Options for files in which {@code %%} has no meaning. */
    public YamlOptions asWritten() {
        return YamlOptions.builder().nearMisses(nearMisses).build();
    }

    /** Options for templates with variables of their own and those of an environment. */
    public YamlOptions template(Map<String, String> variables, Map<String, String> environment) {
        return YamlOptions.builder()
                .nearMisses(nearMisses)
                .variables(TemplateVariables.of(variables).withEnvironment(environment))
                .build();
    }
}
