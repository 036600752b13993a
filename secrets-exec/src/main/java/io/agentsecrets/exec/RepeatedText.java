package io.agentsecrets.exec;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What another text repeats of a refused reply. Nobody knows where a secret begins and ends in such a reply, or whether its end
 * was cut off. So a line that has eight characters in common with a piece of the reply is masked from that word to its end. The
 * names of handles that were asked for do not count.
 *
 * @param pieces parts of the reply, none of them a name
 * @param cut the last part, if the reply may have ended within it; else an empty text
 * @param asked the handles that were asked for
 */
record RepeatedText(List<SecretValue> pieces, SecretValue cut, Collection<Handle> asked) {

    /** The repetitions of a reply that was not refused. */
    static final RepeatedText NONE = new RepeatedText(List.of(), SecretValue.of(""), List.of());

    /** A line of a secret is masked by itself if it has this many characters (docs/security.md). */
    private static final int SHARED = 8;

    /** A secret of fewer characters is masked only as a word. */
    private static final int SHORTEST = 4;

    private static final Pattern HALF_AN_ESCAPE = Pattern.compile("\\\\(u[0-9a-fA-F]{0,3})?$");

    /**
     * Masks the repetitions in a text.
     *
     * @param text a text in which the pieces that are there as a whole are masked already
     * @return the text with a mask from the first repetition in a line to the end of that line
     */
    String maskIn(String text) {
        if (pieces.isEmpty()) {
            return text;
        }
        Set<String> shared = partsSharedWith(text);
        String begun = HALF_AN_ESCAPE.matcher(cut.reveal()).replaceFirst("");
        List<String> masked =
                text.lines().map(line -> masked(line, shared, begun)).toList();
        return masked.equals(text.lines().toList()) ? text : String.join("\n", masked);
    }

    private Set<String> partsSharedWith(String text) {
        Set<String> parts = new HashSet<>();
        forEachPart(text, parts::add);
        Set<String> shared = new HashSet<>();
        for (SecretValue piece : pieces) {
            forEachPart(piece.reveal(), part -> {
                if (parts.contains(part)) {
                    shared.add(part);
                }
            });
        }
        asked.forEach(handle -> forEachPart(handle.name(), shared::remove));
        return shared;
    }

    /** Calls an action for each part of eight characters that begins with none that is blank. */
    private static void forEachPart(String text, Consumer<String> action) {
        for (int i = 0; i + SHARED <= text.length(); i++) {
            if (text.charAt(i) > ' ') {
                action.accept(text.substring(i, i + SHARED));
            }
        }
    }

    private static String masked(String line, Set<String> shared, String begun) {
        int from = firstRepetition(line, shared, begun);
        if (from == line.length()) {
            return line;
        }
        while (from > 0 && line.charAt(from - 1) > ' ') {
            from--;
        }
        return line.substring(0, from) + SecretValue.MASK;
    }

    /** Returns where the first repetition begins, also one that is masked in part; the length of the line if there is none. */
    private static int firstRepetition(String line, Set<String> shared, String begun) {
        int from = indexOf(SecretValue.MASK, line);
        if (begun.length() >= SHORTEST) {
            from = Math.min(from, indexOf(begun, line));
        }
        for (int i = 0; i < from && i + SHARED <= line.length(); i++) {
            if (shared.contains(line.substring(i, i + SHARED))) {
                return i;
            }
        }
        return from;
    }

    private static int indexOf(String part, String line) {
        int index = line.indexOf(part);
        return index < 0 ? line.length() : index;
    }
}
