package io.agentsecrets.exec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rights that are set on a file, and what is wrong with them.
 *
 * @param problem which rule is broken, what was found and the command that mends it; null if all is well
 * @param details facts by name, for scripts
 * @param lines facts, for people
 */
record Rights(@Nullable String problem, Map<String, String> details, List<String> lines) {

    /** Copies the collections. */
    Rights {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
        lines = List.copyOf(lines);
    }
}
