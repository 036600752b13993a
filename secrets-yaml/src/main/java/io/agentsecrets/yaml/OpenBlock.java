package io.agentsecrets.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A map or list of an ordinary text that is not closed yet: its column, its current child and the keys before it. */
final class OpenBlock {

    /** Up to this number keys are compared one by one, which is as fast as hashing them and takes less memory. */
    private static final int FEW = 16;

    private final @Nullable OpenBlock parent;
    private final int column;
    private final boolean list;
    private final int depth;
    private Collection<String> keys = List.of();
    private String key = "";
    private int index = -1;

    OpenBlock(@Nullable OpenBlock parent, int column, boolean list) {
        this.parent = parent;
        this.column = column;
        this.list = list;
        this.depth = parent == null ? 1 : parent.depth + 1;
    }

    @Nullable
    OpenBlock parent() {
        return parent;
    }

    /** The column of its keys or dashes, counted from 0. A list may have that of the map that it is in. */
    int column() {
        return column;
    }

    boolean isList() {
        return list;
    }

    /** How many collections its children are in. */
    int depth() {
        return depth;
    }

    /** Goes on to the next element of a list. */
    void nextElement() {
        index++;
    }

    /** Goes on to the next entry of a map. Returns whether its key is new. */
    boolean nextEntry(String newKey) {
        if (keys.isEmpty()) {
            keys = new ArrayList<>(FEW);
        } else if (keys.size() == FEW) {
            keys = new HashSet<>(keys);
        }
        key = newKey;
        return !keys.contains(newKey) && keys.add(newKey);
    }

    /** Returns the path to the current child: keys and indexes, joined by slashes. */
    String pathOfChild() {
        StringBuilder path = new StringBuilder();
        appendPathTo(path);
        return path.toString();
    }

    private void appendPathTo(StringBuilder path) {
        if (parent != null) {
            parent.appendPathTo(path);
            path.append('/');
        }
        if (list) {
            path.append(index);
        } else {
            path.append(key);
        }
    }
}
