package io.agentsecrets.examples.cli.provider;

import io.agentsecrets.HandleSyntax;
import io.agentsecrets.examples.cli.output.Json;
import io.agentsecrets.yaml.YamlConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
                lines.add("? " + quoted(name) + "\n: " + quoted(value) + "\n"); // so that a name may be of any length
            }
        });
        return lines.isEmpty()
                ? List.of()
                : List.of(YamlConfig.of(Provider.ENVIRONMENT.prefix(), String.join("", lines)));
    }

    /** JSON's strings are YAML's as well, but for characters that YAML wants written as escapes. */
    private static String quoted(String text) {
        StringBuilder escaped = new StringBuilder();
        Json.quoted(text).chars().forEach(c -> {
            if (c == 0xfeff || c == 0xfffe || c == 0xffff || (c >= 0x7f && c < 0xa0)) {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }
}
