package io.agentsecrets.resolver;

/** What became of the values of a source after a server had refused one of them. */
public enum Rejection {
    /** There are other values than the source was resolved with: resolve it again and try once more. */
    CHANGED,
    /** The values are still the same: trying them again makes no sense and may lock an account. */
    UNCHANGED,
    /** The backend was asked a moment ago for the same reason, and is not asked again yet. */
    TOO_SOON
}
