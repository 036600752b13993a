package io.agentsecrets.examples.cli.audit;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The plain values that somebody has checked and allows. Each has a line with the end of a file's name and the path in that
 * file; {@code *} stands for any text, and {@code #} begins a comment. Not thread-safe.
 */
public final class AllowList {

    private final List<Entry> entries = new ArrayList<>();

    private AllowList() {}

    /** A line of the list. */
    private static final class Entry {
        final int line;
        final Pattern file;
        final Pattern path;
        boolean used;

        Entry(int line, String file, String path) {
            this.line = line;
            this.file = Pattern.compile("(.*/)?" + pattern(file), Pattern.DOTALL);
            this.path = Pattern.compile(pattern(path), Pattern.DOTALL);
        }

        private static String pattern(String glob) {
            return "\\Q" + glob.replace("*", "\\E.*\\Q") + "\\E";
        }
    }

    /** Returns a list that allows nothing. */
    public static AllowList none() {
        return new AllowList();
    }

    /**
     * Reads a list.
     *
     * @param name of the file, for errors
     * @param text its text
     * @throws ConfigException if a line is not FILE PATH
     */
    public static AllowList of(String name, String text) {
        AllowList list = new AllowList();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String entry = line.strip();
            if (entry.isEmpty() || entry.startsWith("#")) {
                continue;
            }
            String[] words = entry.split("[ \t]+", 2);
            if (words.length < 2) {
                throw new ConfigException(
                        FailureKind.SETTINGS,
                        name,
                        number,
                        1,
                        "a line must be FILE PATH, such as: postgres.yaml instances/0/password");
            }
            list.entries.add(new Entry(number, words[0], words[1]));
        }
        return list;
    }

    /** Whether a place is on the list. Its lines count as used then. */
    public boolean allows(Origin place) {
        String file = place.source().replace('\\', '/');
        boolean allowed = false;
        for (Entry entry : entries) {
            if (entry.file.matcher(file).matches()
                    && entry.path.matcher(place.path()).matches()) {
                entry.used = true;
                allowed = true;
            }
        }
        return allowed;
    }

    /** The numbers of the lines that allowed nothing so far. */
    public List<Integer> unused() {
        return entries.stream()
                .filter(entry -> !entry.used)
                .map(entry -> entry.line)
                .toList();
    }
}
