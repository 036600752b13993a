package io.agentsecrets.yaml;

import io.agentsecrets.tree.TreePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A map, set or list that is not closed yet, with what was read of it so far. */
final class OpenCollection {

    /** The text in paths of a key that is not a scalar. */
    static final String UNNAMED = "?";

    /** Up to this number keys are compared one by one, which is as fast as hashing them and takes less memory. */
    private static final int FEW = 16;

    private final @Nullable OpenCollection parent;
    private final int depth;
    private final NodeListener.Kind kind;
    private final boolean withinKey;
    private final int keySteps;
    private final @Nullable Anchored anchored;
    private Collection<Object> keys = List.of();

    /** The key whose value comes next; null while a key comes next, and always in a list. */
    private @Nullable String key;

    private int index;
    private int keyLevels;
    private long nodes = 1;
    private boolean holdsHandle;

    /**
     * Opens a collection.
     *
     * @param parent the collection that it is in, as the next child
     * @param anchored the node of its anchor, which is told when it closes; null without an anchor
     */
    OpenCollection(@Nullable OpenCollection parent, NodeListener.Kind kind, @Nullable Anchored anchored) {
        this.parent = parent;
        this.kind = kind;
        this.anchored = anchored;
        this.depth = parent == null ? 1 : parent.depth + 1;
        this.withinKey = parent != null && parent.isKeyNext();
        this.keySteps = parent == null ? 0 : parent.keyStepsToNext();
    }

    @Nullable
    OpenCollection parent() {
        return parent;
    }

    /** The depth of its children: how many collections they are in, this one included. */
    int depth() {
        return depth;
    }

    /** Whether the next node is a key or part of one, and not a value. Members of sets are values. */
    boolean isKeyNext() {
        return withinKey || (kind == NodeListener.Kind.MAP && key == null);
    }

    /** Whether the next node is a key of this map or a member of this set. */
    boolean expectsKey() {
        return kind != NodeListener.Kind.LIST && key == null;
    }

    /** How many of the collections around the next node, and the node itself, are keys or members of sets. */
    int keyStepsToNext() {
        return keySteps + (expectsKey() ? 1 : 0);
    }

    /** Notes that it contains a handle. */
    void noteHandle() {
        holdsHandle = true;
    }

    boolean holdsHandle() {
        return holdsHandle;
    }

    /** Returns the path to the next node; the path of a key is that of its map. */
    static String pathIn(@Nullable OpenCollection open) {
        StringBuilder path = new StringBuilder();
        if (open != null) {
            open.appendStepsTo(path);
        }
        return path.toString();
    }

    /** Appends the steps to the current child, and returns whether there are any. */
    private boolean appendStepsTo(StringBuilder path) {
        boolean follows = parent != null && parent.appendStepsTo(path);
        String step = kind == NodeListener.Kind.MAP ? key : Integer.toString(index);
        if (step == null) {
            return follows;
        }
        path.append(follows ? "/" : "");
        path.append(step.length() <= TreePath.LONGEST_STEP ? step : TreePath.ROOT.child(step));
        return true;
    }

    /** Notes a key and returns whether it was noted before. */
    boolean isRepeated(Object newKey) {
        if (keys.isEmpty()) {
            keys = new ArrayList<>(FEW);
        } else if (keys.size() == FEW) {
            keys = new HashSet<>(keys);
        }
        return keys.contains(newKey) || !keys.add(newKey);
    }

    /** Goes on to the next child after a scalar. */
    void scalarEnded(String text) {
        nodes++;
        next(text);
    }

    /** Goes on to the next child after a map, set or list. */
    void collectionEnded(Ended child) {
        nodes += child.nodes();
        keyLevels = Math.max(keyLevels, child.keyLevels() + (expectsKey() ? 1 : 0));
        next(UNNAMED);
    }

    private void next(String text) {
        if (kind == NodeListener.Kind.LIST || !expectsKey()) {
            index++;
            key = null;
        } else {
            key = text;
        }
    }

    Ended close() {
        if (anchored != null) {
            anchored.close(nodes, keyLevels, holdsHandle);
        }
        return new Ended(nodes, keyLevels);
    }

    /**
     * A map, set or list that has ended.
     *
     * @param nodes how many nodes it stands for
     * @param keyLevels how many levels of collections in keys it holds
     */
    record Ended(long nodes, int keyLevels) {}
}
