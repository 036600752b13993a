package io.agentsecrets;

/**
 * What happens to a configuration with a near miss: a value such as {@code enc[x]} that was probably meant to be a handle.
 */
public enum NearMisses {
    /** It is used as it stands, and a warning names the place. */
    WARN,
    /** It is refused, so that no literal reaches a server. */
    REFUSE
}
