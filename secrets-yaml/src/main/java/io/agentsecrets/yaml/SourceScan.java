package io.agentsecrets.yaml;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The scan of a YAML stream: in one pass it finds handles with their places, near misses and what must be refused.
 *
 * <p>A handle counts once, where it is written: an alias repeats a value and is not scanned again, so the time depends on
 * the length of the text only. Two kinds of aliases are special. An alias that repeats a key as a value is a value itself,
 * so its own characters are replaced. An alias that repeats a handle as a key must not turn a secret into a key, so the
 * handle is written out there.
 */
final class SourceScan implements NodeListener {

    /**
     * How many keys may be collections. A hash map compares such keys with the same hash one by one, which is slow; agents
     * do not need them.
     */
    private static final int MOST_COLLECTION_KEYS = 1_000;

    private final YamlOptions options;
    private final VariableMarks marks;
    private final Findings findings;
    private final ScalarRules scalars;
    private final AliasRules aliases;
    private @Nullable OpenCollection open;
    private int collectionKeys;

    SourceScan(YamlOptions options, VariableMarks marks, Findings findings) {
        this.options = options;
        this.marks = marks;
        this.findings = findings;
        GuardedSyntax syntax = new GuardedSyntax(options.syntax(), findings);
        VariableRules variables = new VariableRules(options, syntax, marks, findings);
        this.scalars = new ScalarRules(options, syntax, findings, variables);
        this.aliases = new AliasRules(findings, options.maxAliases());
    }

    @Override
    public void startDocument() {
        findings.startDocument();
        aliases.startDocument();
    }

    @Override
    public void scalar(Scalar scalar) {
        boolean key = isKeyNext();
        String written = marks.written(scalar.text());
        scalars.any(scalar, expectsKey());
        if (scalar.style() == Scalar.Style.DOUBLE_QUOTED) {
            findings.doubleQuoted(scalar.span());
        }
        keyOrValue(scalar, written, key);
        if (open != null && open.expectsKey()) {
            scalars.refuseRepeated(scalar, open);
        }
        if (scalar.anchor() != null) {
            boolean replaced = findings.wasReplaced(scalar.event());
            aliases.name(scalar.anchor(), Anchored.scalar(scalar, written, key, replaced), scalar.span());
        }
        scalarEnded(written);
    }

    private void keyOrValue(Scalar scalar, String written, boolean key) {
        if (key) {
            noteHandleIf(scalars.key(scalar, written, open));
        } else if (!scalar.mayBeString()) {
            scalars.taggedValue(scalar, written);
        } else if (scalars.mayConcern(scalar)) {
            value(scalar, written, Site.of(scalar));
        }
    }

    private void value(Scalar scalar, String written, Site site) {
        int before = findings.replacements().size();
        noteHandleIf(scalars.value(scalar, written, site, open));
        boolean replaced = findings.replacements().size() > before;
        if (replaced && expectsKey() && marks.isBeforeColon(site.span())) {
            throw findings.refused(
                    site.span(),
                    "a member of a set (!!set) with a colon behind it; write it with '? ' before it instead");
        }
    }

    @Override
    public void startCollection(Kind kind, @Nullable String tag, @Nullable String anchor, Span span) {
        if (open != null && open.depth() == options.maxDepth()) {
            throw findings.refused(span, "nested more than " + options.maxDepth() + " levels deep");
        }
        findings.doubtIf(tag != null || expectsKey());
        if (expectsKey() && ++collectionKeys > MOST_COLLECTION_KEYS) {
            throw findings.refused(span, "more than " + MOST_COLLECTION_KEYS + " maps or lists as keys");
        }
        aliases.refuseDeepKey(keySteps(), span);
        Anchored anchored = null;
        if (anchor != null) {
            anchored = Anchored.openCollection(isKeyNext());
            aliases.name(anchor, anchored, span);
        }
        open = new OpenCollection(open, kind, anchored);
    }

    @Override
    public void endCollection() {
        OpenCollection ended = Objects.requireNonNull(open);
        open = ended.parent();
        noteHandleIf(ended.holdsHandle());
        collectionEnded(ended.close());
    }

    @Override
    public void alias(String anchor, Span span, int event) {
        Anchored anchored = aliases.named(anchor, span);
        boolean key = isKeyNext();
        findings.doubtIf(key || expectsKey());
        Scalar scalar = anchored.scalar();
        if (scalar == null) {
            aliases.check(anchored, key, keySteps(), span);
            noteHandleIf(anchored.holdsHandle());
            collectionEnded(anchored.ended());
            return;
        }
        if (key && !anchored.isKey() && anchored.isReplaced()) {
            writeOutKey(scalar, anchored.written(), Site.ofAlias(scalar, span, event));
        } else if (!key && anchored.isKey() && scalar.mayBeString()) {
            findings.reserve(marks.areIn(scalar.text()) ? anchored.written().length() : 0, span);
            value(scalar, anchored.written(), Site.ofAlias(scalar, span, event));
        }
        scalarEnded(anchored.written());
    }

    private void writeOutKey(Scalar scalar, String written, Site site) {
        if (!scalar.mayBeString()) {
            throw findings.refused(site.span(), "a key repeats (*name) a template variable with a tag; write it out");
        }
        scalars.refuseLongKey(written, site.span());
        findings.reserve(written.length(), site.span());
        findings.doubtTextIf(true, site.span());
        findings.replace(site.holding(written, site.form()));
    }

    private void noteHandleIf(boolean handle) {
        if (handle && open != null) {
            open.noteHandle();
        }
    }

    /** Whether the next node is a key, or part of one. */
    private boolean isKeyNext() {
        return open != null && open.isKeyNext();
    }

    /** Whether the next node is itself a key of a map or a member of a set. */
    private boolean expectsKey() {
        return open != null && open.expectsKey();
    }

    private int keySteps() {
        return open == null ? 0 : open.keyStepsToNext();
    }

    private void scalarEnded(String text) {
        if (open != null) {
            open.scalarEnded(text);
        }
    }

    private void collectionEnded(OpenCollection.Ended collection) {
        if (open != null) {
            open.collectionEnded(collection);
        }
    }
}
