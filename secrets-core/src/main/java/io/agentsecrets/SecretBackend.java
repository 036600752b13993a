package io.agentsecrets;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A store of secrets that is asked for many of them at once.
 *
 * <p>The same interface is on both sides of the pipe: {@code ExecBackend} asks an executable through it, and
 * {@code BackendServer} makes an executable out of any implementation. A resolver makes one call at a time; a backend that
 * is shared by several resolvers must allow concurrent calls.
 */
@FunctionalInterface
public interface SecretBackend extends AutoCloseable {

    /**
     * Fetches the values of all given handles in one go.
     *
     * @param handles the handles to fetch: at least one, none of them empty, in a fixed order; the backend must not change
     *     the set
     * @return a result for each handle. A handle that is left out counts as {@link FailureKind#MISSING}; one that was not
     *     asked for is ignored
     * @throws BackendException if the call as a whole failed. Any other exception counts as a failure of kind {@link
     *     FailureKind#BACKEND_ERROR}, and its message is never used, as it could hold a secret
     */
    Map<Handle, FetchResult> fetch(Set<Handle> handles);

    /**
     * Describes the backend for reports, without starting or asking anything.
     *
     * @return what an operator wants to see
     */
    default BackendStatus status() {
        return BackendStatus.ok("a backend in this process");
    }

    /**
     * Tells how long one call may take. A caller that replaces one call by several, to find the handle that makes it fail,
     * spends no more than this time on all of them.
     *
     * @return 30 seconds, unless the backend has a limit of its own; one that asks others passes on theirs
     */
    default Duration timeout() {
        return Duration.ofSeconds(30);
    }

    /**
     * Gives the backend a redactor for the text that it writes to a log. A resolver calls this once, when it is built, with
     * a redactor for the secrets that it knows. A backend that logs nothing does nothing; one that asks another backend
     * passes the redactor on.
     *
     * @param redactor masks the secrets that are in use at the time of each call; thread-safe
     */
    default void maskWith(Redactor redactor) {}

    /**
     * Ends running calls and releases what the backend holds. A backend that holds nothing does nothing; one that asks
     * others closes them.
     */
    @Override
    default void close() {}

    /**
     * Returns the backend of an agent that has none: every handle fails as {@link FailureKind#NO_BACKEND}.
     *
     * @return a backend that has no secrets
     */
    static SecretBackend none() {
        return NoBackend.INSTANCE;
    }
}

/** The backend of an agent that has none: without it, a missing backend would let literal handles through. */
final class NoBackend implements SecretBackend {

    static final NoBackend INSTANCE = new NoBackend();

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        FetchResult failure = new FetchResult.Failed(
                FailureKind.NO_BACKEND,
                "no secret backend is set; set secret_backend_command in the main configuration");
        Map<Handle, FetchResult> results = new HashMap<>();
        for (Handle handle : handles) {
            results.put(handle, failure);
        }
        return results;
    }

    @Override
    public BackendStatus status() {
        return BackendStatus.none();
    }
}
