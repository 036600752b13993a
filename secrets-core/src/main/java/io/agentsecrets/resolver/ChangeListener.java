package io.agentsecrets.resolver;

/**
 * A listener for sources whose values changed. Listeners are called for one change at a time, in order, with no lock held,
 * on the thread that fetched the new value; they may resolve and refresh from inside. An exception of a listener is logged
 * and has no other effect.
 */
@FunctionalInterface
public interface ChangeListener {

    /**
     * Called once for each source that uses a value that changed. Resolving the source again gives the new values.
     *
     * @param change what changed; it holds no values
     */
    void changed(SourceChange change);
}
