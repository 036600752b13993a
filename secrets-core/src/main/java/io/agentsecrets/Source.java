package io.agentsecrets;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that uses handles and can be written out with values in their places: a tree of maps, a YAML text, a file
 * in an agent's own format.
 *
 * <p>A resolver asks a source where it uses handles, looks up the values, and asks it for a copy with the values in. It
 * calls these methods on the thread that resolves, with no lock held, each once for each time the source is resolved. If
 * one of them throws, this source is dropped; others are not affected.
 *
 * @param <T> what the source is written out as
 */
public interface Source<T extends @Nullable Object> {

    /**
     * Returns the name in errors and reports.
     *
     * @return usually the path of a file relative to its folder; the same at each call
     */
    String name();

    /**
     * Finds the handles.
     *
     * @return which handles are used, and where
     * @throws ConfigException if the source cannot be read
     */
    Usages usages();

    /**
     * Makes a copy with values in the places of the handles. It is called only once all values are there, and not for a source
     * whose handles failed.
     *
     * @param values a value for every handle of {@link #usages()}; perhaps for others too
     * @return the copy; the source itself is not changed
     */
    T with(Map<Handle, SecretValue> values);
}
