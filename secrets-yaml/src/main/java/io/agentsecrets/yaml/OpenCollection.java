package io.agentsecrets.yaml;

import io.agentsecrets.tree.TreePath;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A map or list that is not closed yet, and what has been seen of it. */
final class OpenCollection {

    private final @Nullable OpenCollection parent;
    private final int depth;
    private final boolean map;
    private final boolean withinKey;
    private final @Nullable Anchored anchored;
    private @Nullable Set<Object> keys;
    private @Nullable TreePath path;

    /** The key whose value comes next; null while a key comes next, and always in a list. */
    private @Nullable String key;

    private int index;
    private long nodes = 1;
    private boolean holdsHandle;

    /**
     * Opens a map or list.
     *
     * @param parent what it stands in
     * @param map true for a map
     * @param withinKey whether it is a key or part of one
     * @param anchored what its anchor names, to be told when it closes
     */
    OpenCollection(@Nullable OpenCollection parent, boolean map, boolean withinKey, @Nullable Anchored anchored) {
        this.parent = parent;
        this.depth = parent == null ? 1 : parent.depth + 1;
        this.map = map;
        this.withinKey = withinKey;
        this.anchored = anchored;
    }

    @Nullable
    OpenCollection parent() {
        return parent;
    }

    /** How many collections stand around what is in this one, itself included. */
    int depth() {
        return depth;
    }

    boolean isWithinKey() {
        return withinKey;
    }

    boolean expectsKey() {
        return map && key == null;
    }

    /** Notes that a handle stands in it. */
    void noteHandle() {
        holdsHandle = true;
    }

    boolean holdsHandle() {
        return holdsHandle;
    }

    /** How many nodes it stands for, itself and what aliases repeat included. */
    long nodes() {
        return nodes;
    }

    /** Returns the way to the current child; a key stands where its map stands. */
    TreePath pathOfChild() {
        if (path == null) {
            path = parent == null ? TreePath.ROOT : parent.pathOfChild();
        }
        if (map) {
            return key == null ? path : path.child(key);
        }
        return path.child(index);
    }

    /** Notes a key and tells whether it was noted before. */
    boolean isRepeated(Object newKey) {
        if (keys == null) {
            keys = new HashSet<>();
        }
        return !keys.add(newKey);
    }

    /**
     * Goes on to the next child.
     *
     * @param childNodes how many nodes the one that ended stands for
     * @param text what appears in paths if it was a key
     */
    void childEnded(long childNodes, String text) {
        nodes += childNodes;
        if (map) {
            key = key == null ? text : null;
        } else {
            index++;
        }
    }

    void close() {
        if (anchored != null) {
            anchored.close(nodes, holdsHandle);
        }
    }
}
