package io.agentsecrets.resolver;

import io.agentsecrets.Usages;
import java.util.Objects;

/**
 * The news that a source should be resolved again: some of its values changed, or it was dropped and would resolve now, or
 * it runs and would be dropped now. It holds no values.
 *
 * @param source the name of the source
 * @param usages the handles that are the reason, and where the source uses them
 */
public record SourceChange(String source, Usages usages) {

    /** Refuses null. */
    public SourceChange {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(usages, "usages");
    }
}
