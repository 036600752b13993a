package io.agentsecrets.yaml;

import static io.agentsecrets.yaml.OrdinaryLine.doubtIf;

import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import java.util.Optional;

/**
 * The rules for the scalars of an ordinary text: which ones are handles, and which ones are left to the engine. These are near
 * misses, keys that are no strings or stand twice, and unusual numbers.
 */
final class OrdinaryRules {

    private static final String MERGE_KEY = "<<";

    private final OrdinaryScalar scalar;
    private final HandleSyntax syntax;
    private final Findings findings;

    /** Whether the syntax looks only at values with a bracket. A syntax of the agent's own may look at any. */
    private final boolean onlyBrackets;

    OrdinaryRules(OrdinaryScalar scalar, HandleSyntax syntax, Findings findings) {
        this.scalar = scalar;
        this.syntax = syntax;
        this.findings = findings;
        this.onlyBrackets = syntax == HandleSyntax.enc();
        // the scanner reads no scalar where a value is empty, so nobody would ask the syntax about it
        doubtIf(!onlyBrackets && (syntax.parse("").isPresent() || isNearMiss("")));
    }

    /** Checks the scalar that was just read, as a key of a map. */
    void key(OpenBlock map) {
        String key = scalar.text();
        doubtIf(scalar.mayBeNoString() && !Schema.isString(key));
        doubtIf(mayConcern() && syntax.parse(key).isPresent());
        doubtIf(key.equals(MERGE_KEY) || !map.nextEntry(key));
    }

    /** Checks the scalar that was just read, as a value. */
    void value(OpenBlock block) {
        if (scalar.mayBeNoString()) {
            String value = scalar.text();
            doubtIf(!PlainText.isBeyondDoubt(value) && !Schema.isBeyondDoubt(value));
        }
        if (mayConcern()) {
            string(scalar.text(), block);
        }
    }

    private void string(String value, OpenBlock block) {
        doubtIf(isNearMiss(value));
        Optional<Handle> handle = syntax.parse(value);
        if (handle.isPresent()) {
            Span span = scalar.span();
            findings.handle(handle.get(), block.pathOfChild(), span);
            findings.replace(Replacement.scanned(handle.get(), span));
        }
    }

    private boolean mayConcern() {
        return !onlyBrackets || scalar.isBracketed();
    }

    private boolean isNearMiss(String value) {
        return syntax.nearMiss(value).isPresent();
    }
}
