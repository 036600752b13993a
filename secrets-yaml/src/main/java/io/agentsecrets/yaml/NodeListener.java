package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;

/** A listener for the nodes of a YAML stream, called in the order of the text. */
interface NodeListener {

    /** The kind of a collection. */
    enum Kind {
        LIST,
        MAP,
        /** A map with the tag {@code !!set}, whose keys are its members. */
        SET
    }

    /** A document begins; anchors of the previous one are no longer valid. */
    void startDocument();

    /** A scalar. */
    void scalar(Scalar scalar);

    /**
     * A map, set or list begins.
     *
     * @param kind its kind
     * @param tag a tag of YAML itself, which must fit, or null
     * @param anchor the name that aliases use, or null
     */
    void startCollection(Kind kind, @Nullable String tag, @Nullable String anchor, Span span);

    /** The map, set or list that began last ends. */
    void endCollection();

    /**
     * An alias.
     *
     * @param anchor the name of the anchor that it repeats
     * @param event its number among the events of the stream
     */
    void alias(String anchor, Span span, int event);
}
