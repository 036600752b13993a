package io.agentsecrets.tree;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path from the root of a tree to one of its nodes. Paths share their common steps and become text only on demand, so a
 * walk over a tree without handles builds no text. Immutable.
 */
public final class TreePath {

    /** The path to the root itself. */
    public static final TreePath ROOT = new TreePath(null, "");

    /** How many characters of a key a path shows; of a longer key it shows the beginning and {@code ...}. */
    public static final int LONGEST_STEP = 100;

    private final @Nullable TreePath parent;
    private final Object step;

    private TreePath(@Nullable TreePath parent, Object step) {
        this.parent = parent;
        this.step = step;
    }

    /**
     * Returns the path to a child of this node.
     *
     * @param step the child's key or index; its text appears in the path, null as {@code null}
     * @return a longer path
     */
    public TreePath child(@Nullable Object step) {
        return new TreePath(this, step == null ? "null" : step);
    }

    /**
     * Returns the steps joined by slashes: {@code instances/0/password}; empty for the root. Of a key of more than 100
     * characters only the beginning is shown.
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        appendTo(text);
        return text.toString();
    }

    private void appendTo(StringBuilder text) {
        if (parent == null) {
            return;
        }
        parent.appendTo(text);
        text.append(parent.parent == null ? "" : "/");
        int end = text.length() + LONGEST_STEP;
        appendStep(step, text, end);
        if (text.length() > end) {
            text.setLength(end);
            text.append("...");
        }
    }

    /**
     * Appends a step. Of a map or list it appends little more than is shown: with aliases, the whole text could exceed all
     * memory.
     *
     * @param end the length of the text from which on nothing is shown
     */
    private static void appendStep(@Nullable Object step, StringBuilder text, int end) {
        if (step instanceof Map<?, ?> map) {
            appendAll(map.entrySet(), "{", "}", text, end);
        } else if (step instanceof Collection<?> collection) {
            appendAll(collection, "[", "]", text, end);
        } else if (step instanceof Map.Entry<?, ?> entry) {
            appendStep(entry.getKey(), text, end);
            text.append('=');
            appendStep(entry.getValue(), text, end);
        } else {
            text.append(step);
        }
    }

    private static void appendAll(Collection<?> elements, String open, String close, StringBuilder text, int end) {
        String before = open;
        for (Object element : elements) {
            if (text.length() > end) {
                return;
            }
            text.append(before);
            appendStep(element, text, end);
            before = ", ";
        }
        text.append(elements.isEmpty() ? open : "").append(close);
    }
}
