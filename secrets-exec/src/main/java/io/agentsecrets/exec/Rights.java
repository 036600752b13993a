package io.agentsecrets.exec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rights that are set on a file, for reports.
 *
 * @param details facts by name, for scripts
 * @param lines facts, for people
 */
record Rights(Map<String, String> details, List<String> lines) {

    /** The rights of a file that cannot be read. */
    static final Rights UNKNOWN = new Rights(Map.of(), List.of());

    /** Copies the collections. */
    Rights {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
        lines = List.copyOf(lines);
    }
}
