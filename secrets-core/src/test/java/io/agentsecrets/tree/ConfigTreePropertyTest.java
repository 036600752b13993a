package io.agentsecrets.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
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
