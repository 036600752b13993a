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
 * @param plain whether the text goes in without quotes, as a number or a boolean
 * @param span its characters in the text, or null if only the tree changes
 */
record Replacement(
        int event,
        @Nullable Handle handle,
        String text,
        boolean plain,
        @Nullable Span span) {

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
}
