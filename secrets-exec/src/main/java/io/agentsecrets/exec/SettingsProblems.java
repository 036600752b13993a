package io.agentsecrets.exec;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/** What is wrong with the settings of one configuration, to be told at once. Not thread-safe. */
final class SettingsProblems {

    private final Set<String> problems = new LinkedHashSet<>();
    private final Set<String> names = new TreeSet<>();

    void add(String problem) {
        problems.add(problem);
    }

    /** Notes a name that is none of those that may stand there. */
    void addUnknown(String label, String name, Collection<String> known) {
        String closest = Spelling.closest(name, known);
        add(label + " is unknown" + (closest == null ? "" : "; did you mean " + closest + "?"));
        names.addAll(known);
    }

    /** Throws all that is wrong, with the names that there are once at its end if one was unknown. */
    void throwIfAny(String source) {
        if (!problems.isEmpty()) {
            String list = names.isEmpty() ? "" : "; the settings are " + String.join(", ", names);
            throw new ConfigException(FailureKind.SETTINGS, source, String.join("; ", problems) + list);
        }
    }
}
