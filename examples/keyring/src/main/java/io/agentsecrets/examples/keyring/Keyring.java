package io.agentsecrets.examples.keyring;

import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.ToolException;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A store of secrets, each under the name of a service (the agent) and a key. For one thread.
 *
 * <p>Every method throws a {@link ToolException} if the store cannot be used; its message holds no secret.
 */
interface Keyring extends AutoCloseable {

    /** The name by which an operator chooses it. */
    String name();

    /** Which store is used if none is chosen: the usable one with the highest number. */
    int priority();

    /** Why it cannot be used here and what to do, or null if it can. Asks for nothing and changes nothing. */
    @Nullable
    String problem();

    /**
     * Returns a secret, or null if there is none.
     *
     * @throws UnusableSecretException if there is one that this tool cannot use; others may do
     */
    @Nullable
    SecretValue get(String service, String key);

    /** Asks for what it takes to open the store, so that nobody types a secret that then cannot be kept. */
    default void unlock() {}

    /** Sets a secret, in place of the one before. */
    void set(String service, String key, SecretValue value);

    /** Takes a secret away and returns whether there was one. */
    boolean delete(String service, String key);

    /** Returns the keys of a service. */
    SortedSet<String> keys(String service);

    @Override
    default void close() {}
}
