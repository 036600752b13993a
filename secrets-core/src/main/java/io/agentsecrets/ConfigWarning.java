package io.agentsecrets;

import java.util.Objects;

/**
 * Something in a configuration that is allowed but is probably not what its author meant, such as {@code enc[x]}.
 *
 * @param origin where it stands
 * @param message what is suspicious and how to fix it; the text itself is not quoted
 */
public record ConfigWarning(Origin origin, String message) {

    /** Refuses null. */
    public ConfigWarning {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(message, "message");
    }
}
