package io.agentsecrets.yaml;

import java.util.Collection;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** A tree in words: types, order and, by number, which collections are the same object. */
final class TreeInWords {

    private TreeInWords() {}

    static String of(Object tree) {
        StringBuilder words = new StringBuilder();
        describe(tree, new IdentityHashMap<>(), words);
        return words.toString();
    }

    private static void describe(Object tree, IdentityHashMap<Object, Integer> known, StringBuilder words) {
        if (tree instanceof Map<?, ?> || tree instanceof Collection<?>) {
            Integer number = known.putIfAbsent(tree, known.size());
            if (number != null) {
                words.append("same as ").append(number).append('\n');
                return;
            }
        }
        if (tree instanceof Map<?, ?> map) {
            words.append("map ").append(map.getClass()).append("\n");
            map.forEach((key, value) -> {
                describe(key, known, words);
                describe(value, known, words);
            });
        } else if (tree instanceof Collection<?> collection) {
            words.append(tree instanceof Set<?> ? "set " : "list ").append("\n");
            collection.forEach(element -> describe(element, known, words));
        } else if (tree instanceof byte[] bytes) {
            words.append(HexFormat.of().formatHex(bytes)).append('\n');
        } else {
            words.append(tree == null ? "" : tree.getClass())
                    .append(' ')
                    .append(tree)
                    .append('\n');
        }
        words.append("end\n");
    }
}
