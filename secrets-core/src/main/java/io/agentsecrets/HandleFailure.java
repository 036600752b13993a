package io.agentsecrets;

import java.util.List;
import java.util.Objects;

/**
 * A handle that could not be resolved, where it is used, and why.
 *
 * @param handle the handle
 * @param origins its places in the source, in the order of the text
 * @param kind why, for programs
 * @param reason why, for people; no secret
 */
public record HandleFailure(Handle handle, List<Origin> origins, FailureKind kind, String reason) {

    /** Copies the origins. */
    public HandleFailure {
        Objects.requireNonNull(handle, "handle");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(reason, "reason");
        origins = List.copyOf(origins);
    }
}
