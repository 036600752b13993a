package io.agentsecrets;

import java.util.Locale;

/**
 * Why a handle or a whole source failed. The kinds up to {@link #INVALID} are about one handle, those from {@link #TIMEOUT}
 * about a whole call to the backend, and the last two about the configuration itself.
 */
public enum FailureKind {
    /** The handle has no name ({@code ENC[]}); no backend was asked. */
    EMPTY_HANDLE,
    /** The source may not use the handle; no backend was asked. */
    DENIED,
    /** No backend is set. */
    NO_BACKEND,
    /** The backend did not answer for the handle. */
    MISSING,
    /** The backend answered with an empty value. */
    EMPTY,
    /** The backend gave its own reason. */
    BACKEND_ERROR,
    /** The backend's answer for the handle has the wrong shape. */
    INVALID,
    /** The call was not done in time. */
    TIMEOUT,
    /** The executable ended with a status other than 0. */
    EXIT,
    /** The reply cannot be read or is too large. */
    OUTPUT,
    /** The executable could not be started. */
    START,
    /** Users other than the agent's could change or read the executable; it was not started. */
    PERMISSIONS,
    /** The calling thread was interrupted, or the backend closed, during the call. */
    INTERRUPTED,
    /** The configuration cannot be read or walked: syntax, size, depth, cycles. */
    CONFIG,
    /** A setting of the library is wrong. */
    SETTINGS;

    private final String code = name().equals("CONFIG") ? "yaml" : name().toLowerCase(Locale.ROOT);

    /**
     * Tells whether the failure may pass by itself; until it does, the last value is still served. A handle that does not
     * exist is not an outage but an answer, and an interrupted thread is meant to end.
     *
     * @return true for failures of a whole call and for a backend's own reasons
     */
    public boolean isOutage() {
        return this == BACKEND_ERROR || isOfWholeCall();
    }

    /**
     * Tells whether the call as a whole failed, without an answer for any handle.
     *
     * @return true from {@link #TIMEOUT} to {@link #PERMISSIONS}
     */
    public boolean isOfWholeCall() {
        return switch (this) {
            case TIMEOUT, EXIT, OUTPUT, START, PERMISSIONS -> true;
            default -> false;
        };
    }

    /**
     * Tells whether a smaller call may succeed: one of the handles, or the size of the reply, may be to blame.
     *
     * @return true for {@link #EXIT} and {@link #OUTPUT}
     */
    public boolean mayEndWithSmallerCall() {
        return this == EXIT || this == OUTPUT;
    }

    /**
     * Tells whether the same call may succeed a moment later.
     *
     * @return true for {@link #TIMEOUT}, {@link #EXIT} and {@link #START}
     */
    public boolean mayEndWithNextCall() {
        return this == TIMEOUT || this == EXIT || this == START;
    }

    /**
     * Returns the name that scripts see in JSON.
     *
     * @return the constant in lower case: {@code backend_error}; {@code yaml} for {@link #CONFIG}
     */
    public String code() {
        return code;
    }
}
