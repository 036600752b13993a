package io.agentsecrets.yaml;

/** A listener for the parts of an ordinary text, called in the order of the text. */
interface OrdinaryListener {

    /** A map or list begins: the child that comes next, or the whole text. */
    default void open(boolean list) {}

    /** The map or list that began last ends. */
    default void close() {}

    /**
     * An entry of a map begins. Its value may be missing.
     *
     * @param key the scalar that was read last
     */
    void key(OrdinaryScalar key, OpenBlock map);

    /** An element of a list begins. Its value may be missing. */
    default void element() {}

    /**
     * The value of an entry or an element is a scalar.
     *
     * @param value the scalar that was read last
     */
    void value(OrdinaryScalar value, OpenBlock block);
}
