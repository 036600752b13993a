package io.agentsecrets.examples.cli.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scalar in the place of a value.
 *
 * @param text its text
 * @param plain whether it has no quotes, so that it may be a number
 * @param tagged whether it has a tag of an application, which makes something else of it
 * @param path map keys and list indexes on the way to it
 * @param keys the map keys of the path
 * @param inList whether it is an element of a list
 * @param inFlow whether it stands in brackets or braces
 * @param line counted from 1
 * @param column counted from 1
 */
record WrittenValue(
        String text,
        boolean plain,
        boolean tagged,
        List<String> path,
        List<String> keys,
        boolean inList,
        boolean inFlow,
        int line,
        int column) {

    /** The key that it belongs to, itself or as an element of a list; null if there is none. */
    @Nullable
    String key() {
        return keys.isEmpty() ? null : keys.get(keys.size() - 1);
    }

    /** The key above that; null if there is none. */
    @Nullable
    String parentKey() {
        return keys.size() < 2 ? null : keys.get(keys.size() - 2);
    }

    /** Omits the text, which may be a secret. */
    @Override
    public String toString() {
        return "WrittenValue(" + line + ":" + column + ")";
    }
}
