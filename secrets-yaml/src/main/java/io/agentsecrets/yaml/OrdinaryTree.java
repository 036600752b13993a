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
        Open begun = list ? new OpenList(open) : new OpenMap(open);
        if (open == null) {
            trees.add(begun.built());
        } else {
            open.set(begun.built());
        }
        open = begun;
    }

    @Override
    public void close() {
        open = innermost().parent;
    }

    @Override
    public void key(OrdinaryScalar key, OpenBlock map) {
        innermost().add(key.text());
    }

    @Override
    public void element() {
        innermost().add("");
    }

    @Override
    public void value(OrdinaryScalar value, OpenBlock block) {
        Replacement replacement = newScalars.of(value.start());
        innermost().set(replacement == null ? read(value) : replacement.newText(values));
    }

    private static @Nullable Object read(OrdinaryScalar value) {
        return value.isQuoted() ? value.text() : PlainText.read(value.text());
    }

    private Open innermost() {
        return Objects.requireNonNull(open);
    }

    /** A map or list that has not ended. A new child is null until its value comes. */
    private abstract static class Open {

        final @Nullable Open parent;

        private Open(@Nullable Open parent) {
            this.parent = parent;
        }

        abstract Object built();

        /** Adds a child; the key is of no meaning in a list. */
        abstract void add(String key);

        /** Sets the value of the last child. */
        abstract void set(@Nullable Object value);
    }

    private static final class OpenList extends Open {

        private final List<@Nullable Object> elements = new ArrayList<>();

        OpenList(@Nullable Open parent) {
            super(parent);
        }

        @Override
        Object built() {
            return elements;
        }

        @Override
        void add(String key) {
            elements.add(null);
        }

        @Override
        void set(@Nullable Object value) {
            elements.set(elements.size() - 1, value);
        }
    }

    private static final class OpenMap extends Open {

        private final Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        private String last = "";

        OpenMap(@Nullable Open parent) {
            super(parent);
        }

        @Override
        Object built() {
            return entries;
        }

        @Override
        void add(String key) {
            last = key;
            entries.put(key, null);
        }

        @Override
        void set(@Nullable Object value) {
            entries.put(last, value);
        }
    }
}
