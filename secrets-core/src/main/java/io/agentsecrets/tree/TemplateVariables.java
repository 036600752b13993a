package io.agentsecrets.tree;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.HandleSyntax;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of template variables: {@code %%host%%}, {@code %%port%%}, {@code %%env_NAME%%}.
 *
 * <p>They are replaced once, in values only, before handles are looked for: the inserted text is not searched for further
 * variables, and it cannot turn a value into a handle. A variable without a value is left as it is. Immutable and
 * thread-safe.
 */
public final class TemplateVariables {

    /** How many characters all variables together may add to a configuration. */
    public static final int MOST_GROWTH = 1024 * 1024;

    private static final TemplateVariables NONE = new TemplateVariables(Map.of(), Map.of());

    private final Map<String, String> values;
    private final Map<String, String> environment;

    private TemplateVariables(Map<String, String> values, Map<String, String> environment) {
        this.values = Map.copyOf(values);
        this.environment = Map.copyOf(environment);
    }

    /**
     * Returns variables without values.
     *
     * @return the empty set of variables
     */
    public static TemplateVariables none() {
        return NONE;
    }

    /**
     * Returns variables with the given values.
     *
     * @param values values by name; {@code host} is the name of {@code %%host%%}
     * @return the variables
     */
    public static TemplateVariables of(Map<String, String> values) {
        return new TemplateVariables(values, Map.of());
    }

    /**
     * Adds the environment: {@code %%env_NAME%%} then stands for the environment variable {@code NAME}.
     *
     * @param environment usually {@link System#getenv()}
     * @return these variables and those of the environment
     */
    public TemplateVariables withEnvironment(Map<String, String> environment) {
        return new TemplateVariables(values, environment);
    }

    /**
     * Tells whether a text can hold a variable at all.
     *
     * @param text any text
     * @return false if it certainly holds none
     */
    public static boolean mayOccurIn(String text) {
        return text.contains("%%");
    }

    /**
     * Returns how a variable is written.
     *
     * @return the pattern of one variable; its first group is the name
     */
    public static Pattern pattern() {
        return Syntax.VARIABLE;
    }

    /**
     * Returns the length of what {@link #replaceIn(String)} returns, without building it: a short text that repeats one
     * variable can become very long.
     *
     * @param text the value
     * @return how many characters the value has with its variables replaced
     */
    public long lengthAfter(String text) {
        long length = text.length();
        if (mayOccurIn(text)) {
            Matcher variable = Syntax.VARIABLE.matcher(text);
            while (variable.find()) {
                String value = valueOf(variable.group(1));
                length += value == null ? 0 : value.length() - variable.group().length();
            }
        }
        return length;
    }

    /**
     * Replaces the variables of one value.
     *
     * @param text the value
     * @return the value with its known variables replaced; the same object if it holds none
     */
    public String replaceIn(String text) {
        if (!mayOccurIn(text)) {
            return text;
        }
        StringBuilder replaced = new StringBuilder();
        int copied = 0;
        Matcher variable = Syntax.VARIABLE.matcher(text);
        while (variable.find()) {
            String value = valueOf(variable.group(1));
            if (value != null) {
                replaced.append(text, copied, variable.start()).append(value);
                copied = variable.end();
            }
        }
        return copied == 0 ? text : replaced.append(text, copied, text.length()).toString();
    }

    /**
     * Returns the variables in a text that have no value.
     *
     * @param text the value, before replacement
     * @return their names, in order
     */
    public Set<String> unknownIn(String text) {
        Set<String> unknown = new LinkedHashSet<>();
        if (mayOccurIn(text)) {
            Matcher variable = Syntax.VARIABLE.matcher(text);
            while (variable.find()) {
                if (valueOf(variable.group(1)) == null) {
                    unknown.add(variable.group(1));
                }
            }
        }
        return unknown;
    }

    /**
     * Replaces the variables in all string values of a tree.
     *
     * @param source the name of the tree, for errors
     * @param tree maps, lists and scalars
     * @param syntax how handles are written
     * @return the tree with its variables replaced; the same object if it holds none
     * @throws ConfigException of kind {@link FailureKind#DENIED} if a variable turned a value into a handle; of kind {@link
     *     FailureKind#CONFIG} if the tree is too deep, contains itself, or grows by more than {@link #MOST_GROWTH}
     */
    public @Nullable Object replaceIn(String source, @Nullable Object tree, HandleSyntax syntax) {
        long[] growth = {0};
        return ConfigTree.mapStrings(source, tree, ConfigTree.DEFAULT_MAX_DEPTH, (path, text) -> {
            growth[0] += Math.max(0, lengthAfter(text) - text.length());
            if (growth[0] > MOST_GROWTH) {
                throw new ConfigException(
                        FailureKind.CONFIG,
                        source,
                        "at " + path + ": template variables bring in too much text; shorten their values");
            }
            String replaced = replaceIn(text);
            if (bringsInAHandle(text, replaced, syntax)) {
                throw new ConfigException(
                        FailureKind.DENIED,
                        source,
                        "at " + path
                                + ": a template variable may not bring in a handle; write ENC[...] in the source, with"
                                + " the variable in it");
            }
            return replaced;
        });
    }

    /**
     * Tells whether replacing variables turned a value into a handle. A person who sets a host name must not be able to
     * choose secrets with it.
     *
     * @param before the value as written
     * @param after the value with the variables replaced
     * @param syntax how handles are written
     * @return true if the value must be refused
     */
    public static boolean bringsInAHandle(String before, String after, HandleSyntax syntax) {
        return !before.equals(after)
                && syntax.parse(after).isPresent()
                && syntax.parse(before).isEmpty();
    }

    private @Nullable String valueOf(String name) {
        String value = values.get(name);
        return value == null && name.startsWith("env_") ? environment.get(name.substring("env_".length())) : value;
    }

    /** Loaded by the first text that needs it. */
    private static final class Syntax {
        static final Pattern VARIABLE = Pattern.compile("%%([A-Za-z0-9_][A-Za-z0-9_.-]*)%%");
    }
}
