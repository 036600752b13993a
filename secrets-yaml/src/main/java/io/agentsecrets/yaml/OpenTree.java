package io.agentsecrets.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A map, set or list that is being built. A set is built as a map of its members. */
final class OpenTree {

    private final @Nullable OpenTree parent;
    private final NodeListener.Kind kind;
    private final boolean isNull;
    private final @Nullable String anchor;
    private final Span span;
    private final boolean mergeable;
    private final List<@Nullable Object> elements;
    private final Map<@Nullable Object, @Nullable Object> entries;

    /** The texts of keys that are scalars but no strings. */
    private Map<@Nullable Object, String> texts = Collections.emptyMap();

    private List<Merge> merges = List.of();
    private @Nullable Key key;

    /**
     * Opens a collection.
     *
     * @param parent the collection that it is in
     * @param isNull whether its tag makes it null
     * @param anchor the name that aliases use, or null
     * @param span where it begins
     */
    OpenTree(@Nullable OpenTree parent, NodeListener.Kind kind, boolean isNull, @Nullable String anchor, Span span) {
        this.parent = parent;
        this.kind = kind;
        this.isNull = isNull;
        this.anchor = anchor;
        this.span = span;
        this.mergeable = anchor != null || (parent != null && parent.makesMergeable());
        this.elements = kind == NodeListener.Kind.LIST ? new ArrayList<>() : List.of();
        this.entries = kind == NodeListener.Kind.LIST ? Map.of() : new LinkedHashMap<>();
    }

    /** A key whose value comes next, with its text if it is a scalar. */
    private record Key(@Nullable Object key, @Nullable String text, Span span) {}

    /** A value of a merge key. */
    record Merge(@Nullable Object value, Span span) {}

    @Nullable
    OpenTree parent() {
        return parent;
    }

    @Nullable
    String anchor() {
        return anchor;
    }

    Span span() {
        return span;
    }

    boolean isSet() {
        return kind == NodeListener.Kind.SET;
    }

    /** Whether the next node is a key of a map or a member of a set. */
    boolean expectsKey() {
        return kind != NodeListener.Kind.LIST && key == null;
    }

    /** Whether it may be merged into a map: it has a name, or it or the list that it is in is the value of a merge key. */
    boolean mayBeMerged() {
        return mergeable;
    }

    private boolean makesMergeable() {
        return kind == NodeListener.Kind.LIST ? mergeable : key != null && key.key == Schema.MERGE_KEY;
    }

    /**
     * Adds a key.
     *
     * @param text its text if it is a scalar, or null
     */
    void key(@Nullable Object value, @Nullable String text, Span place) {
        key = new Key(value, text, place);
    }

    /**
     * Adds an element, or the value of the last key.
     *
     * @return the place of a key that stood there before, or null
     */
    @Nullable
    Span value(@Nullable Object value) {
        Key last = key;
        if (last == null) {
            elements.add(value);
            return null;
        }
        key = null;
        if (last.key == Schema.MERGE_KEY) {
            merges = merges.isEmpty() ? new ArrayList<>(1) : merges;
            merges.add(new Merge(value, last.span));
            return null;
        }
        return put(last.key, last.text, value) ? null : last.span;
    }

    private boolean put(@Nullable Object name, @Nullable String text, @Nullable Object value) {
        if (text != null && !(name instanceof String)) {
            texts = texts.isEmpty() ? new HashMap<>() : texts;
            texts.put(name, text);
        }
        int before = entries.size();
        entries.put(name, value);
        return entries.size() > before;
    }

    /** The values of merge keys, in the order of the text. */
    List<Merge> merges() {
        return merges;
    }

    /** The texts of all keys that are scalars. */
    Set<@Nullable String> keyTexts() {
        Set<@Nullable String> all = new HashSet<>();
        for (Object name : entries.keySet()) {
            String text = textOf(name);
            if (text != null) {
                all.add(text);
            }
        }
        return all;
    }

    private @Nullable String textOf(@Nullable Object name) {
        return name instanceof String string ? string : texts.get(name);
    }

    /**
     * Adds the entries of another map whose keys do not have one of the texts that are taken, and takes theirs.
     *
     * @return whether all are new
     */
    boolean merge(OpenTree other, Set<@Nullable String> taken) {
        boolean allNew = true;
        Set<@Nullable String> added = new HashSet<>();
        for (Map.Entry<@Nullable Object, @Nullable Object> entry : other.entries.entrySet()) {
            String text = other.textOf(entry.getKey());
            if (text == null || !taken.contains(text)) {
                allNew &= put(entry.getKey(), text, entry.getValue());
                added.add(text);
            }
        }
        taken.addAll(added);
        return allNew;
    }

    /** How many entries it has so far. */
    int size() {
        return entries.size();
    }

    /** Returns what was built. */
    @Nullable
    Object built() {
        if (isNull) {
            return null;
        }
        return switch (kind) {
            case LIST -> elements;
            case MAP -> entries;
            case SET -> new LinkedHashSet<>(entries.keySet());
        };
    }
}
