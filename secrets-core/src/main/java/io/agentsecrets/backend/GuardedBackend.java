package io.agentsecrets.backend;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Loggers;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretBackend;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A wrapper of a backend that somebody else wrote. Such a backend may throw anything: errors, and checked exceptions that it
 * does not declare, as code in other JVM languages does. What it throws is named by its class, never by its message, which
 * may hold a secret.
 *
 * <p>{@link #fetch} throws only {@link BackendException}; the other methods throw nothing. Two wrappers are equal if they
 * wrap the same object. Thread-safe if the other backend is.
 */
public final class GuardedBackend implements SecretBackend {

    private final SecretBackend backend;

    private GuardedBackend(SecretBackend backend) {
        this.backend = backend;
    }

    /**
     * Wraps a backend.
     *
     * @param backend the backend to ask
     * @return a guarded backend; the same object if it is guarded already
     */
    public static GuardedBackend around(SecretBackend backend) {
        return backend instanceof GuardedBackend guarded ? guarded : new GuardedBackend(backend);
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        try {
            return answersTo(handles, backend.fetch(handles));
        } catch (BackendException e) {
            throw e;
        } catch (Throwable e) {
            throw new BackendException(FailureKind.BACKEND_ERROR, "the backend failed with " + nameOf(e));
        }
    }

    /** Copies what was asked for: the map is the backend's own code, and may throw too. */
    private static Map<Handle, FetchResult> answersTo(Set<Handle> handles, Map<Handle, FetchResult> reply) {
        Map<Handle, FetchResult> answers = new HashMap<>(handles.size() * 2);
        for (Handle handle : handles) {
            FetchResult answer = reply.get(handle);
            if (answer != null) {
                answers.put(handle, answer);
            }
        }
        return answers;
    }

    /** Returns what the backend says of itself. If that fails, the status has an error. */
    @Override
    public BackendStatus status() {
        try {
            return Objects.requireNonNull(backend.status());
        } catch (Throwable e) {
            String error = "the status of the backend failed with " + nameOf(e);
            return new BackendStatus("unknown", error, Map.of(), List.of("Backend: " + error));
        }
    }

    /** Returns how long a call may take. If the backend fails to say it, that is zero: then no call is split into several. */
    @Override
    public Duration timeout() {
        try {
            return Objects.requireNonNull(backend.timeout());
        } catch (Throwable e) {
            warn("tell its timeout", e);
            return Duration.ZERO;
        }
    }

    @Override
    public void maskWith(Redactor redactor) {
        try {
            backend.maskWith(redactor);
        } catch (Throwable e) {
            warn("take a redactor", e);
        }
    }

    /** Closes the backend. */
    @Override
    public void close() {
        try {
            backend.close();
        } catch (Throwable e) {
            warn("close", e);
        }
    }

    private static void warn(String what, Throwable e) {
        String thrown = nameOf(e);
        Loggers.of(GuardedBackend.class).warn("a backend failed to {}: {}", what, thrown);
    }

    /** Returns the name of the class. Restores the interrupt if it is an {@link InterruptedException}. */
    private static String nameOf(Throwable e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return e.getClass().getName();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GuardedBackend guarded && guarded.backend == backend;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(backend);
    }

    /** Names the other backend. */
    @Override
    public String toString() {
        return "GuardedBackend[" + backend.getClass().getName() + "]";
    }
}
