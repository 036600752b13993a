package io.agentsecrets.resolver;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * News for code of the agent, told one at a time, in order and with no lock held. A thread that has news puts it in and
 * delivers, unless another thread is delivering or this one already is, further down its stack: then that one goes on with
 * it. Thread-safe.
 *
 * @param <T> what is told
 */
final class Outbox<T> {

    private final Queue<T> news = new ConcurrentLinkedQueue<>();
    private final String name;
    private final Consumer<T> reader;

    /** How many threads came to deliver; the thread that raises it from zero delivers for all. */
    private final AtomicInteger deliverers = new AtomicInteger();

    /** Creates an empty outbox for a reader, with its name in the log should it fail. */
    Outbox(String name, Consumer<T> reader) {
        this.name = name;
        this.reader = reader;
    }

    /** Puts news at the end. The order is that of the calls, so call it with the lock held under which the news came up. */
    void add(T item) {
        news.add(item);
    }

    /** Delivers what is in the box, unless another thread is at it, which then delivers this as well. */
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
