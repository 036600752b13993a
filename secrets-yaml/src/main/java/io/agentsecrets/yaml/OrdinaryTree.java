package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds the tree of an ordinary text, with values in the places of handles. What it replaces are the same scalars that a new
 * text replaces, so that tree and text cannot differ. Used once.
 */
final class OrdinaryTree implements OrdinaryListener {

    private final NewScalars newScalars;
    private final Map<Handle, SecretValue> values;
    private final List<@Nullable Object> trees = new ArrayList<>(1);
    private @Nullable Open open;
    /** The key that was read last. Its value, if it has one, comes next. */
    private String key = "";

    /**
     * Starts without a tree.
     *
     * @param replacements what {@link OrdinaryRules} found in the text
     * @param values a value for each of their handles
     */
    OrdinaryTree(List<Replacement> replacements, Map<Handle, SecretValue> values) {
        this.newScalars = new NewScalars(replacements);
        this.values = values;
    }

    /** The tree, or none for a text without one. */
    List<@Nullable Object> trees() {
        return trees;
    }

    @Override
    public void open(boolean list) {
        Open begun =
                new Open(open, list ? new ArrayList<>() : List.of(), list ? Map.of() : new LinkedHashMap<>(), list);
        if (open == null) {
            trees.add(begun.built());
        } else {
            open.set(key, begun.built());
        }
        open = begun;
    }

    @Override
    public void close() {
        open = innermost().parent();
    }

    @Override
    public void key(OrdinaryScalar name, OpenBlock map) {
        key = name.text();
        innermost().set(key, null);
    }

    @Override
    public void element() {
        innermost().elements().add(null);
    }

    @Override
    public void value(OrdinaryScalar value, OpenBlock block) {
        Replacement replacement = newScalars.of(value.start());
        innermost().set(key, replacement == null ? read(value) : replacement.newText(values));
    }

    private static @Nullable Object read(OrdinaryScalar value) {
        return value.isQuoted() ? value.text() : PlainText.read(value.text());
    }

    private Open innermost() {
        return Objects.requireNonNull(open);
    }

    /** A map or list that has not ended. A new child is null until its value comes. */
    private record Open(
            @Nullable Open parent,
            List<@Nullable Object> elements,
            Map<String, @Nullable Object> entries,
            boolean list) {

        Object built() {
            return list ? elements : entries;
        }

        /** Sets the value of the last element, or of a key. */
        void set(String key, @Nullable Object value) {
            if (list) {
                elements.set(elements.size() - 1, value);
            } else {
                entries.put(key, value);
            }
        }

        /** Without the values, which may be secrets. */
        @Override
        public String toString() {
            return list ? "a list" : "a map";
        }
    }
}
