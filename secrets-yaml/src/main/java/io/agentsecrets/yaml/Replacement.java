package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A replacement of a scalar or an alias that is a handle or holds a template variable.
 *
 * @param number the number of the scalar or alias, by which a second reading finds it: that of its event, or, if the scanner
 *     read the text, the index of its first character
 * @param handle the handle whose value replaces it, or null
 * @param text the text that replaces it if there is no handle
 * @param form how the new text is written
 * @param span its characters in the text, or null if only the tree changes
 * @param tag the characters of the tag that the form mentions, or null
 */
record Replacement(
        int number,
        @Nullable Handle handle,
        String text,
        Form form,
        @Nullable Span span,
        @Nullable Span tag) {

    /** The form of a new scalar. */
    enum Form {
        /**
         * In double quotes. A tag {@code !} before it becomes a blank, as some parsers read quoted text with it as a
         * number.
         */
        QUOTED,
        /** Without quotes, so that the core schema decides its type. */
        PLAIN,
        /** Without quotes, with the tag that it has. */
        TAGGED,
        /** In double quotes in the place of an alias, after a copy of the anchor's tag. */
        WRITTEN_OUT
    }

    /** Returns the replacement of a handle that the scanner found. */
    static Replacement scanned(Handle handle, Span span) {
        return new Replacement(span.start(), handle, "", Form.QUOTED, span, null);
    }

    /** Returns the new text: the value of the handle or the fixed text. */
    String newText(Map<Handle, SecretValue> values) {
        return handle == null
                ? text
                : Objects.requireNonNull(values.get(handle)).reveal();
    }

    boolean isPlain() {
        return form == Form.PLAIN || form == Form.TAGGED;
    }

    /** Returns the length of what is written in the place of the scalar, without writing it. */
    long length(String newText) {
        if (isPlain()) {
            return newText.length();
        }
        long copied = form == Form.WRITTEN_OUT && tag != null ? tag.end() - tag.start() + 1L : 0;
        return copied + DoubleQuoted.length(newText);
    }
}
