package io.agentsecrets;

/** What becomes of a configuration in which something was probably meant to be a handle and is none, such as {@code enc[x]}. */
public enum NearMisses {
    /** It is used as it stands, and a warning names the place. */
    WARN,
    /** It is refused, so that no literal reaches a server. */
    REFUSE
}
