package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;

/** Hears what stands in a YAML stream, in the order of the text. */
interface NodeListener {

    /** What a collection is. */
    enum Kind {
        LIST,
        MAP,
        /** A map with the tag {@code !!set}, whose keys are its members. */
        SET
    }

    /** A document begins; anchors of the one before are forgotten. */
    void startDocument();

    /** A scalar stands here. */
    void scalar(Scalar scalar);

    /**
     * A map, set or list begins.
     *
     * @param kind what it is
     * @param checked whether a tag of YAML itself asks for more than a plain map or list
     * @param anchor the name that aliases use, or null
     */
    void startCollection(Kind kind, boolean checked, @Nullable String anchor, Span span);

    /** The map, set or list that began last ends. */
    void endCollection();

    /**
     * An alias stands here.
     *
     * @param anchor the name of what it repeats
     * @param event its number among the events of the stream
     */
    void alias(String anchor, Span span, int event);

    /** Returns a listener that passes over everything. */
    static NodeListener none() {
        return new NodeListener() {
            @Override
            public void startDocument() {}

            @Override
            public void scalar(Scalar scalar) {}

            @Override
            public void startCollection(Kind kind, boolean checked, @Nullable String anchor, Span span) {}

            @Override
            public void endCollection() {}

            @Override
            public void alias(String anchor, Span span, int event) {}
        };
    }
}
