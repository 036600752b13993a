package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.Origin;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A source has to be resolved again, as some of its values changed: they are other ones than before, or could be had for the
 * first time after they failed. It holds no values.
 *
 * @param source the name of the source
 * @param handles the handles whose values changed and where the source uses them, sorted by handle
 */
public record SourceChange(String source, SortedMap<Handle, List<Origin>> handles) {

    /** Copies the handles. */
    public SourceChange {
        Objects.requireNonNull(source, "source");
        handles = Collections.unmodifiableSortedMap(new TreeMap<>(handles));
    }
}
