package io.agentsecrets.examples.vault;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;

/** Why Vault did not answer, in words of this program: never a token, a value, or what a server said. */
final class VaultException extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean ofEveryPath;
    private final FailureKind kind;

    VaultException(String message) {
        this(message, false, FailureKind.BACKEND_ERROR);
    }

    private VaultException(String message, boolean ofEveryPath, FailureKind kind) {
        super(message);
        this.ofEveryPath = ofEveryPath;
        this.kind = kind;
    }

    /** Vault answered that there is no such secret. */
    static VaultException missing(String message) {
        return new VaultException(message, false, FailureKind.MISSING);
    }

    /** What would befall each path that is asked for: a server that is gone, a login that is refused. */
    static VaultException ofEveryPath(String message) {
        return new VaultException(message, true, FailureKind.BACKEND_ERROR);
    }

    /** What this makes of the handles that were asked for. */
    FetchResult result() {
        return new FetchResult.Failed(kind, String.valueOf(getMessage()));
    }

    /** Whether asking for another path is no use, and could lock the login out. */
    boolean isOfEveryPath() {
        return ofEveryPath;
    }
}
