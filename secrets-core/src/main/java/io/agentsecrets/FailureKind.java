package io.agentsecrets;

import java.util.Locale;

/**
 * Why a handle or a whole source failed. The kinds up to {@link #INVALID} speak of one handle, those from {@link #TIMEOUT}
 * of a whole backend call, and the last two of the configuration itself.
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
    /** Others than the agent's user could change or read the executable; it was not started. */
    PERMISSIONS,
    /** The calling thread was interrupted, or the backend closed, during the call. */
    INTERRUPTED,
    /** The configuration cannot be read or walked: syntax, size, depth, cycles. */
    CONFIG,
    /** A setting of the library is wrong. */
    SETTINGS;

    private final String code = name().equals("CONFIG") ? "yaml" : name().toLowerCase(Locale.ROOT);

    /**
     * Tells whether a backend that failed so may answer well later, with nothing changed in it: then the last value is
     * still served. That a handle does not exist is an answer, and a thread that is interrupted wants to end.
     *
     * @return true for what concerns a call as a whole, and for a backend's own reasons
     */
    public boolean isOutage() {
        return this == BACKEND_ERROR || isOfWholeCall();
    }

    /**
     * Tells whether a call failed as a whole, for reasons of its own: it brought nothing for any handle.
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
     * Tells whether one of the handles that were asked for, or a reply too large, may be to blame, so that a smaller call may
     * succeed.
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
