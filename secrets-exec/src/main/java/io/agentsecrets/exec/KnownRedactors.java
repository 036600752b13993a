package io.agentsecrets.exec;

import io.agentsecrets.Redactor;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The redactors of the resolvers that share a backend. Resolvers may come and go: the latest redactors are kept, older ones
 * only as long as something else still refers to them.
 *
 * <p>Thread-safe.
 */
final class KnownRedactors {

    private static final int KEPT = 8;

    /** Guarded by this, like {@link #earlier}. */
    private final Deque<Redactor> latest = new ArrayDeque<>();

    private final List<WeakReference<Redactor>> earlier = new ArrayList<>();

    synchronized void add(Redactor redactor) {
        latest.addLast(redactor);
        if (latest.size() > KEPT) {
            earlier.removeIf(reference -> reference.refersTo(null));
            earlier.add(new WeakReference<>(latest.removeFirst()));
        }
    }

    /** Returns a mask for the secrets of a reply, which are collected only if there is a text to mask, and the known ones. */
    TextMask with(Reply reply) {
        return new TextMask(reply, this);
    }

    synchronized List<Redactor> all() {
        List<Redactor> all = new ArrayList<>(latest);
        for (WeakReference<Redactor> reference : earlier) {
            Redactor redactor = reference.get();
            if (redactor != null) {
                all.add(redactor);
            }
        }
        return all;
    }
}
