package io.agentsecrets.resolver;

/**
 * Hears of sources whose values changed. Listeners are told of one change at a time, in order, with no lock held, on the
 * thread that brought the change; they may resolve and refresh from inside. One that throws is logged and passed over.
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
