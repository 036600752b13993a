package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;

/** What an anchor names: a scalar, or a map or list. */
final class Anchored {

    private static final long OPEN = -1;

    private final @Nullable Scalar scalar;
    private final boolean key;
    private final boolean replaced;
    private long nodes;
    private boolean holdsHandle;

    private Anchored(@Nullable Scalar scalar, boolean key, boolean replaced, long nodes) {
        this.scalar = scalar;
        this.key = key;
        this.replaced = replaced;
        this.nodes = nodes;
    }

    static Anchored scalar(Scalar scalar, boolean key, boolean replaced) {
        return new Anchored(scalar, key, replaced, 1);
    }

    static Anchored openCollection(boolean key) {
        return new Anchored(null, key, false, OPEN);
    }

    /** The scalar, or null for a map or list. */
    @Nullable
    Scalar scalar() {
        return scalar;
    }

    /** Whether it is a key or part of one. */
    boolean isKey() {
        return key;
    }

    /** Whether something takes the scalar's place. */
    boolean isReplaced() {
        return replaced;
    }

    /** Whether the map or list is not closed yet, so that an alias of it would stand in it. */
    boolean isOpen() {
        return nodes == OPEN;
    }

    /** How many nodes it stands for. */
    long nodes() {
        return nodes;
    }

    /** Whether a handle stands in the map or list, as a value or in a key. */
    boolean holdsHandle() {
        return holdsHandle;
    }

    void close(long nodes, boolean holdsHandle) {
        this.nodes = nodes;
        this.holdsHandle = holdsHandle;
    }
}
