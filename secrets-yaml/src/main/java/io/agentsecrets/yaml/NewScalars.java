package io.agentsecrets.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scalars that take the places of others, for a reader that goes through the events of a stream in order. */
final class NewScalars {

    private final List<Replacement> replacements;
    private int next;

    /**
     * Starts at the beginning.
     *
     * @param replacements in the order of the text
     */
    NewScalars(List<Replacement> replacements) {
        this.replacements = replacements;
    }

    /** Returns what replaces an event, or null. The numbers of successive calls must not decrease. */
    @Nullable
    Replacement of(int event) {
        Replacement found = null;
        while (next < replacements.size() && replacements.get(next).event() <= event) {
            found = replacements.get(next);
            next++;
        }
        return found != null && found.event() == event ? found : null;
    }
}
