package io.agentsecrets;

import java.util.Objects;

/** Thrown when a call to a backend fails as a whole, and with it every handle that was asked for. */
public final class BackendException extends SecretException {

    private static final long serialVersionUID = 1L;

    /** Why the call failed. */
    private final FailureKind kind;

    /**
     * Creates the exception.
     *
     * @param kind why, for programs
     * @param message why, and how to fix it, for people; never a secret, never output of the backend
     */
    public BackendException(FailureKind kind, String message) {
        super(OneLine.of(message));
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /**
     * Returns why the call failed.
     *
     * @return the kind, for programs
     */
    public FailureKind kind() {
        return kind;
    }
}
