package io.agentsecrets;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The handles that a source uses, in order, and the places of each, in order. Immutable; holds no values. */
public final class Usages {

    private static final Usages NONE = new Usages(Map.of());

    private final Map<Handle, List<Origin>> places;

    private Usages(Map<Handle, List<Origin>> places) {
        this.places = places;
    }

    /**
     * Returns the usages of a source without handles.
     *
     * @return no handle
     */
    public static Usages none() {
        return NONE;
    }

    /**
     * Returns a builder of usages.
     *
     * @return a builder that knows no handle yet
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the handles.
     *
     * @return each once, in order; cannot be changed
     */
    public Set<Handle> handles() {
        return places.keySet();
    }

    /**
     * Returns where a handle is used.
     *
     * @param handle any handle
     * @return its places in order; none if it is not used
     */
    public List<Origin> placesOf(Handle handle) {
        return places.getOrDefault(handle, List.of());
    }

    /**
     * Calls an action for each handle and its places, in order.
     *
     * @param action what to do
     */
    public void forEach(BiConsumer<Handle, List<Origin>> action) {
        places.forEach(action);
    }

    /**
     * Returns the usages of some of the handles.
     *
     * @param wanted handles; those that are not used here are ignored
     * @return the wanted handles and their places, in order
     */
    public Usages only(Set<Handle> wanted) {
        Map<Handle, List<Origin>> some = new LinkedHashMap<>();
        places.forEach((handle, origins) -> {
            if (wanted.contains(handle)) {
                some.put(handle, origins);
            }
        });
        return new Usages(Collections.unmodifiableMap(some));
    }

    /**
     * Tells whether there is no handle.
     *
     * @return true if nothing has to be resolved
     */
    public boolean isEmpty() {
        return places.isEmpty();
    }

    /**
     * Counts the handles.
     *
     * @return how many different handles there are
     */
    public int size() {
        return places.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Usages that && places.equals(that.places);
    }

    @Override
    public int hashCode() {
        return places.hashCode();
    }

    /** Returns the handles and their places. */
    @Override
    public String toString() {
        return places.toString();
    }

    /** Collects usages. Not thread-safe. */
    public static final class Builder {

        /** Small at first, as most sources have few handles and their usages stay in memory. */
        private Map<Handle, List<Origin>> places = new LinkedHashMap<>(4);

        /** Whether the map belongs to usages that were built, so that it must not change any more. */
        private boolean isShared;

        private Builder() {}

        /**
         * Adds a place where a handle is used.
         *
         * @param handle the handle
         * @param origin the place
         * @return this builder
         */
        public Builder add(Handle handle, Origin origin) {
            return addAll(handle, List.of(origin));
        }

        /**
         * Adds the places where a handle is used.
         *
         * @param handle the handle
         * @param origins at least one place
         * @return this builder
         */
        public Builder addAll(Handle handle, List<Origin> origins) {
            if (isShared) {
                places = new LinkedHashMap<>(places);
                isShared = false;
            }
            List<Origin> known = places.get(Objects.requireNonNull(handle, "handle"));
            List<Origin> more = List.copyOf(origins);
            places.put(handle, known == null ? more : joined(known, more));
            return this;
        }

        /** Makes a growing list only for the second place: most handles have one. */
        private static List<Origin> joined(List<Origin> known, List<Origin> more) {
            List<Origin> all = known instanceof ArrayList ? known : new ArrayList<>(known);
            all.addAll(more);
            return all;
        }

        /**
         * Returns what was added.
         *
         * @return immutable usages
         */
        public Usages build() {
            if (places.isEmpty()) {
                return NONE;
            }
            if (!isShared) {
                for (Map.Entry<Handle, List<Origin>> entry : places.entrySet()) {
                    entry.setValue(List.copyOf(entry.getValue()));
                }
                isShared = true;
            }
            return new Usages(Collections.unmodifiableMap(places));
        }
    }
}
