package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;

/** What an anchor names: a scalar, or a map or list. */
final class Anchored {

    private static final long OPEN = -1;

    private final @Nullable Scalar scalar;
    private final boolean key;
    private final boolean replaced;
    private long nodes;

    private Anchored(@Nullable Scalar scalar, boolean key, boolean replaced, long nodes) {
        this.scalar = scalar;
        this.key = key;
        this.replaced = replaced;
        this.nodes = nodes;
    }

    static Anchored scalar(Scalar scalar, boolean key, boolean replaced) {
        return new Anchored(scalar, key, replaced, 1);
    }

    static Anchored openCollection() {
        return new Anchored(null, false, false, OPEN);
    }

    /** The scalar, or null for a map or list. */
    @Nullable
    Scalar scalar() {
        return scalar;
    }

    /** Whether the scalar stands in the place of a key. */
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

    void close(long nodes) {
        this.nodes = nodes;
    }
}
