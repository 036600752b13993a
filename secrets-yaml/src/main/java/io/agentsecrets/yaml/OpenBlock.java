package io.agentsecrets.yaml;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A map or list of an ordinary text that is not closed yet: its column, its current child and the keys before it. Keys are
 * kept as indexes of the text, as hardly any of them is needed as a string.
 */
final class OpenBlock {

    /** Up to this number keys are compared one by one, which is as fast as hashing them and takes less memory. */
    private static final int FEW = 16;

    /** Room for a usual path, so that its builder need not grow. */
    private static final int USUAL_PATH = 48;

    private static final int[] NO_KEYS = {};

    private final String text;
    private final @Nullable OpenBlock parent;
    private final int column;
    private final boolean list;
    private final int depth;

    /** The start and the end of each of the first keys. */
    private int[] keys = NO_KEYS;

    /** All keys, if they are many. */
    private Set<String> manyKeys = Set.of();

    /** The number of the current child, counted from 0. */
    private int index = -1;

    private int keyStart;
    private int keyEnd;

    OpenBlock(String text, @Nullable OpenBlock parent, int column, boolean list) {
        this.text = text;
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

    /** Goes on to the next entry of a map. Returns whether its key, given by indexes of the text, is new. */
    boolean nextEntry(int start, int end) {
        index++;
        keyStart = start;
        keyEnd = end;
        return index < FEW ? isNewAmongFew() : isNewAmongMany();
    }

    private boolean isNewAmongFew() {
        if (index == 0) {
            keys = new int[2 * FEW];
        }
        int length = keyEnd - keyStart;
        for (int i = 0; i < 2 * index; i += 2) {
            if (keys[i + 1] - keys[i] == length && text.regionMatches(keys[i], text, keyStart, length)) {
                return false;
            }
        }
        keys[2 * index] = keyStart;
        keys[2 * index + 1] = keyEnd;
        return true;
    }

    private boolean isNewAmongMany() {
        if (index == FEW) {
            manyKeys = new HashSet<>();
            for (int i = 0; i < keys.length; i += 2) {
                manyKeys.add(text.substring(keys[i], keys[i + 1]));
            }
        }
        return manyKeys.add(text.substring(keyStart, keyEnd));
    }

    /** Returns the path to the current child: keys and indexes, joined by slashes. */
    String pathOfChild() {
        StringBuilder path = new StringBuilder(USUAL_PATH);
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
            path.append(text, keyStart, keyEnd);
        }
    }
}
