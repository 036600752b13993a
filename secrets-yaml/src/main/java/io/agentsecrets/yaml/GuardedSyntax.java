package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.tree.TemplateVariables;
import java.util.Objects;
import java.util.Optional;

/**
 * The syntax of handles, which may be the agent's own code. Whatever it throws refuses the source at the value that it was
 * asked about. Only the class of that is named, as its message may hold the value.
 */
final class GuardedSyntax {

    private final HandleSyntax syntax;
    private final Findings findings;

    GuardedSyntax(HandleSyntax syntax, Findings findings) {
        this.syntax = syntax;
        this.findings = findings;
    }

    Optional<Handle> parse(String value, Span span) {
        try {
            return Objects.requireNonNull(syntax.parse(value));
        } catch (Throwable e) {
            throw failure(e, span);
        }
    }

    Optional<String> nearMiss(String value, Span span) {
        try {
            return Objects.requireNonNull(syntax.nearMiss(value));
        } catch (Throwable e) {
            throw failure(e, span);
        }
    }

    /** Tells whether template variables turned a value into a handle. */
    boolean isBroughtIn(String before, String after, Span span) {
        try {
            return TemplateVariables.bringsInAHandle(before, after, syntax);
        } catch (Throwable e) {
            throw failure(e, span);
        }
    }

    /** Returns what every handle starts with, for a rule about the whole text. */
    String prefix() {
        try {
            return Objects.requireNonNull(syntax.prefix());
        } catch (Throwable e) {
            throw failure(e, Span.START);
        }
    }

    private ConfigException failure(Throwable e, Span span) {
        return findings.refused(
                span,
                "the syntax of handles failed with " + e.getClass().getName()
                        + "; it is code of the agent: report this to the agent's makers");
    }
}
