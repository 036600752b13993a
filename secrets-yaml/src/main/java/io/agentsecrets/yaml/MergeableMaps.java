package io.agentsecrets.yaml;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The maps of a document that may be merged into others. Two keys are the same if their texts are, as in the engine: the key
 * {@code 1} hides a merged {@code '1'}.
 */
final class MergeableMaps {

    private static final String MERGES_MAPS = "a merge key (<<) takes a map or a list of maps";

    /** How many entries all merge keys of a stream together may copy: 120 maps in each other copy all of them 120 times. */
    private static final long MOST_MERGED_ENTRIES = 1_000_000;

    private final Findings findings;
    private final IdentityHashMap<Object, OpenTree> maps = new IdentityHashMap<>(0);
    private long mergedEntries;

    MergeableMaps(Findings findings) {
        this.findings = findings;
    }

    void startDocument() {
        maps.clear();
    }

    /** Notes a map or set that may be merged. */
    void add(Object built, OpenTree map) {
        maps.put(built, map);
    }

    /** Merges into a map the maps that its merge keys name. Its own entries come first, then those of the first map, and so on. */
    void mergeInto(OpenTree map) {
        if (map.merges().isEmpty()) {
            return;
        }
        Set<@Nullable String> taken = map.keyTexts();
        for (OpenTree.Merge merge : map.merges()) {
            List<?> named =
                    merge.value() instanceof List<?> list ? list : List.of(orRefused(merge.value(), merge.span()));
            for (Object name : named) {
                OpenTree merged = maps.get(orRefused(name, merge.span()));
                if (merged == null) {
                    throw findings.refused(merge.span(), MERGES_MAPS);
                }
                mergedEntries += merged.size();
                if (mergedEntries > MOST_MERGED_ENTRIES) {
                    throw findings.refused(
                            merge.span(),
                            "merge keys (<<) that stand for more than " + MOST_MERGED_ENTRIES + " entries");
                }
                if (!map.merge(merged, taken)) {
                    throw findings.refused(merge.span(), Findings.REPEATED_KEY);
                }
            }
        }
    }

    private Object orRefused(@Nullable Object map, Span span) {
        if (map == null) {
            throw findings.refused(span, MERGES_MAPS);
        }
        return map;
    }
}
