package io.agentsecrets.resolver;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A queue of messages for code of the agent, which gets them one at a time, in order and with no lock held. A thread that
 * has added messages delivers them, unless a delivery is under way, by another thread or by a caller on the same thread:
 * then that delivery takes these messages as well. Thread-safe.
 *
 * @param <T> the type of the messages
 */
final class Outbox<T> {

    private final Queue<T> news = new ConcurrentLinkedQueue<>();
    private final String name;
    private final Consumer<T> reader;

    /** How many deliveries were requested; the thread that raises this from zero delivers for all. */
    private final AtomicInteger deliverers = new AtomicInteger();

    /** Creates an empty outbox for a reader, whose name is logged if it fails. */
    Outbox(String name, Consumer<T> reader) {
        this.name = name;
        this.reader = reader;
    }

    /**
     * Adds a message at the end. Messages are delivered in the order of these calls, so call it with the lock held that
     * guards what the message is about.
     */
    void add(T item) {
        news.add(item);
    }

    /** Delivers all messages, unless a delivery is under way, which then delivers these as well. */
    void deliver() {
        if (news.isEmpty() || deliverers.getAndIncrement() != 0) {
            return;
        }
        int came = 1;
        while (came != 0) {
            for (T item = news.poll(); item != null; item = news.poll()) {
                tell(item);
            }
            came = deliverers.addAndGet(-came);
        }
    }

    private void tell(T item) {
        ForeignCode.run(name, () -> reader.accept(item));
    }
}
