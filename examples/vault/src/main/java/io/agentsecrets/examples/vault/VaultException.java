package io.agentsecrets.examples.vault;

/** Why Vault did not answer, in words of this program: never a token, a value, or what a server said. */
final class VaultException extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean ofEveryPath;

    VaultException(String message) {
        this(message, false);
    }

    private VaultException(String message, boolean ofEveryPath) {
        super(message);
        this.ofEveryPath = ofEveryPath;
    }

    /** What would befall each path that is asked for: a server that is gone, a login that is refused. */
    static VaultException ofEveryPath(String message) {
        return new VaultException(message, true);
    }

    /** Whether asking for another path is no use, and could lock the login out. */
    boolean isOfEveryPath() {
        return ofEveryPath;
    }
}
