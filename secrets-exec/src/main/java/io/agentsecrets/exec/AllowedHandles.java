package io.agentsecrets.exec;

import io.agentsecrets.Handle;
import io.agentsecrets.resolver.HandleRule;
import java.util.List;
import java.util.Map;

/** The rule of {@code secret_allowed_handles}. Its error shows the entry that would allow a handle. */
final class AllowedHandles implements HandleRule {

    private final HandleRule patterns;

    AllowedHandles(Map<String, List<String>> handlesBySource) {
        this.patterns = HandleRule.patterns(handlesBySource);
    }

    @Override
    public boolean mayUse(String source, Handle handle) {
        return patterns.mayUse(source, handle);
    }

    @Override
    public String remedy(String source, Handle handle) {
        return "to allow it, let " + Setting.ALLOWED_HANDLES.key() + " in the main configuration hold: "
                + quoted(source) + ": [" + quoted(handle.name()) + "]";
    }

    /** Returns a text as a scalar of YAML. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
