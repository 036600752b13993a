package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules for the scalars of one text: which are handles, which are replaced, which must be refused. */
final class ScalarRules {

    /** The largest number of digits of a number: longer ones take seconds to read. */
    private static final int LONGEST_NUMBER = 1_000;

    /** The largest length of a key: parsers look for the colon after a key in 1,024 characters only. */
    private static final int LONGEST_KEY = 1_000;

    private static final String MERGE_KEY = "<<";

    /** A number of the core schema that the engine cannot read. */
    private static final String PLUS_INFINITY = "+.inf";

    /** The key null, in all its spellings. */
    private static final Object NULL_KEY = new Object();

    private final GuardedSyntax syntax;
    private final Findings findings;
    private final VariableRules variables;
    private final boolean bracketsOnly;

    ScalarRules(YamlOptions options, GuardedSyntax syntax, Findings findings, VariableRules variables) {
        this.syntax = syntax;
        this.findings = findings;
        this.variables = variables;
        this.bracketsOnly = options.looksAtBracketsOnly();
    }

    /**
     * Checks a scalar by itself, wherever it is.
     *
     * @param key whether it is itself the key of a map
     */
    void any(Scalar scalar, boolean key) {
        if (scalar.text().length() > LONGEST_NUMBER && isNumber(scalar)) {
            throw findings.refused(
                    scalar.span(), "a number of more than 1,000 characters; if it is text, put it in quotes");
        }
        if (scalar.tag() == Scalar.Tagging.MERGE) {
            throw findings.refused(scalar.span(), "the tag !!merge is not read by all; write the merge key as <<");
        }
        if (scalar.isPlain()) {
            readByCoreSchema(scalar, key);
        }
        findings.doubtIf(scalar.tag().isDoubtful());
    }

    private void readByCoreSchema(Scalar scalar, boolean key) {
        String text = scalar.text();
        if (PlainText.isBeyondDoubt(text)) {
            return;
        }
        if (text.equalsIgnoreCase(PLUS_INFINITY) && Schema.isNumber(text)) {
            findings.replace(inTreesOnly(scalar, ".inf", Replacement.Form.PLAIN));
        } else if (text.equals(MERGE_KEY) && !key) {
            findings.replace(inTreesOnly(scalar, MERGE_KEY, Replacement.Form.QUOTED));
        } else {
            findings.doubtIf(!Schema.isBeyondDoubt(text));
        }
    }

    private static Replacement inTreesOnly(Scalar scalar, String text, Replacement.Form form) {
        return new Replacement(scalar.event(), null, text, form, null, null);
    }

    private static boolean isNumber(Scalar scalar) {
        return scalar.isPlain() ? Schema.isNumber(scalar.text()) : scalar.tag().isNumber();
    }

    /** Whether a value may be a handle or a near miss, or holds a variable. Most values are neither, and are not looked at. */
    boolean mayConcern(Scalar scalar) {
        return !bracketsOnly
                || variables.areIn(scalar)
                || scalar.text().indexOf('[') >= 0
                || scalar.text().indexOf('(') >= 0;
    }

    /**
     * Checks a value, and notes what to replace.
     *
     * @param written its text as its author wrote it
     * @param site its place: the scalar itself, or an alias that repeats a key
     * @param open the collection that it is in
     * @return whether it is a handle
     */
    boolean value(Scalar scalar, String written, Site site, @Nullable OpenCollection open) {
        boolean template = variables.areIn(scalar);
        String text = template ? variables.replaced(written, site.span()) : written;
        Optional<Handle> handle = syntax.parse(text, site.span());
        if (handle.isPresent()) {
            findings.handle(handle.get(), OpenCollection.pathIn(open), site.span());
            findings.replace(site.holding(handle.get()));
        } else if (template) {
            boolean plain = scalar.isPlain() && VariableRules.isTyped(written, text);
            findings.replace(plain ? site.holding(text, Replacement.Form.PLAIN) : site.holding(text, site.form()));
        }
        findings.doubtTextIf(template || (handle.isPresent() && !site.isOrdinary(scalar)), site.span());
        Optional<String> problem = syntax.nearMiss(text, site.span());
        if (problem.isPresent()) {
            findings.nearMiss(OpenCollection.pathIn(open), site.span(), problem.get());
        }
        if (template) {
            variables.warnOfUnknown(written, open, site.span());
        }
        return handle.isPresent();
    }

    /** Checks a value that is not a string because of its tag. */
    void taggedValue(Scalar scalar, String written) {
        boolean template = variables.areIn(scalar);
        String text = template ? variables.replaced(written, scalar.span()) : written;
        if (syntax.parse(text, scalar.span()).isPresent()) {
            throw findings.refused(scalar.span(), "a handle with a tag that makes it no string; remove the tag");
        }
        if (template && !VariableRules.isFitForATag(text)) {
            throw findings.refused(scalar.span(), "a template variable does not fit its tag (such as !!int)");
        }
        if (template) {
            findings.replace(Site.of(scalar).holding(text, Replacement.Form.TAGGED));
            findings.doubtTextIf(true, scalar.span());
        }
    }

    /**
     * Checks a key, or a scalar in one.
     *
     * @return whether it would be a handle if it were a value
     */
    boolean key(Scalar scalar, String written, @Nullable OpenCollection open) {
        if (variables.areIn(scalar)) {
            keyWithVariables(scalar, written);
        }
        boolean handle =
                scalar.mayBeString() && syntax.parse(written, scalar.span()).isPresent();
        if (handle) {
            findings.nearMiss(
                    OpenCollection.pathIn(open),
                    scalar.span(),
                    "a handle stands in the place of a key; only values are resolved");
        }
        return handle;
    }

    /** Keeps the variables in a key. A plain scalar may not start with a percent sign, so such a key gets quotes. */
    private void keyWithVariables(Scalar scalar, String written) {
        if (!scalar.mayBeString()) {
            throw findings.refused(scalar.span(), "a key with a template variable has a tag; remove the tag");
        }
        if (scalar.style() == Scalar.Style.PLAIN && written.startsWith("%")) {
            refuseLongKey(written, scalar.span());
            findings.replace(Site.of(scalar).holding(written, Replacement.Form.QUOTED));
        } else {
            findings.replace(inTreesOnly(scalar, written, Replacement.Form.QUOTED));
        }
        findings.doubtTextIf(true, scalar.span());
    }

    /** Refuses a key that its map has twice, or notes a doubt if only building the tree can show it. */
    void refuseRepeated(Scalar scalar, OpenCollection map) {
        Object name = keyName(scalar);
        if (name == null || name.equals(MERGE_KEY)) {
            findings.doubtIf(true);
        } else if (map.isRepeated(name)) {
            throw findings.refused(scalar.span(), Findings.REPEATED_KEY);
        }
    }

    /** Returns an object that is equal for two keys if and only if they are the same key; null if that is not known here. */
    private static @Nullable Object keyName(Scalar scalar) {
        if (!scalar.isPlain()) {
            return scalar.mayBeString() ? scalar.text() : null;
        }
        if (PlainText.isString(scalar.text()) || Schema.isString(scalar.text())) {
            return scalar.text();
        }
        return Schema.isNull(scalar.text()) ? NULL_KEY : null;
    }

    /** Refuses a long key. A key without a question mark before it may have 1,024 characters (YAML 1.2.2, section 7.4). */
    void refuseLongKey(String written, Span span) {
        if (DoubleQuoted.length(written) > LONGEST_KEY) {
            throw findings.refused(span, "a key repeats a handle of more than 1,000 characters");
        }
    }
}
