package io.agentsecrets.exec;

import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * What masks the secrets that resolvers know. Several resolvers may share a backend, and some of them end: the redactors that
 * came last are kept, the others for as long as somebody else needs them.
 *
 * <p>Thread-safe.
 */
final class KnownRedactors {

    private static final int KEPT = 8;

    /** Guarded by this, like {@link #earlier}. */
    private final Deque<Redactor> latest = new ArrayDeque<>();

    private final List<WeakReference<Redactor>> earlier = new ArrayList<>();

    synchronized void add(Redactor redactor) {
        earlier.removeIf(reference -> reference.refersTo(null));
        latest.addLast(redactor);
        if (latest.size() > KEPT) {
            earlier.add(new WeakReference<>(latest.removeFirst()));
        }
    }

    /** Returns what masks these secrets and the known ones. */
    TextMask with(Collection<SecretValue> secrets) {
        return new TextMask(secrets, redactors());
    }

    private synchronized List<Redactor> redactors() {
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
