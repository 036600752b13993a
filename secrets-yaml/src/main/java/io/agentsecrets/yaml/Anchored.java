package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;

/** A node that has an anchor: a scalar, or a map, set or list. */
final class Anchored {

    private static final long OPEN = -1;

    private final @Nullable Scalar scalar;
    private final String written;
    private final boolean key;
    private final boolean replaced;
    private long nodes;
    private int keyLevels;
    private boolean holdsHandle;

    private Anchored(@Nullable Scalar scalar, String written, boolean key, boolean replaced, long nodes) {
        this.scalar = scalar;
        this.written = written;
        this.key = key;
        this.replaced = replaced;
        this.nodes = nodes;
    }

    /**
     * A scalar.
     *
     * @param written its text as its author wrote it, which aliases share
     * @param key whether it is a key or part of one
     * @param replaced whether something takes its place
     */
    static Anchored scalar(Scalar scalar, String written, boolean key, boolean replaced) {
        return new Anchored(scalar, written, key, replaced, 1);
    }

    static Anchored openCollection(boolean key) {
        return new Anchored(null, "", key, false, OPEN);
    }

    /** The scalar, or null for a collection. */
    @Nullable
    Scalar scalar() {
        return scalar;
    }

    String written() {
        return written;
    }

    /** Whether it is a key or part of one. */
    boolean isKey() {
        return key;
    }

    /** Whether something takes the scalar's place. */
    boolean isReplaced() {
        return replaced;
    }

    /** Whether the collection is not closed yet, so that an alias of it would be inside it. */
    boolean isOpen() {
        return nodes == OPEN;
    }

    /** How many nodes it stands for. */
    long nodes() {
        return nodes;
    }

    /** The end of an alias of the collection. */
    OpenCollection.Ended ended() {
        return new OpenCollection.Ended(nodes, keyLevels);
    }

    /** How many levels of collections in keys of collections it holds. */
    int keyLevels() {
        return keyLevels;
    }

    /** Whether the collection contains a handle, as a value or in a key. */
    boolean holdsHandle() {
        return holdsHandle;
    }

    void close(long nodes, int keyLevels, boolean holdsHandle) {
        this.nodes = nodes;
        this.keyLevels = keyLevels;
        this.holdsHandle = holdsHandle;
    }
}
