package io.agentsecrets.exec;

import io.agentsecrets.HandleSyntax;
import io.agentsecrets.tree.ConfigTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings that an operator has given, right or wrong, by their names. Not thread-safe. */
final class GivenSettings {

    private final Map<String, Given> byKey = new LinkedHashMap<>();
    private final SettingsProblems problems;

    private GivenSettings(SettingsProblems problems) {
        this.problems = problems;
    }

    /**
     * A value that was given.
     *
     * @param label the name for messages: of the setting, of a variable, or the path to it
     * @param value null if there is only the name
     */
    record Given(String label, @Nullable Object value) {

        /** Whether it counts as not set. */
        boolean isEmpty() {
            return value == null || value.equals("");
        }
    }

    /** Reads the settings in a main configuration; names that are not of this library are ignored. */
    static GivenSettings in(Map<?, ?> mainConfig, SettingsProblems problems) {
        GivenSettings given = new GivenSettings(problems);
        for (Map.Entry<?, ?> entry : mainConfig.entrySet()) {
            if (entry.getKey() instanceof String key && Setting.isMeantBy(key)) {
                given.byKey.put(key, new Given(key, entry.getValue()));
            }
        }
        return given;
    }

    /**
     * Reads the settings in an environment, which replace those given so far. An empty variable counts as not set. A name
     * that is nearly one of ours is a mistake; all others are ignored, as Kubernetes sets variables for each service.
     */
    void override(String prefix, Map<String, String> environment) {
        for (Setting setting : Setting.values()) {
            String variable = prefix + setting.variable();
            String text = environment.get(variable);
            if (text != null && !text.isEmpty()) {
                byKey.put(setting.key(), new Given(variable, value(setting, variable, text)));
            }
        }
        noteSlips(prefix, environment.keySet());
    }

    private void noteSlips(String prefix, Set<String> names) {
        List<String> variables = variables(prefix);
        for (String name : names) {
            String meant = variables.contains(name) ? null : Spelling.slippedFrom(name, variables);
            if (meant != null) {
                problems.add(name + " is an unknown variable; did you mean " + meant + "?");
            }
        }
    }

    private static List<String> variables(String prefix) {
        List<String> variables = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            variables.add(prefix + setting.variable());
        }
        return variables;
    }

    /** Returns the value of a variable. An environment holds only text, so lists and maps are written as JSON. */
    private @Nullable Object value(Setting setting, String variable, String text) {
        boolean mayBeJson = setting.kind() == Setting.Kind.REFUSED && (text.startsWith("[") || text.startsWith("{"));
        if (setting.kind() != Setting.Kind.LIST && setting.kind() != Setting.Kind.MAP && !mayBeJson) {
            return text;
        }
        try {
            return Json.read(text);
        } catch (IOException e) { // the message would quote the text
            String example = setting.kind() == Setting.Kind.LIST ? "[\"a\", \"b\"]" : "{\"name\": \"value\"}";
            problems.add(variable + " must be written as JSON, such as " + example);
            return null;
        }
    }

    /**
     * Returns the settings of a route: its own, whose names lack {@code secret_backend_}, and the shared ones for the rest.
     */
    GivenSettings route(String label, Map<String, Object> own) {
        GivenSettings route = new GivenSettings(problems);
        List<String> names = new ArrayList<>();
        for (Setting setting : ExecSettings.SETTINGS) {
            String name = setting.key().substring(ExecSettings.PREFIX.length());
            names.add(name);
            Given given = new Given(label + "." + name, own.get(name));
            Given shared = byKey.get(setting.key());
            if (!given.isEmpty()) {
                route.byKey.put(setting.key(), given);
            } else if (shared != null && !ExecSettings.OF_ONE_EXECUTABLE.contains(setting)) {
                route.byKey.put(setting.key(), shared);
            }
        }
        for (String name : own.keySet()) {
            if (!names.contains(name)) {
                problems.add(label + "." + name + " is unknown; it may hold " + String.join(", ", names));
            }
        }
        return route;
    }

    /** Returns what was given for a setting; null if its name does not occur. */
    @Nullable
    Given of(Setting setting) {
        return byKey.get(setting.key());
    }

    /** Returns the name of a setting for messages. */
    String labelOf(Setting setting) {
        Given found = of(setting);
        return found == null ? setting.key() : found.label();
    }

    /**
     * Removes unknown names and values that hold a handle, and notes them as problems. Settings are needed before a handle
     * can be resolved.
     */
    void check() {
        List<String> known = Setting.keys();
        byKey.entrySet().removeIf(entry -> {
            Given found = entry.getValue();
            boolean unknown = !known.contains(entry.getKey());
            boolean handle = holdsHandle(found);
            if (unknown) {
                problems.addUnknown(found.label(), Setting.inOurSpelling(entry.getKey()), known);
            }
            if (handle) {
                problems.add(found.label() + " must not hold a handle, as it is needed to resolve handles"
                        + (entry.getKey().equals(Setting.ALLOWED_HANDLES.key()) ? "; write names without ENC[ ]" : ""));
            }
            return unknown || handle;
        });
    }

    private static boolean holdsHandle(Given given) {
        boolean[] found = {false};
        ConfigTree.mapStrings(given.label(), given.value(), ConfigTree.DEFAULT_MAX_DEPTH, (path, text) -> {
            found[0] |= HandleSyntax.enc().parse(text).isPresent();
            return text;
        });
        return found[0];
    }
}
