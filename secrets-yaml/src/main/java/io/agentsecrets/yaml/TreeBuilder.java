package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a tree of each document of a stream, with values in the places of handles: what the engine itself would load, with
 * shared nodes shared and without the tags of applications. Used once.
 */
final class TreeBuilder implements NodeListener {

    private static final String MISFIT = "a value does not fit its tag (such as !!int) or a merge key (<<) has no map";

    private final Findings findings;
    private final NewScalars newScalars;
    private final @Nullable Map<Handle, SecretValue> values;
    private final List<@Nullable Object> trees = new ArrayList<>();
    private final Map<String, Built> anchors = new HashMap<>();
    private final MergeableMaps mergeable;
    private @Nullable OpenTree open;

    /**
     * Starts without a tree.
     *
     * @param findings what was found in the stream
     * @param values a value for each handle; null for a trial of whether trees can be built, in which handles stay strings
     */
    TreeBuilder(Findings findings, @Nullable Map<Handle, SecretValue> values) {
        this.findings = findings;
        this.newScalars = new NewScalars(findings.replacements());
        this.values = values;
        this.mergeable = new MergeableMaps(findings);
    }

    /**
     * A node that an anchor names.
     *
     * @param value what was built of it
     * @param text its text if it is a scalar, or null
     */
    private record Built(@Nullable Object value, @Nullable String text) {}

    /** The trees, in the order of the stream. */
    List<@Nullable Object> trees() {
        return trees;
    }

    @Override
    public void startDocument() {
        anchors.clear();
        mergeable.startDocument();
    }

    @Override
    public void scalar(Scalar scalar) {
        Replacement replacement = replacementOf(scalar.event());
        Object value;
        String text;
        if (replacement == null) {
            text = scalar.value();
            value = built(text, scalar.isPlain(), scalar.tag(), scalar.span());
        } else {
            text = newText(replacement);
            boolean tagged = replacement.form() == Replacement.Form.TAGGED;
            Scalar.Tagging tag = tagged ? scalar.tag() : Scalar.Tagging.NONE;
            value = built(text, replacement.isPlain(), tag, scalar.span());
        }
        if (scalar.anchor() != null) {
            anchors.put(scalar.anchor(), new Built(value, text));
        }
        add(value, text, scalar.span());
    }

    private @Nullable Replacement replacementOf(int event) {
        Replacement found = newScalars.of(event);
        return found == null || (values == null && found.handle() != null) ? null : found;
    }

    private String newText(Replacement replacement) {
        return replacement.newText(values == null ? Map.of() : values);
    }

    private @Nullable Object built(String text, boolean plain, Scalar.Tagging tag, Span span) {
        try {
            if (tag.isDoubtful()) {
                return Schema.read(text, tag);
            }
            return plain ? PlainText.read(text) : text;
        } catch (RuntimeException e) {
            throw findings.refused(span, MISFIT);
        }
    }

    @Override
    public void startCollection(Kind kind, @Nullable String tag, @Nullable String anchor, Span span) {
        if (tag != null && !Schema.fits(kind, tag)) {
            throw findings.refused(span, MISFIT);
        }
        if (anchor != null) {
            anchors.remove(anchor);
        }
        open = new OpenTree(open, kind, tag != null && Schema.isNullTag(tag), anchor, span);
    }

    @Override
    public void endCollection() {
        OpenTree ended = Objects.requireNonNull(open);
        open = ended.parent();
        mergeable.mergeInto(ended);
        Object value = ended.built();
        if (value != null && ended.mayBeMerged()) {
            mergeable.add(value, ended);
        }
        if (ended.anchor() != null) {
            // a node inside may have taken the name since
            anchors.putIfAbsent(ended.anchor(), new Built(value, null));
        }
        add(value, null, ended.span());
    }

    @Override
    public void alias(String anchor, Span span, int event) {
        Replacement replacement = replacementOf(event);
        if (replacement != null) {
            String text = newText(replacement);
            add(text, text, span);
            return;
        }
        Built built = anchors.get(anchor);
        if (built == null) {
            throw findings.refused(span, "an alias (*name) repeats an anchor (&name) that does not stand before it");
        }
        add(built.value(), built.text(), span);
    }

    private void add(@Nullable Object value, @Nullable String text, Span span) {
        if (open == null) {
            trees.add(valueOrRefused(value, span));
        } else if (open.expectsKey()) {
            open.key(value, text, span);
        } else {
            Span repeated = open.value(valueOrRefused(value, span));
            if (repeated != null && !(open.isSet() && values != null)) {
                throw findings.refused(repeated, Findings.REPEATED_KEY);
            }
        }
    }

    private @Nullable Object valueOrRefused(@Nullable Object value, Span span) {
        if (value == Schema.MERGE_KEY) {
            throw findings.refused(span, MISFIT);
        }
        return value;
    }
}
