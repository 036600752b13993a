package io.agentsecrets.tree;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks over a tree of maps, collections, arrays of objects and scalars, and replaces string values.
 *
 * <p>The tree is never changed, and each collection is read once. A collection without replaced values is returned as it
 * is, the same object; only collections on the path to a replaced value are copied, maps as {@link LinkedHashMap} and lists
 * as {@link ArrayList}, in the order of the original. A node that is reached twice is visited once and stays shared in the
 * copy, so the time depends on the number of distinct nodes, however many a printed tree would show; the depth is that of
 * the printed tree. Map keys are not searched: they only appear in paths, as their text.
 *
 * <p>The class has no shared state: several walks may run at the same time, if nobody changes their trees.
 */
public final class ConfigTree {

    /** How deep collections may be nested unless a caller says otherwise; the limit of docs/spec.md, section 2. */
    public static final int DEFAULT_MAX_DEPTH = 128;

    private final String source;
    private final int maxDepth;
    private final LeafMapper mapper;
    private final IdentityHashMap<Object, Visited> visited = new IdentityHashMap<>(4);
    private int deepest;

    private ConfigTree(String source, int maxDepth, LeafMapper mapper) {
        this.source = source;
        this.maxDepth = maxDepth;
        this.mapper = mapper;
    }

    /** A function that replaces string values of a tree. */
    @FunctionalInterface
    public interface StringMapper {

        /**
         * Maps one string value.
         *
         * @param path the path to it; the first one, if it is in a shared node
         * @param text the value
         * @return what to put in its place; the same object to leave it alone
         */
        String map(TreePath path, String text);
    }

    /**
     * Replaces string values.
     *
     * @param source the name of the tree, for errors
     * @param tree a map, a collection, an array of objects, a scalar, or null
     * @param maxDepth how deep collections may be nested, 1 or more
     * @param mapper called once for each string value that is reached, in order
     * @return the tree with the new values; the same object if there are none
     * @throws ConfigException if the tree is nested too deeply or contains itself
     */
    public static @Nullable Object mapStrings(String source, @Nullable Object tree, int maxDepth, StringMapper mapper) {
        return copy(source, tree, maxDepth, (path, leaf) -> leaf instanceof String text ? mapper.map(path, text) : leaf)
                .root();
    }

    /** A function that replaces leaves of a tree: everything that is not a map, a collection or an array of objects. */
    @FunctionalInterface
    interface LeafMapper {

        /** Returns what to put in the place of a leaf; the same object to leave it alone. */
        @Nullable
        Object map(TreePath path, @Nullable Object leaf);
    }

    /** Copies a tree with other leaves, as {@link #mapStrings} does. Reads it once. */
    static Copy copy(String source, @Nullable Object tree, int maxDepth, LeafMapper mapper) {
        ConfigTree walk = new ConfigTree(source, maxDepth, mapper);
        Object root = walk.copyOf(tree, TreePath.ROOT, 1);
        IdentityHashMap<Object, Object> originals = new IdentityHashMap<>(4);
        walk.visited.forEach((original, visited) -> {
            if (visited.copy() != original) {
                originals.put(visited.copy(), original);
            }
        });
        return new Copy(root, originals);
    }

    /**
     * A tree with other leaves.
     *
     * @param root its root; the same object as the root of the original if no leaf changed
     * @param originals the original of each collection that was copied, by the identity of the copy
     */
    record Copy(@Nullable Object root, IdentityHashMap<Object, Object> originals) {}

    private @Nullable Object copyOf(@Nullable Object node, TreePath path, int depth) {
        if (!(node instanceof Map || node instanceof Collection || node instanceof Object[])) {
            return mapper.map(path, node);
        }
        Visited known = visited.get(node);
        if (known != null && known.isUnfinished()) {
            throw refused(path, "contains itself; a configuration must be a tree");
        }
        if (known == null) {
            known = visit(node, path, depth);
        }
        reach(depth + known.levelsBelow(), path);
        return known.copy();
    }

