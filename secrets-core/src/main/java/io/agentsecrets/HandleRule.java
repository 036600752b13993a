package io.agentsecrets;

/**
 * Says which handles a source may use. A handle that is refused fails as {@link FailureKind#DENIED} and is never sent to
 * a backend. Called for every lookup, on the calling thread: it must be fast, thread-safe and free of side effects.
 */
@FunctionalInterface
public interface HandleRule {

    /**
     * Decides about one handle of one source.
     *
     * @param source the name of the source
     * @param handle the handle it uses
     * @return true if it may
     */
    boolean mayUse(String source, Handle handle);
}
