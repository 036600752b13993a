package io.agentsecrets.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import java.nio.CharBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfigTreeTest {

    private final List<String> visited = new ArrayList<>();

    /** Replaces the value "old" and writes down the path and text of every string. */
    private @Nullable Object map(@Nullable Object tree) {
        return ConfigTree.mapStrings("a.yaml", tree, 128, (path, text) -> {
            visited.add(path + "=" + text);
            return text.equals("old") ? "new" : text;
        });
    }

    @Test
    void returns_the_same_object_when_nothing_is_replaced() {
        Map<String, @Nullable Object> tree = new HashMap<>();
        tree.put("text", "x");
        tree.put("list", List.of("y", Map.of("z", "z"), 1, 2.5, true));
        tree.put("set", Set.of("s"));
        tree.put("array", new String[] {"a"});
        tree.put("nothing", null);

        assertThat(map(tree)).isSameAs(tree);
    }

    @Test
    void copies_only_the_way_to_a_replaced_value() {
        List<Object> beside = List.of("x");
        Map<String, Object> inside = Map.of("password", "old");
        Map<String, Object> tree = Map.of("beside", beside, "list", List.of(beside, inside));

        Object copy = map(tree);

        assertThat(copy).isEqualTo(Map.of("beside", beside, "list", List.of(beside, Map.of("password", "new"))));
        assertThat(at(copy, "beside")).isSameAs(beside);
        assertThat(at(copy, "list", 0)).isSameAs(beside);
    }

    @Test
    void reads_the_defaults_of_properties_too() {
        Properties defaults = new Properties();
        defaults.setProperty("password", "old");
        defaults.setProperty("user", "old");
        Properties properties = new Properties(defaults);
        properties.setProperty("user", "agent");

        assertThat(map(properties)).isEqualTo(Map.of("user", "agent", "password", "new"));
        assertThat(map(new Properties(properties))).isEqualTo(Map.of("user", "agent", "password", "new"));
    }

    @Test
    void keeps_properties_whose_defaults_hold_nothing_to_replace() {
        Properties defaults = new Properties();
        defaults.setProperty("user", "agent");
        Properties properties = new Properties(defaults);

        assertThat(map(properties)).isSameAs(properties);
    }

    @Test
    void never_changes_the_input() {
        Map<String, Object> inner = new LinkedHashMap<>(Map.of("p", "old"));
        List<Object> list = new ArrayList<>(List.of(inner, "old"));
        Object[] array = {"old"};
        Set<Object> set = new LinkedHashSet<>(List.of("old"));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("list", list);
        tree.put("array", array);
        tree.put("set", set);

        map(tree);

        assertThat(inner).containsExactly(Map.entry("p", "old"));
        assertThat(list).containsExactly(inner, "old");
        assertThat(array).containsExactly("old");
        assertThat(set).containsExactly("old");
        assertThat(tree).containsEntry("list", list).containsEntry("array", array);
    }

    @Test
    void copies_maps_and_lists_in_their_order() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("z", 1);
        tree.put("y", "old");
        tree.put("x", Arrays.asList("a", null, "old", 2));

        Object copy = map(tree);

        assertThat(copy).hasToString("{z=1, y=new, x=[a, null, new, 2]}");
        assertThat(visited).containsExactly("y=old", "x/0=a", "x/2=old");
    }

    @Test
    void maps_a_tree_that_is_one_scalar() {
        assertThat(map("old")).isEqualTo("new");
        assertThat(map("x")).isEqualTo("x");
        assertThat(map(7)).isEqualTo(7);
        assertThat(map(null)).isNull();
        assertThat(visited).containsExactly("=old", "=x");
    }

    @Test
    void never_looks_at_keys_or_at_values_that_are_no_strings() {
        Map<Object, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("old", 1);
        tree.put("builder", CharBuffer.wrap("old"));
        tree.put("chars", new char[] {'o'});
        tree.put("null", null);

        assertThat(map(tree)).isSameAs(tree);
        assertThat(visited).isEmpty();
    }

    @Test
    void keys_that_are_no_strings_appear_in_the_path_as_their_text() {
        Map<@Nullable Object, Object> tree = new LinkedHashMap<>();
        tree.put(1, "a");
        tree.put(2.5, "b");
        tree.put(true, "c");
        tree.put(null, "d");
        tree.put(List.of("k", 1), Map.of("a/b", "old"));

        Object copy = map(tree);

        assertThat(visited).containsExactly("1=a", "2.5=b", "true=c", "null=d", "[k, 1]/a/b=old");
        assertThat(copy).hasToString("{1=a, 2.5=b, true=c, null=d, [k, 1]={a/b=new}}");
    }

    @Test
    @SuppressWarnings("IdentityHashMapUsage") // a map that does not hash its keys
    void a_key_that_stands_for_more_text_than_fits_any_memory_is_shown_by_its_beginning() {
        List<Object> key = List.of("k", Map.of());
        for (int i = 0; i < 60; i++) {
            key = List.of(key, key);
        }
        IdentityHashMap<Object, Object> tree = new IdentityHashMap<>();
        tree.put(key, "old");

        assertThat(((Map<?, ?>) Objects.requireNonNull(map(tree))).get(key)).isEqualTo("new");
        assertThat(visited)
                .singleElement()
                .asString()
                .startsWith("[[[")
                .endsWith("...=old")
                .hasSizeLessThan(110);
    }

    @Test
    void sets_queues_and_arrays_are_walked_too() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("set", new LinkedHashSet<>(List.of("a", "old")));
        tree.put("queue", new ArrayDeque<>(List.of("old")));
        tree.put("strings", new String[] {"a", "old"});
        tree.put("objects", new Object[] {1, new String[][] {{"old"}}});

        Object copy = map(tree);

        assertThat(visited)
                .containsExactly(
                        "set/0=a", "set/1=old", "queue/0=old", "strings/0=a", "strings/1=old", "objects/1/0/0=old");
        assertThat(at(copy, "set")).isEqualTo(Set.of("a", "new"));
        assertThat(at(copy, "queue")).isEqualTo(List.of("new"));
        assertThat(at(copy, "strings")).isEqualTo(new String[] {"a", "new"});
        assertThat(at(copy, "objects")).isEqualTo(new Object[] {1, new String[][] {{"new"}}});
    }

    @Test
    void an_array_that_cannot_hold_the_copies_becomes_an_array_of_objects() {
        Object[] tree = new TreeMap<?, ?>[] {new TreeMap<>(Map.of("p", "old"))};

        assertThat(map(tree)).isEqualTo(new Object[] {Map.of("p", "new")});
    }

    @Test
    void a_shared_node_is_visited_once_and_stays_shared_in_the_copy() {
        Map<String, Object> shared = Map.of("password", "old");
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("first", List.of(shared));
        tree.put("second", shared);

        Object copy = map(tree);

        assertThat(visited).containsExactly("first/0/password=old");
        assertThat(at(copy, "first", 0)).isSameAs(at(copy, "second"));
        assertThat(at(copy, "second")).isEqualTo(Map.of("password", "new"));
    }

    @Test
    void equal_nodes_that_are_not_the_same_stay_apart() {
        List<Object> tree = List.of(new ArrayList<>(List.of("old")), new ArrayList<>(List.of("old")));

        Object copy = map(tree);

        assertThat(at(copy, 0)).isEqualTo(at(copy, 1)).isNotSameAs(at(copy, 1));
        assertThat(visited).containsExactly("0/0=old", "1/0=old");
    }

    @Test
    void refuses_a_map_that_contains_itself() {
        Map<String, Object> tree = new HashMap<>();
        tree.put("a", List.of(tree));

        assertRefused(tree, "a.yaml: the value at a/0 contains itself; a configuration must be a tree");
    }

    @Test
    void refuses_lists_and_arrays_that_contain_themselves() {
        List<Object> list = new ArrayList<>();
        list.add(list);
        Object[] array = new Object[2];
        array[0] = "old";
        array[1] = array;

        assertRefused(list, "a.yaml: the value at 0 contains itself; a configuration must be a tree");
        assertRefused(array, "a.yaml: the value at 1 contains itself; a configuration must be a tree");
    }

    @Test
    void refuses_a_cycle_further_down_with_its_place() {
        List<Object> ring = new ArrayList<>();
        ring.add(Map.of("back", ring));

        assertRefused(
                Map.of("a", Map.of("b", ring)),
                "a.yaml: the value at a/b/0/back contains itself; a configuration must be a tree");
    }

    @Test
    void walks_128_levels_and_refuses_129() {
        assertThat(map(nested(128))).isEqualTo(nestedAround("new", 128));

        assertThatThrownBy(() -> map(nested(129)))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(FailureKind.CONFIG))
                .hasMessageStartingWith("a.yaml: the value at 0/0/0/")
                .hasMessageEndingWith(" is nested more than 128 levels deep");
    }

    @Test
    void refuses_a_tree_of_any_depth_without_running_out_of_stack() {
        assertThatThrownBy(() -> map(nested(1_000_000))).isInstanceOf(ConfigException.class);
    }

    @Test
    void obeys_a_limit_of_one_level() {
        assertThat(ConfigTree.mapStrings("a.yaml", List.of("x"), 1, (path, text) -> "y"))
                .isEqualTo(List.of("y"));
        assertThatThrownBy(() -> ConfigTree.mapStrings("a.yaml", List.of(List.of()), 1, (path, text) -> text))
                .hasMessage("a.yaml: the value at 0 is nested more than 1 levels deep");
    }

    @Test
    void counts_the_levels_below_a_shared_node_wherever_it_is_used() {
        Object shared = nested(100);

        assertThat(map(List.of(shared, nestedAround(shared, 27)))).isNotNull();
        assertThatThrownBy(() -> map(List.of(shared, nestedAround(shared, 28))))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("is nested more than 128 levels deep");
    }

    @Test
    void refuses_a_chain_of_shared_nodes_that_stands_for_a_deep_tree() {
        List<Object> chain = new ArrayList<>(List.of("x"));
        List<Object> tree = new ArrayList<>(List.of(chain));
        for (int i = 0; i < 200; i++) {
            chain = new ArrayList<>(List.of(chain));
            tree.add(chain);
        }

        assertThatThrownBy(() -> map(tree))
                .isInstanceOf(ConfigException.class)
                .hasMessage("a.yaml: the value at 127/0 is nested more than 128 levels deep");
    }

    @Test
    void a_tree_that_stands_for_100_million_nodes_costs_what_its_text_costs() {
        Object node = new ArrayList<>(List.of("old"));
        for (int level = 0; level < 8; level++) {
            Map<String, Object> ten = new LinkedHashMap<>();
            for (int i = 0; i < 10; i++) {
                ten.put("k" + i, node);
            }
            node = ten;
        }

        Object copy = map(node);

        assertThat(visited).hasSize(1);
        for (int level = 0; level < 8; level++) {
            copy = at(copy, "k9");
        }
        assertThat(copy).isEqualTo(List.of("new"));
    }

    @Test
    void an_error_shows_a_key_in_one_line() {
        Map<String, Object> tree = new HashMap<>();
        tree.put("a\nFORGED", tree);

        assertRefused(tree, "a.yaml: the value at a?FORGED contains itself; a configuration must be a tree");
    }

    private static @Nullable Object at(@Nullable Object tree, Object... steps) {
        Object node = tree;
        for (Object step : steps) {
            node = node instanceof Map<?, ?> map
                    ? map.get(step)
                    : ((List<?>) Objects.requireNonNull(node)).get((int) step);
        }
        return node;
    }

    private void assertRefused(Object tree, String message) {
        assertThatThrownBy(() -> map(tree))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(FailureKind.CONFIG))
                .hasMessage(message);
    }

    private static Object nested(int levels) {
        return nestedAround("old", levels);
    }

    private static Object nestedAround(Object core, int levels) {
        Object tree = core;
        for (int i = 0; i < levels; i++) {
            List<Object> list = new ArrayList<>(1);
            list.add(tree);
            tree = list;
        }
        return tree;
    }
}
