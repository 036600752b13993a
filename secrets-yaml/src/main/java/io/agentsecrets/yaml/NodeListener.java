package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;

/** Hears what stands in a YAML stream, in the order of the text. */
interface NodeListener {

    /** A document begins; anchors of the one before are forgotten. */
    void startDocument();

    /** A scalar stands here. */
    void scalar(Scalar scalar);

    /**
     * A map or a list begins.
     *
     * @param map true for a map
     * @param checked whether a tag of YAML itself asks for more than a plain map or list
     * @param anchor the name that aliases use, or null
     */
    void startCollection(boolean map, boolean checked, @Nullable String anchor, Span span);

    /** The map or list that began last ends. */
    void endCollection();

    /**
     * An alias stands here.
     *
     * @param anchor the name of what it repeats
     * @param event its number among the events of the stream
     */
    void alias(String anchor, Span span, int event);
}
