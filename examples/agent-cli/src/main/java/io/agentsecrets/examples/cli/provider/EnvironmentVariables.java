package io.agentsecrets.examples.cli.provider;

import io.agentsecrets.HandleSyntax;
import io.agentsecrets.examples.cli.output.Json;
import io.agentsecrets.yaml.YamlConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Finds handles in the agent's environment: {@code AGENT_API_KEY=ENC[api_key]}. */
final class EnvironmentVariables {

    private static final String PREFIX = "AGENT_";

    private EnvironmentVariables() {}

    /** Returns the variables of this agent that are handles, as one source, or nothing if there are none. */
    static List<YamlConfig> withHandles(Map<String, String> environment) {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(PREFIX) && HandleSyntax.enc().parse(value).isPresent()) {
                // with a question mark, a name may have any length
                lines.add("? " + quoted(name) + "\n: " + quoted(value) + "\n");
            }
        });
        return lines.isEmpty()
                ? List.of()
                : List.of(YamlConfig.of(Provider.ENVIRONMENT.prefix(), String.join("", lines)));
    }

    /** Returns a text as a JSON string, which YAML can read once some more characters are escaped. */
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