    private Visited visit(Object node, TreePath path, int depth) {
        int deepestBefore = deepest;
        deepest = 0;
        reach(depth, path);
        visited.put(node, Visited.UNFINISHED);
        Object copy = copyOfCollection(node, path, depth);
        Visited result = new Visited(copy, deepest - depth);
        visited.put(node, result);
        deepest = deepestBefore;
        return result;
    }

    private void reach(int depth, TreePath path) {
        if (depth > maxDepth) {
            throw refused(path, "is nested more than " + maxDepth + " levels deep");
        }
        deepest = Math.max(deepest, depth);
    }

    private Object copyOfCollection(Object node, TreePath path, int depth) {
        if (node instanceof Map<?, ?> map) {
            return copyOfMap(map, path, depth);
        }
        if (node instanceof Collection<?> collection) {
            return copyOfElements(collection, path, depth);
        }
        Object[] array = (Object[]) node;
        List<@Nullable Object> elements = new ArrayList<>(array.length);
        boolean changed = false;
        for (int i = 0; i < array.length; i++) {
            Object copy = copyOf(array[i], path.child(i), depth + 1);
            changed |= copy != array[i];
            elements.add(copy);
        }
        return changed ? arrayOf(elements, array) : array;
    }

    static Object[] arrayOf(List<@Nullable Object> elements, Object[] original) {
        try {
            return elements.toArray(original.clone());
        } catch (ArrayStoreException e) {
            return elements.toArray(); // for example, an array of TreeMap cannot hold the copy of one
        }
    }

    private Map<?, ?> copyOfMap(Map<?, ?> map, TreePath path, int depth) {
        List<Object> keys = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        boolean changed = false;
        for (Map.Entry<?, ?> entry : entriesOf(map)) {
            Object value = entry.getValue();
            Object newValue = copyOf(value, path.child(entry.getKey()), depth + 1);
            changed |= newValue != value;
            keys.add(entry.getKey());
            values.add(newValue);
        }
        return changed ? mapOf(keys, values, map) : map;
    }

    /** Returns the entries of a map. For {@link Properties} these include the defaults, which {@code entrySet} leaves out. */
    private static Iterable<? extends Map.Entry<?, ?>> entriesOf(Map<?, ?> map) {
        if (!(map instanceof Properties properties)) {
            return map.entrySet();
        }
        Map<Object, Object> all = new LinkedHashMap<>();
        for (String name : properties.stringPropertyNames()) {
            all.put(name, properties.getProperty(name));
        }
        all.putAll(properties);
        return all.entrySet();
    }

    /** Copies an identity map to an identity map: hashing keys that are lists within lists may take forever. */
    @SuppressWarnings("IdentityHashMapUsage") // the kind of map that the caller had
    private static Map<Object, @Nullable Object> mapOf(
            List<Object> keys, List<@Nullable Object> values, Map<?, ?> original) {
        Map<Object, @Nullable Object> copy =
                original instanceof IdentityHashMap ? new IdentityHashMap<>() : new LinkedHashMap<>(keys.size() * 2);
        for (int i = 0; i < keys.size(); i++) {
            copy.put(keys.get(i), values.get(i));
        }
        return copy;
    }

    private Collection<?> copyOfElements(Collection<?> elements, TreePath path, int depth) {
        List<@Nullable Object> newElements = new ArrayList<>(elements.size());
        boolean changed = false;
        for (Object element : elements) {
            Object newElement = copyOf(element, path.child(newElements.size()), depth + 1);
            changed |= newElement != element;
            newElements.add(newElement);
        }
        if (!changed) {
            return elements;
        }
        return elements instanceof Set ? new LinkedHashSet<>(newElements) : newElements;
    }

    private ConfigException refused(TreePath path, String problem) {
        String place = path == TreePath.ROOT ? "the tree " : "the value at " + path + " ";
        return new ConfigException(FailureKind.CONFIG, source, place + problem);
    }

    /** The copy of a collection, and how many levels of collections there are inside it. */
    private record Visited(Object copy, int levelsBelow) {

        /** A collection that the walk has not left yet. */
        static final Visited UNFINISHED = new Visited("", -1);

        boolean isUnfinished() {
            return levelsBelow < 0;
        }

        /** Without the copy, which may hold secrets. */
        @Override
        public String toString() {
            return "Visited(" + levelsBelow + ")";
        }
    }
}
