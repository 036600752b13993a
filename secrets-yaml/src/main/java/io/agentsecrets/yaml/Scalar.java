package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;

/**
 * A scalar as it is written in a YAML text.
 *
 * @param text its text as parsers read it
 * @param value its text as the engine reads it, which ends a block scalar with a line feed even where the text has none
 * @param span the characters that spell it, quotes and block indicators included, without its tag and anchor
 * @param style how it is written
 * @param tag the meaning of its tag
 * @param tagSpan the characters of its tag, or null
 * @param anchor the name that aliases use, or null
 * @param event its number among the events of the stream
 */
record Scalar(
        String text,
        String value,
        Span span,
        Style style,
        Tagging tag,
        @Nullable Span tagSpan,
        @Nullable String anchor,
        int event) {

    /** How a scalar is written. */
    enum Style {
        PLAIN,
        SINGLE_QUOTED,
        DOUBLE_QUOTED,
        BLOCK
    }

    /** The meaning of a scalar's tag. */
    enum Tagging {
        /**
         * No tag, or one of an application: the core schema decides the type of a plain scalar; any other scalar is a
         * string.
         */
        NONE,
        /** {@code !!str}: a string, however it is written. */
        STRING,
        /** {@code !}: a string in YAML 1.2; many parsers read the scalar as if it had no quotes. */
        NON_SPECIFIC,
        INT,
        FLOAT,
        BOOL,
        NULL,
        BINARY,
        MERGE,
        /** The tag of a map, set or list. */
        COLLECTION;

        boolean isNumber() {
            return this == INT || this == FLOAT;
        }

        /** Whether only building the tree can show if the value fits. */
        boolean isDoubtful() {
            return this != NONE && this != STRING && this != NON_SPECIFIC;
        }
    }

    /** Tells whether the value could be a string that holds a handle. */
    boolean mayBeString() {
        return !tag.isDoubtful();
    }

    /** Tells whether the core schema decides the type of the scalar. */
    boolean isPlain() {
        return style == Style.PLAIN && tag == Tagging.NONE;
    }
}
