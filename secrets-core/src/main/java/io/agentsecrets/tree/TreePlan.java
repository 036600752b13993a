package io.agentsecrets.tree;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Usages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tree as it was read once, with a {@link Place} instead of each handle. Only collections that contain a place, at any
 * depth, were copied; they belong to the plan, and nobody else can change them. Immutable.
 */
final class TreePlan {

    private final @Nullable Object root;
    private final IdentityHashMap<Object, Object> originals;
    private final Usages usages;

    TreePlan(ConfigTree.Copy copy, Usages usages) {
        this.root = copy.root();
        this.originals = copy.originals();
        this.usages = usages;
    }

    /** The place of a handle. */
    record Place(Handle handle) {}

    Usages usages() {
        return usages;
    }

    /** Returns the tree with values in the places; the original object if there are no places. */
    @Nullable
    Object with(Map<Handle, SecretValue> values) {
        return new Filling(values).filled(root);
    }

    /** One copy of the plan. A collection that is reached twice stays shared. */
    private final class Filling {

        private final Map<Handle, SecretValue> values;
        private final IdentityHashMap<Object, Object> done = new IdentityHashMap<>(4);

        Filling(Map<Handle, SecretValue> values) {
            this.values = values;
        }

        @Nullable
        Object filled(@Nullable Object node) {
            if (node instanceof Place place) {
                return valueOf(place);
            }
            if (node == null || !originals.containsKey(node)) {
                return node;
            }
            Object known = done.get(node);
            if (known == null) {
                known = filledCollection(node);
                done.put(node, known);
            }
            return known;
        }

        private String valueOf(Place place) {
            SecretValue value = values.get(place.handle());
            if (value == null) {
                throw new IllegalArgumentException("a value is missing for the handle " + place.handle());
            }
            return value.reveal();
        }

        private Object filledCollection(Object node) {
            if (node instanceof Map<?, ?> map) {
                Map<Object, @Nullable Object> copy =
                        map instanceof IdentityHashMap ? new IdentityHashMap<>() : new LinkedHashMap<>(map.size() * 2);
                map.forEach((key, value) -> copy.put(key, filled(value)));
                return copy;
            }
            if (node instanceof Object[] array) {
                return filledArray(Arrays.asList(array), node);
            }
            Collection<?> elements = (Collection<?>) node;
            Collection<@Nullable Object> copy =
                    node instanceof Set ? new LinkedHashSet<>() : new ArrayList<>(elements.size());
            elements.forEach(element -> copy.add(filled(element)));
            return copy;
        }

        private Object[] filledArray(List<?> elements, Object node) {
            List<@Nullable Object> copy = new ArrayList<>(elements.size());
            elements.forEach(element -> copy.add(filled(element)));
            Object original = originals.get(node);
            return original instanceof Object[] array ? ConfigTree.arrayOf(copy, array) : copy.toArray();
        }
    }
}
