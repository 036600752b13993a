package io.agentsecrets.exec;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the known name that an unknown name was probably meant to be. */
final class Spelling {

    private static final int SLIPS = 2;

    private Spelling() {}

    /** Returns the name with the fewest letters to change, add or take off; null if none is close. */
    static @Nullable String closest(String unknown, Collection<String> names) {
        return closest(unknown, names, Math.max(SLIPS, unknown.length() / 4));
    }

    /** Returns the name that differs from the unknown one by one or two typing errors; null if there is none. */
    static @Nullable String slippedFrom(String unknown, Collection<String> names) {
        return closest(unknown, names, SLIPS);
    }

    private static @Nullable String closest(String unknown, Collection<String> names, int most) {
        String closest = null;
        int fewest = most + 1;
        for (String name : names) {
            int edits = Math.abs(name.length() - unknown.length()) < fewest ? edits(unknown, name) : fewest;
            if (edits < fewest) {
                closest = name;
                fewest = edits;
            }
        }
        return closest;
    }

    /** The Levenshtein distance, a row of its table at a time. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
