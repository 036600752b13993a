package io.agentsecrets.resolver;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Informs the agent's listeners and metrics about changed values. */
final class ChangeNotifier implements Consumer<DueChange> {

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

    /** Tells of a change, unless it is not due any more. */
    @Override
    public void accept(DueChange due) {
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
