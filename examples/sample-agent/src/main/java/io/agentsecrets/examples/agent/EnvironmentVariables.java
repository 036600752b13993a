package io.agentsecrets.examples.agent;

import io.agentsecrets.HandleSyntax;
import io.agentsecrets.yaml.YamlConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Handles in the agent's environment: {@code AGENT_API_KEY=ENC[api_key]}. */
final class EnvironmentVariables {

    private static final String PREFIX = "AGENT_";

    private EnvironmentVariables() {}

    /** Returns the variables of this agent that are handles, as one source, or nothing if there are none. */
    static List<YamlConfig> withHandles(Map<String, String> environment) {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(PREFIX) && HandleSyntax.enc().parse(value).isPresent()) {
                lines.add(Json.quoted(name) + ": " + Json.quoted(value) + "\n"); // JSON's strings are YAML's as well
            }
        });
        return lines.isEmpty()
                ? List.of()
                : List.of(YamlConfig.parse(Provider.ENVIRONMENT.prefix(), String.join("", lines)));
    }
}
