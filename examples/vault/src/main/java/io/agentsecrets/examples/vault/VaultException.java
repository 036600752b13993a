package io.agentsecrets.examples.vault;

/** Why Vault did not answer, in words of this program: never a token, a value, or what a server said. */
final class VaultException extends Exception {

    private static final long serialVersionUID = 1;

    VaultException(String message) {
        super(message);
    }
}
