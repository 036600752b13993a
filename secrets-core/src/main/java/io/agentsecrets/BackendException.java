package io.agentsecrets;

import java.util.Objects;

/** A call to a backend failed as a whole, for every handle that it was asked for. */
public final class BackendException extends SecretException {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    /**
     * Creates the exception.
     *
     * @param kind why, for programs
     * @param message why and how to mend it, for people; never a secret and never output of the backend
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
