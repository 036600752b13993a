package io.agentsecrets;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A registry of the secrets that must not be printed. A secret stays known until it was removed as often as it was added.
 *
 * <p>Thread-safe. The time of a change depends on the length of the secret and not on how many are known; a redactor never
 * waits for a change.
 */
public final class KnownSecrets {

    private final ReentrantLock changes = new ReentrantLock();
    private final Map<SecretValue, Integer> counts = new HashMap<>();
    private final Redactor redactor = new Redactor(this);
    private volatile SecretIndex index = SecretIndex.empty();

    /** Makes a registry that knows nothing yet. */
    public KnownSecrets() {}

    /**
     * Adds a secret. One that is known already is counted once more.
     *
     * @param secret what to mask from now on; an empty one is ignored
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
     * Undoes one {@link #add}. A secret that is not known is ignored.
     *
     * @param secret the secret that somebody no longer needs
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
     * Returns the redactor of this registry: each of its calls masks the secrets that are known at that moment.
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
