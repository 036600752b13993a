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
 * A registered source: the handles that it uses, their places, and how many threads resolve it. Its handles are held while
 * it is registered, and after that as long as a thread still resolves it.
 *
 * <p>Any thread may call {@link #enter} and {@link #leave}; all other changes need the lock of {@link SourceRegistry}.
 */
final class UsedSource {

    /** In place of a number of threads: the source was retired and its handles were released. */
    private static final int GONE = -1;

    private final String name;
    private final Usages usages;
    private final Map<Handle, FetchResult.Failed> refusals;
    private final List<KnownHandle> handles;
    private final Set<Handle> askable;
    private final SourceNews news;
    private final SourceValues values;

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
        this.values = new SourceValues(handles, refusals.isEmpty());
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

    /** Returns the news about it. */
    SourceNews news() {
        return news;
    }

    /** Returns the values that it runs with. */
    SourceValues values() {
        return values;
    }

    boolean isSameAs(Usages otherUsages, Map<Handle, FetchResult.Failed> otherRefusals) {
        return usages.equals(otherUsages) && refusals.equals(otherRefusals);
    }

    /** Begins to resolve it, unless its handles were released. */
    boolean enter() {
        int threads = resolving.get();
        while (threads != GONE && !resolving.compareAndSet(threads, threads + 1)) {
            threads = resolving.get();
        }
        return threads != GONE;
    }

    /**
     * Ends the resolving by this thread. Returns true if it was the last one and the registry must now release or check the
     * source.
     */
    boolean leave() {
        return resolving.decrementAndGet() == 0 && (retired || changeIsPending);
    }

    /** Marks it as no longer registered. */
    void retire() {
        retired = true;
    }

    /** Whether its handles can be released now. True for one caller only. */
    boolean isDone() {
        return retired && resolving.compareAndSet(0, GONE);
    }

    /**
     * Returns the changes that the agent must be told about, and counts them as told. There are none while a thread
     * resolves the source, as that thread reads the values itself; {@link #leave} then says that it must be checked again.
     */
    Set<Handle> takeChanges(long now) {
        changeIsPending = true;
        if (retired || resolving.get() > 0) {
            return Set.of();
        }
        changeIsPending = false;
        return news.take(now);
    }

    /** Whether changes that were taken are still news: the agent may have read them, or forgotten the source, since. */
    boolean isStillNews(Set<Handle> changes) {
        return !retired && news.isStillNews(changes);
    }

    /** Whether it must be checked when any value of it is confirmed: it was dropped, or its values do not belong together. */
    boolean isWatched() {
        return news.isWatched() && !retired;
    }
}
