package io.agentsecrets.examples.cli.audit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/**
 * Lists the scalars of a YAML text that stand in the places of values, as they are written. An alias counts where it stands,
 * with the text of the scalar that it repeats. Not thread-safe.
 */
final class WrittenValues {

    /** The tags of YAML itself; others are an application's. */
    private static final String OF_YAML = "tag:yaml.org,2002:";

    private final List<WrittenValue> values = new ArrayList<>();
    private final Map<String, ScalarEvent> anchored = new HashMap<>();
    private final Deque<Collection> open = new ArrayDeque<>();

    private WrittenValues() {}

    /** A map or list that has begun and not ended. */
    private static final class Collection {
        final boolean isMap;
        final boolean isFlow;
        final boolean isKey;
        private WrittenValue.@Nullable Step key;
        private int index = -1;

        Collection(CollectionStartEvent start, @Nullable Collection inside) {
            this.isMap = start instanceof MappingStartEvent;
            this.isFlow = start.isFlow();
            this.isKey = inside != null && (inside.isKey || inside.expectsKey());
        }

        boolean expectsKey() {
            return isMap && key == null;
        }

        WrittenValue.Step step() {
            return key == null ? new WrittenValue.Step(String.valueOf(index), isMap, false) : key;
        }
    }

    /**
     * Lists the values of a text.
     *
     * @param text YAML that the library has read before, so that it has no errors
     */
    static List<WrittenValue> of(String text) {
        WrittenValues written = new WrittenValues();
        LoadSettings settings = LoadSettings.builder().build();
        for (Event event : new Parse(settings).parseString(text)) {
            written.see(event);
        }
        return written.values;
    }

    private void see(Event event) {
        if (event instanceof CollectionEndEvent) {
            open.pop();
            ended();
        } else if (event instanceof NodeEvent node) {
            Collection inside = open.peek();
            if (inside != null && inside.expectsKey()) {
                key(node, inside);
            } else {
                value(node, inside);
            }
        }
    }

    private void key(NodeEvent node, Collection map) {
        if (node instanceof CollectionStartEvent start) {
            open.push(new Collection(start, open.peek()));
        } else {
            ScalarEvent scalar = scalar(node);
            String name = scalar == null ? "" : scalar.getValue();
            map.key = new WrittenValue.Step(name, true, node instanceof AliasEvent);
        }
    }

    private void value(NodeEvent node, @Nullable Collection inside) {
        if (inside != null && !inside.isMap) {
            inside.index++;
        }
        if (node instanceof CollectionStartEvent start) {
            open.push(new Collection(start, open.peek()));
            return;
        }
        ScalarEvent scalar = scalar(node);
        if (scalar != null && (inside == null || !inside.isKey)) {
            values.add(written(node, scalar));
        }
        ended();
    }

    /** Notes in the map around it that a value has ended, or a map or list that was a key. */
    private void ended() {
        Collection map = open.peek();
        if (map != null && map.isMap) {
            map.key = map.key == null ? new WrittenValue.Step("", true, false) : null;
        }
    }

    /** The scalar itself, or the one that an alias repeats; null if that is no scalar. */
    private @Nullable ScalarEvent scalar(NodeEvent node) {
        if (node instanceof AliasEvent alias) {
            return anchored.get(alias.getAlias().getValue());
        }
        ScalarEvent scalar = (ScalarEvent) node;
        scalar.getAnchor().ifPresent(anchor -> anchored.put(anchor.getValue(), scalar));
        return scalar;
    }

    private WrittenValue written(NodeEvent node, ScalarEvent scalar) {
        List<WrittenValue.Step> path = new ArrayList<>();
        boolean inFlow = false;
        for (var each = open.descendingIterator(); each.hasNext(); ) {
            Collection collection = each.next();
            path.add(collection.step());
            inFlow |= collection.isFlow;
        }
        boolean tagged = scalar.getTag().filter(tag -> !tag.startsWith(OF_YAML)).isPresent();
        int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        int column = node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
        return new WrittenValue(scalar.getValue(), scalar.isPlain(), tagged, path, inFlow, line, column);
    }
}
