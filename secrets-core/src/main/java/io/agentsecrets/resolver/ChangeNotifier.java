package io.agentsecrets.resolver;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Informs the agent's listeners and metrics about changed values. */
final class ChangeNotifier {

    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
    private final ResolverMetrics metrics;

    ChangeNotifier(ResolverMetrics metrics) {
        this.metrics = metrics;
    }

    void addListener(ChangeListener listener) {
        listeners.add(listener);
    }

    void removeListener(ChangeListener listener) {
        listeners.remove(listener);
    }

    void tell(DueChange due) {
        if (!due.isStillDue()) {
            return;
        }
        SourceChange change = due.asEvent();
        metrics.sourceChanged(change.usages().size());
        for (ChangeListener listener : listeners) {
            ForeignCode.run("a listener for changes", () -> listener.changed(change));
        }
    }
}
