package io.agentsecrets;

import org.jspecify.annotations.Nullable;

/**
 * What became of one source among several: either what was wanted, or why the source is dropped.
 *
 * @param <T> what was wanted: a tree, a text, the values of handles
 */
public sealed interface Resolution<T extends @Nullable Object> {

    /**
     * Returns the source.
     *
     * @return the name of the source
     */
    String source();

    /**
     * Returns what was wanted.
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
     * A source that is dropped. The others are not harmed by it.
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
