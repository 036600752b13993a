package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Resolution;
import io.agentsecrets.testing.FakeBackend;
import java.nio.CharBuffer;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No literal passes: not in a leaf that is no string, and not in a tree that somebody changes while it is resolved. */
class LeavesTest {

    private static final String LITERAL = "ENC[u]";

    private final FakeBackend backend = new FakeBackend().put("u", "u1").put("p", "p1");
    private final SecretResolver resolver = SecretResolver.builder(backend).build();

    static Stream<CharSequence> texts() {
        return Stream.of(
                new StringBuilder(2).append(LITERAL).insert(0, ' '),
                CharBuffer.wrap(LITERAL),
                new Text(LITERAL),
                new Text(" " + LITERAL));
    }

    /** Text of somebody else. */
    private record Text(String text) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void fault_12_every_char_sequence_counts_as_a_string(CharSequence text) {
        assertThat(resolver.resolve("a", List.of(text))).isEqualTo(List.of("u1"));
        assertThat(resolver.resolve("a", text)).isEqualTo("u1");
    }

    private record Password(String value) {}

    /** A node as JSON libraries have them. */
    private static final class Node {
        private final String text;

        Node(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static Stream<Arguments> leaves() {
        return Stream.of(
                Arguments.of(Optional.of(LITERAL), "Optional"),
                Arguments.of(new Password(LITERAL), "Password"),
                Arguments.of(Map.entry("password", LITERAL), "Entry|KeyValueHolder"),
                Arguments.of(new AbstractMap.SimpleEntry<>("password", LITERAL), "SimpleEntry|Entry"),
                Arguments.of(LITERAL.toCharArray(), "char"),
                Arguments.of(new Node(LITERAL), "Node"),
                Arguments.of(new Node('"' + LITERAL + '"'), "Node"),
                Arguments.of(new AtomicReference<>(LITERAL), "AtomicReference"));
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void fault_12_a_leaf_that_is_no_string_but_reads_as_a_handle_refuses_its_source(Object leaf, String type) {
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("bad", Map.of("password", leaf));
        trees.put("good", Map.of("password", LITERAL));

        Map<String, Resolution<@Nullable Object>> all = resolver.resolveAll(trees);

        assertThat(all.get("good").orThrow()).isEqualTo(Map.of("password", "u1"));
        assertThatThrownBy(() -> all.get("bad").orThrow())
                .isInstanceOf(ConfigException.class)
                .message()
                .contains("password")
                .containsPattern(type);
    }

    @Test
    void fault_12_other_leaves_pass_as_they_are() {
        List<Object> tree = List.of(1, true, 2.5, Optional.of("x"), new Password("x"), 'c', Map.entry("k", "v"));

        assertThat(resolver.resolve("a", tree)).isSameAs(tree);
    }

    @Test
    void fault_12_members_of_a_set_are_values() {
        assertThat(resolver.resolve("a", Map.of("passwords", Set.of(LITERAL, "x"))))
                .isEqualTo(Map.of("passwords", Set.of("u1", "x")));
    }

    /** What a map of somebody else does when it is walked again. */
    enum SecondWalk {
        THROWS,
        THROWS_AN_ERROR,
        HAS_ANOTHER_HANDLE,
        HAS_ONE_MORE,
        IS_EMPTY;

        Map<String, Object> entries() {
            return switch (this) {
                case THROWS -> throw new ConcurrentModificationException("hunter2");
                case THROWS_AN_ERROR -> throw new StackOverflowError("hunter2");
                case HAS_ANOTHER_HANDLE -> Map.of("password", "ENC[evil]");
                case HAS_ONE_MORE -> Map.of("password", LITERAL, "more", "ENC[evil]");
                case IS_EMPTY -> Map.of();
            };
        }
    }

    /** A map that is another one when it is walked again. */
    private static final class Changing extends AbstractMap<String, Object> {

        private final SecondWalk then;
        private int walks;

        Changing(SecondWalk then) {
            this.then = then;
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Entry<String, Object>> iterator() {
                    walks++;
                    return (walks == 1 ? Map.<String, Object>of("password", LITERAL) : then.entries())
                            .entrySet()
                            .iterator();
                }

                @Override
                public int size() {
                    return 1;
                }
            };
        }
    }

    private void assertHarmless(SecretResolver resolver, Object changing) {
        Map<String, Object> trees = new LinkedHashMap<>();
        trees.put("before", List.of(LITERAL));
        trees.put("changing", changing);
        trees.put("after", List.of("ENC[p]"));

        Map<String, Resolution<@Nullable Object>> all = resolver.resolveAll(trees);

        assertThat(all.get("before").orThrow()).isEqualTo(List.of("u1"));
        assertThat(all.get("after").orThrow()).isEqualTo(List.of("p1"));
        if (all.get("changing") instanceof Resolution.Resolved<?> resolved) {
            assertThat(String.valueOf(resolved.result())).doesNotContain("ENC[");
        }
    }

    @ParameterizedTest
    @EnumSource
    void fault_12_a_map_that_is_another_one_the_second_time_harms_nobody(SecondWalk then) {
        assertHarmless(resolver, new Changing(then));
        assertHarmless(resolver, List.of("x", Map.of("inside", new Changing(then))));
    }

    /** What another thread may do to a list between the first look at it and the copy. */
    enum Change {
        ANOTHER_HANDLE,
        ONE_MORE,
        ONE_LESS,
        A_LEAF;

        void applyTo(List<Object> list) {
            switch (this) {
                case ANOTHER_HANDLE -> list.set(0, "ENC[evil]");
                case ONE_MORE -> list.add("ENC[evil]");
                case ONE_LESS -> list.clear();
                case A_LEAF -> list.set(0, Optional.of("ENC[evil]"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void fault_12_a_tree_that_is_changed_during_the_call_harms_nobody(Change change) {
        List<Object> tree = new ArrayList<>(List.of(LITERAL, Map.of("x", "ENC[p]")));
        SecretResolver changing = SecretResolver.builder(handles -> {
                    change.applyTo(tree);
                    return new HashMap<Handle, FetchResult>(backend.fetch(handles));
                })
                .build();

        assertHarmless(changing, tree);
    }

    @Test
    void fault_12_a_tree_that_is_changed_later_does_not_change_what_was_resolved() {
        List<Object> inner = new ArrayList<>(List.of(LITERAL));
        Object resolved = resolver.resolve("a", List.of(inner));

        inner.set(0, "ENC[evil]");

        assertThat(resolved).isEqualTo(List.of(List.of("u1")));
    }

    @Test
    void the_whole_tree_that_is_no_text_is_refused_by_its_type() {
        assertThatThrownBy(() -> resolver.resolve("a", Optional.of(LITERAL)))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "a: the tree is a java.util.Optional that holds a handle; only text can be resolved, so give"
                                + " it as text, a map or a list");
    }
}
