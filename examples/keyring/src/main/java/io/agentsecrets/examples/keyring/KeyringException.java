package io.agentsecrets.examples.keyring;

/** A store cannot be used. The message says why and what to do, and holds no secret; there is no cause. */
final class KeyringException extends RuntimeException {

    private static final long serialVersionUID = 1;

    KeyringException(String message) {
        super(message);
    }
}
