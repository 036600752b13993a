package io.agentsecrets.resolver;

/** The result of a refresh after a server refused a value of a source. */
public enum Rejection {
    /** The source has other values than it was resolved with: resolve it again and retry. */
    CHANGED,
    /** The values are still the same: retrying makes no sense and may lock an account. */
    UNCHANGED,
    /** The backend was asked for the same reason a short time ago, and is not asked again yet. */
    TOO_SOON
}
