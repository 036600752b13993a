package io.agentsecrets.resolver;

import io.agentsecrets.Usages;
import java.util.Objects;

/**
 * A source has to be resolved again: some of its values changed, or it was dropped and would resolve now, or it runs and would
 * be dropped now. It holds no values.
 *
 * @param source the name of the source
 * @param usages the handles that this is about, and where the source uses them
 */
public record SourceChange(String source, Usages usages) {

    /** Refuses null. */
    public SourceChange {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(usages, "usages");
    }
}
