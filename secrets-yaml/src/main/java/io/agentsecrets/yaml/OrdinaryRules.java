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

    private final boolean bracketsOnly;

    OrdinaryRules(OrdinaryScalar scalar, YamlOptions options, Findings findings) {
        this.scalar = scalar;
        this.syntax = options.syntax();
        this.findings = findings;
        this.bracketsOnly = options.looksAtBracketsOnly();
        // the scanner reads no scalar where a value is empty, so nobody would ask the syntax about it
        doubtIf(!bracketsOnly && (syntax.parse("").isPresent() || isNearMiss("")));
    }

    /** Checks the scalar that was just read, as a key of a map. */
    void key(OpenBlock map) {
        doubtIf(!scalar.isString() || scalar.is(MERGE_KEY));
        doubtIf(mayConcern() && syntax.parse(scalar.text()).isPresent());
        doubtIf(!scalar.isVerbatim() || !map.nextEntry(scalar.contentStart(), scalar.contentEnd()));
    }

    /** Checks the scalar that was just read, as a value. */
    void value(OpenBlock block) {
        doubtIf(!scalar.isBeyondDoubt());
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
        return !bracketsOnly || scalar.isBracketed();
    }

    private boolean isNearMiss(String value) {
        return syntax.nearMiss(value).isPresent();
    }
}
