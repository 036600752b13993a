package io.agentsecrets.exec;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects the problems in the settings of one configuration, to report all of them at once. Not thread-safe. */
final class SettingsProblems {

    private final Set<String> problems = new LinkedHashSet<>();
    private boolean namesAreListed;

    void add(String problem) {
        problems.add(problem);
    }

    /**
     * Adds an unknown name, with the known name that it resembles. If it resembles none, the known names are listed; this is
     * done once, as they are many.
     */
    void addUnknown(String label, String name, Collection<String> known) {
        String closest = Spelling.closest(name, known);
        if (closest != null) {
            add(label + " is unknown; did you mean " + closest + "?");
        } else if (namesAreListed) {
            add(label + " is unknown");
        } else {
            namesAreListed = true;
            add(label + " is unknown; the settings are " + String.join(", ", new TreeSet<>(known)));
        }
    }

    /** Throws if there are problems, with all of them in the message. */
    void throwIfAny(String source) {
        if (!problems.isEmpty()) {
            throw new ConfigException(FailureKind.SETTINGS, source, List.copyOf(problems));
        }
    }
}
