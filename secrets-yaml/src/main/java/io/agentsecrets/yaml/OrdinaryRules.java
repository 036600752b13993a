package io.agentsecrets.yaml;

import static io.agentsecrets.yaml.OrdinaryLine.doubtIf;

import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import java.util.Optional;

/**
 * The rules for the scalars of an ordinary text: which ones are handles, and which ones are left to the engine. These are near
 * misses, keys that are no strings or stand twice, and unusual numbers.
 */
final class OrdinaryRules implements OrdinaryListener {

    private static final String MERGE_KEY = "<<";

    private final HandleSyntax syntax;
    private final Findings findings;
    private final boolean bracketsOnly;

    OrdinaryRules(YamlOptions options, Findings findings) {
        this.syntax = options.syntax();
        this.findings = findings;
        this.bracketsOnly = options.looksAtBracketsOnly();
        // the scanner reads no scalar where a value is empty, so nobody would ask the syntax about it
        doubtIf(!bracketsOnly && (syntax.parse("").isPresent() || isNearMiss("")));
    }

    @Override
    public void key(OrdinaryScalar key, OpenBlock map) {
        doubtIf(!key.isString() || key.is(MERGE_KEY));
        doubtIf(mayConcern(key) && syntax.parse(key.text()).isPresent());
        doubtIf(!key.isVerbatim() || !map.nextEntry(key.contentStart(), key.contentEnd()));
    }

    @Override
    public void value(OrdinaryScalar value, OpenBlock block) {
        doubtIf(!value.isBeyondDoubt());
        if (mayConcern(value)) {
            string(value, value.text(), block);
        }
    }

    private void string(OrdinaryScalar scalar, String text, OpenBlock block) {
        doubtIf(isNearMiss(text));
        Optional<Handle> handle = syntax.parse(text);
        if (handle.isPresent()) {
            Span span = scalar.span();
            findings.handle(handle.get(), block.pathOfChild(), span);
            findings.replace(Replacement.scanned(handle.get(), span));
        }
    }

    private boolean mayConcern(OrdinaryScalar scalar) {
        return !bracketsOnly || scalar.isBracketed();
    }

    private boolean isNearMiss(String value) {
        return syntax.nearMiss(value).isPresent();
    }
}
