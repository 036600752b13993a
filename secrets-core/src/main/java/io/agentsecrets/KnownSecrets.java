package io.agentsecrets;

import java.util.HashMap;
import java.util.Map;

/**
 * A registry of the secrets that must not be printed. A secret stays known until it was removed as often as it was added.
 *
 * <p>Thread-safe. An addition or a removal is only noted, so its cost does not grow with the number of known secrets. The next
 * use of the redactor puts it into the index: an agent that masks nothing never builds one.
 */
public final class KnownSecrets {

    private final Object changes = new Object();
    private final Map<SecretValue, Integer> counts = new HashMap<>();
    private final Redactor redactor = new Redactor(this);

    /** The secrets that became known or unknown since the index was built; true for those that the index holds. */
    private final Map<SecretValue, Boolean> pending = new HashMap<>();

    private volatile boolean isPending;
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
        synchronized (changes) {
            int count = counts.getOrDefault(secret, 0) + 1;
            counts.put(secret, count);
            if (count == 1) {
                note(secret, false);
            }
        }
    }

    /**
     * Undoes one {@link #add}. A secret that is not known is ignored.
     *
     * @param secret the secret that somebody no longer needs
     */
    public void remove(SecretValue secret) {
        synchronized (changes) {
            Integer count = counts.get(secret);
            if (count == null) {
                return;
            }
            if (count > 1) {
                counts.put(secret, count - 1);
            } else {
                counts.remove(secret);
                note(secret, true);
            }
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
        synchronized (changes) {
            return counts.size();
        }
    }

    /**
     * Notes a change. A second change of the same secret undoes the first one, so the notes never outgrow the secrets of the
     * index and those known now.
     */
    private void note(SecretValue secret, boolean wasKnown) {
        if (pending.remove(secret) == null) {
            pending.put(secret, wasKnown);
        }
        isPending = true;
    }

    /** Returns an index of what is known at this moment. */
    SecretIndex index() {
        if (isPending) {
            synchronized (changes) {
                pending.forEach(this::putIntoIndex);
                pending.clear();
                isPending = false;
            }
        }
        return index;
    }

    private void putIntoIndex(SecretValue secret, boolean wasKnown) {
        index = wasKnown ? index.without(secret) : index.with(secret, counts.keySet());
    }

    /** Returns how many changes wait for the next redactor that is used. */
    int pending() {
        synchronized (changes) {
            return pending.size();
        }
    }
}
