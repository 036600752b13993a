package io.agentsecrets.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scalars that take the places of others, for a second reading of a text. */
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

    /** Returns what replaces the scalar or alias with a number, or null. The numbers of successive calls must not decrease. */
    @Nullable
    Replacement of(int number) {
        Replacement found = null;
        while (next < replacements.size() && replacements.get(next).number() <= number) {
            found = replacements.get(next);
            next++;
        }
        return found != null && found.number() == number ? found : null;
    }
}
