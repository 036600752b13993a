package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scalar or alias that is not handed on as it stands, because it is a handle or held a template variable.
 *
 * @param event its number among the events of the stream
 * @param handle the handle whose value takes its place, or null
 * @param text what takes its place if there is no handle
 * @param form how that is written
 * @param span its characters in the text, or null if only the tree changes
 * @param tag the characters of the tag that its form speaks of, or null
 */
record Replacement(
        int event,
        @Nullable Handle handle,
        String text,
        Form form,
        @Nullable Span span,
        @Nullable Span tag) {

    /** How something is written in the place of a scalar. */
    enum Form {
        /** In double quotes. A tag {@code !} before it becomes a blank, as it makes numbers of quoted text for some readers. */
        QUOTED,
        /** Without quotes, for the core schema to decide what it is. */
        PLAIN,
        /** Without quotes, under the tag that it has. */
        TAGGED,
        /** In double quotes in the place of an alias, behind a copy of the tag that stands at the anchor. */
        WRITTEN_OUT
    }

    /** Returns what takes the place of the scalar: the value of its handle or the fixed text. */
    String newText(Map<Handle, SecretValue> values) {
        if (handle == null) {
            return text;
        }
        SecretValue value = values.get(handle);
        if (value == null) {
            throw new IllegalArgumentException("no value for the handle " + handle);
        }
        return value.reveal();
    }

    /** Returns the scalar for trees. */
    Replay.NewScalar newScalar(Map<Handle, SecretValue> values) {
        return new Replay.NewScalar(newText(values), isPlain(), form == Form.TAGGED);
    }

    boolean isPlain() {
        return form == Form.PLAIN || form == Form.TAGGED;
    }

    /** Counts the characters that are written in the place of the scalar, without writing them. */
    long length(Map<Handle, SecretValue> values) {
        String newText = newText(values);
        if (isPlain()) {
            return newText.length();
        }
        long copied = form == Form.WRITTEN_OUT && tag != null ? tag.end() - tag.start() + 1L : 0;
        return copied + DoubleQuoted.length(newText);
    }
}
