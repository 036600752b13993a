package io.agentsecrets;

/**
 * What happens to a configuration with a near miss: a value such as {@code enc[x]} that was probably meant to be a handle.
 */
public enum NearMisses {
    /** The configuration is used as it is, and a warning names the place. */
    WARN,
    /** The configuration is refused, so that no literal handle reaches a server. */
    REFUSE
}
