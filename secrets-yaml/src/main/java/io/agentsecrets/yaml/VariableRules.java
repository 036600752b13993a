package io.agentsecrets.yaml;

import io.agentsecrets.FailureKind;
import io.agentsecrets.tree.TemplateVariables;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for template variables in the scalars of one text. */
final class VariableRules {

    private final YamlOptions options;
    private final GuardedSyntax syntax;
    private final VariableMarks marks;
    private final Findings findings;

    VariableRules(YamlOptions options, GuardedSyntax syntax, VariableMarks marks, Findings findings) {
        this.options = options;
        this.syntax = syntax;
        this.marks = marks;
        this.findings = findings;
    }

    boolean areIn(Scalar scalar) {
        return marks.areIn(scalar.text());
    }

    /** Returns a value with its variables replaced, or refuses what they insert. */
    String replaced(String written, Span span) {
        findings.reserve(Math.max(0, options.variables().lengthAfter(written) - written.length()), span);
        String text = options.variables().replaceIn(written);
        if (syntax.isBroughtIn(written, text, span)) {
            throw findings.refused(
                    FailureKind.DENIED,
                    span,
                    "a template variable may not bring in a handle;"
                            + " write ENC[...] in the source, with the variable in it");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw findings.refused(span, "a template variable brings in half a surrogate pair; write its value again");
        }
        return text;
    }

    /**
     * Tells whether a plain scalar that is exactly one variable became a whole number or a boolean: {@code port: %%port%%}
     * gives a number, as in the Agent. Everything else stays a string.
     */
    static boolean isTyped(String written, String replaced) {
        return TemplateVariables.pattern().matcher(written).matches()
                && Patterns.TYPED.matcher(replaced).matches();
    }

    /** Tells whether a text may be written without quotes after a tag such as {@code !!int}, for every parser. */
    static boolean isFitForATag(String replaced) {
        return Patterns.TAGGED.matcher(replaced).matches();
    }

    /**
     * Warns about each variable without a value. Names that the Agent does not know are not shown, as they may be parts of
     * a password.
     */
    void warnOfUnknown(String written, @Nullable OpenCollection open, Span span) {
        for (String name : options.variables().unknownIn(written)) {
            String shown = Patterns.KNOWN_VARIABLE.matcher(name).matches()
                    ? "the template variable %%" + name + "%%"
                    : "something like a template variable";
            findings.warn(OpenCollection.pathIn(open), span, shown + " has no value and is left as it stands");
        }
    }

    /** Compiled when a text holds the first variable. */
    private static final class Patterns {

        static final Pattern TYPED = Pattern.compile("0|-?[1-9][0-9]{0,17}|true|false");
        static final Pattern TAGGED = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?|true|false");

        /** The template variables of the Agent's autodiscovery. */
        static final Pattern KNOWN_VARIABLE =
                Pattern.compile("(host|port|pid|hostname)(_[a-z0-9_-]+)?|(env|extra|kube)_[A-Za-z0-9_.-]+");
    }
}
