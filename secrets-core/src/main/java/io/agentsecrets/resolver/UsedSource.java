package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Usages;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A source that is registered: which handles it uses, where, and how many threads resolve it. Its handles are held while it is
 * registered, and after that for as long as a thread resolves it.
 *
 * <p>{@link #enter} and {@link #leave} may be called by any thread; all else that changes it needs the lock of {@link
 * SourceRegistry}.
 */
final class UsedSource {

    /** In place of a number of threads: the source was retired and its handles were let go. */
    private static final int GONE = -1;

    private final String name;
    private final Usages usages;
    private final Map<Handle, FetchResult.Failed> refusals;
    private final List<KnownHandle> handles;
    private final Set<Handle> askable;
    private final SourceNews news;

    /** How many threads resolve it, or {@link #GONE}. */
    private final AtomicInteger resolving = new AtomicInteger();

    private volatile boolean retired;
    private volatile boolean changeIsPending;

    UsedSource(String name, Usages usages, Map<Handle, FetchResult.Failed> refusals, List<KnownHandle> handles) {
        this.name = name;
        this.usages = usages;
        this.refusals = refusals;
        this.handles = handles;
        this.news = new SourceNews(handles, refusals.isEmpty());
        this.askable = refusals.isEmpty() ? usages.handles() : namesOf(handles);
    }

    private static Set<Handle> namesOf(List<KnownHandle> handles) {
        Set<Handle> names = new HashSet<>();
        handles.forEach(handle -> names.add(handle.handle()));
        return names;
    }

    String name() {
        return name;
    }

    Usages usages() {
        return usages;
    }

    /** Returns why some of its handles are never asked for. */
    Map<Handle, FetchResult.Failed> refusals() {
        return refusals;
    }

    /** Returns the handles that may be asked for. */
    List<KnownHandle> handles() {
        return handles;
    }

    /** Returns the names of the handles that may be asked for. */
    Set<Handle> askable() {
        return askable;
    }

    /** Returns what its agent has heard and has to hear. */
    SourceNews news() {
        return news;
    }

    boolean isSameAs(Usages otherUsages, Map<Handle, FetchResult.Failed> otherRefusals) {
        return usages.equals(otherUsages) && refusals.equals(otherRefusals);
    }

    /** Begins to resolve it, unless its handles were let go. */
    boolean enter() {
        int threads = resolving.get();
        while (threads != GONE && !resolving.compareAndSet(threads, threads + 1)) {
            threads = resolving.get();
        }
        return threads != GONE;
    }

    /** Ends to resolve it. Returns whether the registry has to look at it, as it was the last thread. */
    boolean leave() {
        return resolving.decrementAndGet() == 0 && (retired || changeIsPending);
    }

    /** Marks it as not registered any more. */
    void retire() {
        retired = true;
    }

    /** Whether its handles can be let go now. True for one caller only. */
    boolean isDone() {
        return retired && resolving.compareAndSet(0, GONE);
    }

    /**
     * Returns the handles that its agent has to hear of, which counts as told then. While a thread resolves it there are none, as
     * that reads the values itself; {@link #leave} then has it looked at once more.
     */
    Set<Handle> takeChanges(long now) {
        changeIsPending = true;
        if (retired || resolving.get() > 0) {
            return Set.of();
        }
        changeIsPending = false;
        return news.take(now);
    }

    /** Whether its agent still has to hear of handles that were taken: it may have read or forgotten it since. */
    boolean isStillNews(Set<Handle> changes) {
        return !retired && news.isStillNews(changes);
    }

    /** Whether it has to be looked at after each answer: it was dropped, or its values do not belong together. */
    boolean isWatched() {
        return news.isWatched() && !retired;
    }
}
