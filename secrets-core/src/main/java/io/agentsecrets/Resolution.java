package io.agentsecrets;

import org.jspecify.annotations.Nullable;

/**
 * The outcome for one source among several: either its result, or why it is dropped.
 *
 * @param <T> the type of the result: a tree, a text, the values of handles
 */
public sealed interface Resolution<T extends @Nullable Object> {

    /**
     * Returns the source.
     *
     * @return the name of the source
     */
    String source();

    /**
     * Returns the result.
     *
     * @return the result of a source that resolved
     * @throws SecretException if the source is dropped
     */
    T orThrow();

    /**
     * A source that resolved.
     *
     * @param source the name of the source
     * @param result what was wanted
     * @param <T> what was wanted
     */
    record Resolved<T extends @Nullable Object>(String source, T result) implements Resolution<T> {
        @Override
        public T orThrow() {
            return result;
        }

        /** Names the source only: the result holds secrets. */
        @Override
        public String toString() {
            return "Resolved[" + OneLine.of(source) + "]";
        }
    }

    /**
     * A source that is dropped. Other sources are not affected.
     *
     * @param source the name of the source
     * @param reason why
     * @param <T> what was wanted
     */
    record Dropped<T extends @Nullable Object>(String source, SecretException reason) implements Resolution<T> {
        @Override
        public T orThrow() {
            throw reason;
        }
    }
}
