package io.agentsecrets.examples.cli.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scalar in the place of a value.
 *
 * @param text its text
 * @param plain whether it has no quotes, so that it may be a number
 * @param tagged whether it has a tag of an application, which makes something else of it
 * @param path the steps on the way to it
 * @param inFlow whether it stands in brackets or braces
 * @param line counted from 1
 * @param column counted from 1
 */
record WrittenValue(String text, boolean plain, boolean tagged, List<Step> path, boolean inFlow, int line, int column) {

    /**
     * A step of a path.
     *
     * @param name a map key, or the index in a list
     * @param isKey whether it is a map key
     * @param isAlias whether the key repeats a value from elsewhere
     */
    record Step(String name, boolean isKey, boolean isAlias) {

        /** Omits the name, which may be a secret. */
        @Override
        public String toString() {
            return isKey ? "key" : "index";
        }
    }

    /** The map keys of the path. */
    List<Step> keys() {
        return path.stream().filter(Step::isKey).toList();
    }

    /** The key that it belongs to, itself or as an element of a list; null if there is none. */
    @Nullable
    Step key() {
        List<Step> keys = keys();
        return keys.isEmpty() ? null : keys.get(keys.size() - 1);
    }

    /** The name of the key above that; null if there is none. */
    @Nullable
    String parentKey() {
        List<Step> keys = keys();
        return keys.size() < 2 ? null : keys.get(keys.size() - 2).name();
    }

    /** Whether it is an element of a list. */
    boolean inList() {
        return !path.isEmpty() && !path.get(path.size() - 1).isKey();
    }

    /** Omits the text, which may be a secret. */
    @Override
    public String toString() {
        return "WrittenValue(" + line + ":" + column + ")";
    }
}
