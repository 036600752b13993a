package io.agentsecrets.yaml;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The nodes of a stream in order, without their tags and styles, to compare two streams. */
final class NodeSequence implements NodeListener {

    private final List<String> nodes = new ArrayList<>();
    private final NewScalars newScalars;
    private final Map<Handle, SecretValue> values;

    /** Starts the sequence of a stream with some of its scalars replaced. */
    NodeSequence(List<Replacement> replacements, Map<Handle, SecretValue> values) {
        this.newScalars = new NewScalars(replacements);
        this.values = values;
    }

    /** Whether another stream has the same nodes. */
    boolean isSameAs(NodeSequence other) {
        return nodes.equals(other.nodes);
    }

    @Override
    public void startDocument() {
        nodes.add("---");
    }

    @Override
    public void scalar(Scalar scalar) {
        Replacement replacement = newScalars.of(scalar.event());
        add("=", scalar.anchor(), replacement == null ? scalar.value() : replacement.newText(values));
    }

    @Override
    public void startCollection(Kind kind, @Nullable String tag, @Nullable String anchor, Span span) {
        add(kind == Kind.LIST ? "[" : "{", anchor, "");
    }

    @Override
    public void endCollection() {
        nodes.add("]");
    }

    @Override
    public void alias(String anchor, Span span, int event) {
        Replacement replacement = newScalars.of(event);
        if (replacement == null) {
            add("*", anchor, "");
        } else {
            add("=", null, replacement.newText(values));
        }
    }

    private void add(String kind, @Nullable String anchor, String text) {
        nodes.add(kind + (anchor == null ? "" : "&" + anchor) + " " + text);
    }
}
