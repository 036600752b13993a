package io.agentsecrets.exec;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/** Collects the problems in the settings of one configuration, to report all of them at once. Not thread-safe. */
final class SettingsProblems {

    private final Set<String> problems = new LinkedHashSet<>();
    private final Set<String> names = new TreeSet<>();

    void add(String problem) {
        problems.add(problem);
    }

    /** Adds an unknown name. */
    void addUnknown(String label, String name, Collection<String> known) {
        String closest = Spelling.closest(name, known);
        add(label + " is unknown" + (closest == null ? "" : "; did you mean " + closest + "?"));
        names.addAll(known);
    }

    /**
     * Throws if there are problems, with all of them in the message, and the known names at its end if a name was unknown.
     */
    void throwIfAny(String source) {
        if (!problems.isEmpty()) {
            String list = names.isEmpty() ? "" : "; the settings are " + String.join(", ", names);
            throw new ConfigException(FailureKind.SETTINGS, source, String.join("; ", problems) + list);
        }
    }
}
