package io.agentsecrets.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.ConfigException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For random trees with shared nodes, the walk gives what a naive one gives. The name of a failed test holds its seed. */
class ConfigTreePropertyTest {

    static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void gives_what_a_naive_walk_gives_and_leaves_the_input_alone(long seed) {
        Random random = new Random(seed);
        List<Object> shared = new ArrayList<>();
        @Nullable Object tree = randomTree(random, 5, shared);
        @Nullable Object before = naive(tree, false);

        @Nullable
        Object mapped = ConfigTree.mapStrings(
                "seed " + seed, tree, 128, (path, text) -> text.startsWith("ENC[") ? "<" + text + ">" : text);

        assertThat(tree).isEqualTo(before);
        assertThat(mapped).isEqualTo(naive(tree, true));
        assertThat(mapped == tree).isEqualTo(Objects.equals(before, naive(tree, true)));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void visits_a_shared_node_once_and_keeps_it_shared_and_what_is_unchanged_the_same(long seed) {
        @Nullable Object tree = randomTree(new Random(seed), 5, new ArrayList<>());
        List<String> visited = new ArrayList<>();

        @Nullable
        Object mapped = ConfigTree.mapStrings("seed " + seed, tree, 128, (path, text) -> {
            visited.add(path.toString());
            return text.startsWith("ENC[") ? "<" + text + ">" : text;
        });

        IdentityHashMap<Object, Object> copies = new IdentityHashMap<>();
        int strings = tree instanceof String ? 1 : 0;
        for (Object node : nodes(tree, mapped, copies)) {
            strings += (int)
                    children(node).stream().filter(String.class::isInstance).count();
            assertThat(copies.get(node) == node).isEqualTo(Objects.equals(node, naive(node, true)));
        }
        assertThat(visited).hasSize(strings).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void counts_levels_as_a_naive_walk_does(long seed) {
        @Nullable Object tree = randomTree(new Random(seed), 5, new ArrayList<>());
        int levels = levels(tree);

        assertThat(ConfigTree.mapStrings("t", tree, Math.max(1, levels), (path, text) -> text))
                .isSameAs(tree);
        if (levels > 1) {
            assertThatThrownBy(() -> ConfigTree.mapStrings("t", tree, levels - 1, (path, text) -> text))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("is nested more than " + (levels - 1) + " levels deep");
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void refuses_a_tree_that_contains_itself_anywhere(long seed) {
        Random random = new Random(seed);
        @Nullable Object tree = List.of(Objects.requireNonNullElse(randomTree(random, 5, new ArrayList<>()), ""));
        List<Object> nodes = nodes(tree, tree, new IdentityHashMap<>());
        Object inner = nodes.get(random.nextInt(nodes.size()));
        List<Object> outer = nodes(inner, inner, new IdentityHashMap<>());
        Object below = outer.get(random.nextInt(outer.size()));
        if (below instanceof ArrayList<?>) {
            @SuppressWarnings("unchecked")
            List<Object> list = (List<Object>) below;
            list.add(inner);

            assertThatThrownBy(() -> ConfigTree.mapStrings("t", tree, 128, (path, text) -> text + "!"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("contains itself");
        }
    }

    /** Returns each map and list of a tree once, and notes for each the one that stands in its place in a copy. */
    private static List<Object> nodes(
            @Nullable Object tree, @Nullable Object copy, IdentityHashMap<Object, Object> copies) {
        List<Object> nodes = new ArrayList<>();
        if (!(tree instanceof List || tree instanceof Map)) {
            return nodes;
        }
        Object known = copies.putIfAbsent(tree, Objects.requireNonNull(copy));
        if (known != null) {
            assertThat(copy).as("the copy of a shared node").isSameAs(known);
            return nodes;
        }
        nodes.add(tree);
        List<?> children = children(tree);
        List<?> copiesOfChildren = children(copy);
        for (int i = 0; i < children.size(); i++) {
            nodes.addAll(nodes(children.get(i), copiesOfChildren.get(i), copies));
        }
        return nodes;
    }

    private static List<?> children(@Nullable Object node) {
        return node instanceof Map<?, ?> map ? new ArrayList<>(map.values()) : (List<?>) Objects.requireNonNull(node);
    }

    private static int levels(@Nullable Object tree) {
        if (!(tree instanceof List || tree instanceof Map)) {
            return 0;
        }
        return 1
                + children(tree).stream()
                        .mapToInt(ConfigTreePropertyTest::levels)
                        .max()
                        .orElse(0);
    }

    private static @Nullable Object naive(@Nullable Object tree, boolean replace) {
        if (tree instanceof String text) {
            return replace && text.startsWith("ENC[") ? "<" + text + ">" : text;
        }
        if (tree instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(naive(element, replace)));
            return copy;
        }
        if (tree instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(key, naive(value, replace)));
            return copy;
        }
        return tree;
    }

    private static @Nullable Object randomTree(Random random, int depth, List<Object> shared) {
        return switch (depth == 0 ? random.nextInt(5) : random.nextInt(10)) {
            case 0 -> random.nextInt(10);
            case 1 -> random.nextBoolean();
            case 2 -> "ENC[" + random.nextInt(5) + "]";
            case 3 -> "text " + random.nextInt(5);
            case 4 -> null;
            case 5, 6 -> shared.isEmpty() ? "" : shared.get(random.nextInt(shared.size()));
            case 7 -> randomList(random, depth, shared);
            default -> randomMap(random, depth, shared);
        };
    }

    private static Object randomList(Random random, int depth, List<Object> shared) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(randomTree(random, depth - 1, shared));
        }
        shared.add(list);
        return list;
    }

    private static Object randomMap(Random random, int depth, List<Object> shared) {
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            Object key = random.nextBoolean() ? "ENC[key" + i + "]" : i;
            map.put(key, randomTree(random, depth - 1, shared));
        }
        shared.add(map);
        return map;
    }
}
