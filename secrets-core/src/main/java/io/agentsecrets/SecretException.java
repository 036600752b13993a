package io.agentsecrets;

/**
 * The base class of the exceptions of this library. No message and no cause holds a secret, or text from a configuration or
 * from a backend's output that could be one.
 */
public abstract sealed class SecretException extends RuntimeException
        permits UnresolvedHandlesException, BackendException, ConfigException {

    private static final long serialVersionUID = 1L;

    SecretException(String message) {
        super(message);
    }
}
