package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;

/**
 * A scalar as it stands in a YAML text, without its tag and anchor.
 *
 * @param text what a parser reads
 * @param span the characters that spell it, quotes and block indicators included
 * @param style how it is written
 * @param tag what its tag makes of it
 * @param anchor the name that aliases use, or null
 * @param event its number among the events of the stream
 */
record Scalar(
        String text,
        Span span,
        Style style,
        Tagging tag,
        @Nullable String anchor,
        int event) {

    /** How a scalar is written. */
    enum Style {
        PLAIN,
        QUOTED,
        BLOCK
    }

    /** What a tag makes of a scalar. */
    enum Tagging {
        /** No tag, or one of an application: a plain scalar is what the core schema reads in it, another one a string. */
        NONE,
        /** {@code !!str}: a string, however it is written. */
        STRING,
        /** {@code !!int} or {@code !!float}. */
        NUMBER,
        /** Another tag of YAML itself, such as {@code !!binary}. */
        OTHER;

        /** Whether only making the tree can tell if the value fits. */
        boolean isDoubtful() {
            return this == NUMBER || this == OTHER;
        }
    }

    /** Tells whether the value could be a string that holds a handle. */
    boolean mayBeString() {
        return !tag.isDoubtful();
    }

    /** Tells whether the core schema decides what the scalar is. */
    boolean isPlain() {
        return style == Style.PLAIN && tag == Tagging.NONE;
    }
}
