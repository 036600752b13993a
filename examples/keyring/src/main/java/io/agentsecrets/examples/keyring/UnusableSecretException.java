package io.agentsecrets.examples.keyring;

import io.agentsecrets.examples.tools.ToolException;

/** One secret cannot be used; the keyring's others can. */
final class UnusableSecretException extends ToolException {

    private static final long serialVersionUID = 1;

    UnusableSecretException(String message) {
        super(message);
    }
}
