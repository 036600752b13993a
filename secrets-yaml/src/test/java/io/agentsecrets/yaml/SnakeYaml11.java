package io.agentsecrets.yaml;

import io.agentsecrets.HandleSyntax;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** SnakeYAML, which most Java programs read YAML 1.1 with. */
final class SnakeYaml11 implements ForeignReader {

    @Override
    public String problem(String old, String rewritten, Map<String, String> values) {
        Optional<List<Object>> before = load(old);
        Optional<List<Object>> after = load(rewritten);
        if (after.isEmpty()) {
            return before.isEmpty() ? "" : "cannot read the new text";
        }
        try {
            return compared(before, after.get(), values);
        } catch (StackOverflowError containsItself) {
            return "";
        }
    }

    private static String compared(Optional<List<Object>> before, List<Object> after, Map<String, String> values) {
        if (holdsLiteral(after)) {
            return "finds a literal in the new text";
        }
        return before.isEmpty() || withValues(before.get(), values).equals(withValues(after, Map.of()))
                ? ""
                : "reads another tree";
    }

    /** Returns the documents, or nothing if it cannot read them. */
    static Optional<List<Object>> load(String text) {
        try {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            List<Object> documents = new ArrayList<>();
            String withoutMark = text.startsWith("\ufeff") ? text.substring(1) : text;
            new Yaml(new SafeConstructor(options)).loadAll(withoutMark).forEach(documents::add);
            return Optional.of(documents);
        } catch (RuntimeException | StackOverflowError unreadable) {
            return Optional.empty();
        }
    }

    private static boolean holdsLiteral(Object tree) {
        if (tree instanceof String text) {
            return HandleSyntax.enc().parse(text).isPresent();
        }
        if (tree instanceof Map<?, ?> map) {
            return holdsLiteral(map.values());
        }
        return tree instanceof Collection<?> elements && elements.stream().anyMatch(SnakeYaml11::holdsLiteral);
    }

    /** A naive walk that replaces every string value that is a handle, and no key; byte arrays become comparable. */
    private static Object withValues(Object tree, Map<String, String> values) {
        if (tree instanceof String text) {
            return HandleSyntax.enc()
                    .parse(text)
                    .map(handle -> values.getOrDefault(handle.name(), text))
                    .orElse(text);
        }
        if (tree instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (tree instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(withValues(key, Map.of()), withValues(value, values)));
            return copy;
        }
        if (tree instanceof Collection<?> elements) {
            Collection<Object> copy = tree instanceof Set ? new LinkedHashSet<>() : new ArrayList<>();
            elements.forEach(element -> copy.add(withValues(element, values)));
            return copy;
        }
        return tree;
    }

    @Override
    public String toString() {
        return "SnakeYAML 2";
    }
}
