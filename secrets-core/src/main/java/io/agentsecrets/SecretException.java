package io.agentsecrets;

/**
 * The root of what this library throws. No message and no cause holds a secret, nor text of a configuration or of a
 * backend's output that could be one.
 */
public abstract sealed class SecretException extends RuntimeException
        permits UnresolvedHandlesException, BackendException, ConfigException {

    private static final long serialVersionUID = 1L;

    SecretException(String message) {
        super(message);
    }
}
