package io.agentsecrets;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The secrets that are never printed: one registry for all redactors of a program. A secret is known from the first time it
 * is added until it was removed as often.
 *
 * <p>Thread-safe. A change takes as long as the secret is long, however many are known; a redactor never waits for one.
 */
public final class KnownSecrets {

    private final ReentrantLock changes = new ReentrantLock();
    private final Map<SecretValue, Integer> counts = new HashMap<>();
    private final Redactor redactor = new Redactor(this);
    private volatile SecretIndex index = SecretIndex.empty();

    /** Makes a registry that knows nothing yet. */
    public KnownSecrets() {}

    /**
     * Makes a secret known, once more if it is known already.
     *
     * @param secret what to mask from now on; an empty one is passed over
     */
    public void add(SecretValue secret) {
        if (secret.isEmpty()) {
            return;
        }
        changes.lock();
        try {
            if (counts.merge(secret, 1, Integer::sum) == 1) {
                index = index.with(secret, counts.keySet());
            }
        } finally {
            changes.unlock();
        }
    }

    /**
     * Takes back one {@link #add}. A secret that is not known is passed over.
     *
     * @param secret what somebody needs no longer
     */
    public void remove(SecretValue secret) {
        changes.lock();
        try {
            Integer count = counts.get(secret);
            if (count == null) {
                return;
            }
            if (count > 1) {
                counts.put(secret, count - 1);
            } else {
                counts.remove(secret);
                index = index.without(secret);
            }
        } finally {
            changes.unlock();
        }
    }

    /**
     * Returns the redactor for what is known: at each call it masks the secrets of that moment.
     *
     * @return always the same object
     */
    public Redactor redactor() {
        return redactor;
    }

    /**
     * Returns how many different secrets are known.
     *
     * @return their number, each counted once
     */
    public int size() {
        changes.lock();
        try {
            return counts.size();
        } finally {
            changes.unlock();
        }
    }

    SecretIndex index() {
        return index;
    }
}
