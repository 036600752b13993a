package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.OneLine;
import io.agentsecrets.Origin;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of changes: one at a time, in order, with no lock held. Whoever brings a change delivers it, unless
 * another thread is delivering or this one is already doing so further down its stack: then that one goes on with it.
 */
final class ChangeNotifier {

    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
    private final Queue<SourceChange> changes = new ConcurrentLinkedQueue<>();

    /** How many threads came to deliver; the one that raises it from zero does so for all. */
    private final AtomicInteger deliverers = new AtomicInteger();

    void addListener(ChangeListener listener) {
        listeners.add(listener);
    }

    void removeListener(ChangeListener listener) {
        listeners.remove(listener);
    }

    /** Puts changes at the end of the queue. Not for several threads at once. */
    void add(SortedMap<String, SortedMap<Handle, List<Origin>>> users) {
        if (listeners.isEmpty()) {
            return;
        }
        for (Map.Entry<String, SortedMap<Handle, List<Origin>>> user : users.entrySet()) {
            changes.add(new SourceChange(user.getKey(), user.getValue()));
        }
    }

    /** Delivers what is in the queue, unless somebody is at it, who then delivers this as well. */
    void deliver() {
        if (changes.isEmpty() || deliverers.getAndIncrement() != 0) {
            return;
        }
        int came = 1;
        while (came != 0) {
            SourceChange change = changes.poll();
            while (change != null) {
                tell(change);
                change = changes.poll();
            }
            came = deliverers.addAndGet(-came);
        }
    }

    private void tell(SourceChange change) {
        for (ChangeListener listener : listeners) {
            try {
                listener.changed(change);
            } catch (RuntimeException | Error e) {
                // its message may hold a secret: listeners work with them
                LoggerFactory.getLogger(ChangeNotifier.class)
                        .warn(
                                "a listener failed with {} when it heard of a change of {}",
                                e.getClass().getName(),
                                OneLine.of(change.source()));
            }
        }
    }
}
