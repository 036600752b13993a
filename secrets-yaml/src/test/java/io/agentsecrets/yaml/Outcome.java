package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All that this library says of a text, in words, so that two ways to read it can be compared. */
final class Outcome {

    private static final List<String> SECRETS =
            List.of("yes", "a\nb", " lead", "'", "\"\\", "# x", "k: v", "- x", "{a", "---", "\ud83d\udd11", "%%host%%");

    private Outcome() {}

    static String of(String text, YamlOptions options) {
        YamlConfig config = YamlConfig.of("a.yaml", text, options);
        StringBuilder words = new StringBuilder();
        Map<Handle, SecretValue> values = new HashMap<>();
        words.append(said("usages", () -> {
            config.usages().handles().forEach(handle -> values.put(handle, secretOf(handle)));
            StringBuilder places = new StringBuilder();
            config.usages()
                    .forEach((handle, origins) -> origins.forEach(origin -> places.append(
                            handle.name() + "@" + origin.path() + ":" + origin.line() + ":" + origin.column() + "\n")));
            return places.toString();
        }));
        words.append(said("warnings", () -> config.warnings().toString()));
        words.append(
                said("text", () -> config.text().usages().size() + config.text().with(values)));
        words.append(said("trees", () -> TreeInWords.of(config.trees().with(values))));
        words.append(said("one", () -> String.valueOf(config.tree().usages().size())));
        return words.toString();
    }

    private static SecretValue secretOf(Handle handle) {
        return SecretValue.of(SECRETS.get(Math.floorMod(handle.hashCode(), SECRETS.size())));
    }

    private static String said(String what, Supplier<String> answer) {
        try {
            return what + ": " + answer.get() + "\n";
        } catch (ConfigException refused) {
            return what + " refused: " + refused.getMessage() + " " + refused.kind() + "\n";
        }
    }
}
