package io.agentsecrets;

/**
 * One search for the secrets of an index in a text and its decoded forms. Its time is linear in their length, whatever they
 * contain and however many secrets there are. Used by one thread.
 */
final class Search {

    /**
     * This many characters of a longer secret are masked even if the text then differs from it. This limits how often a
     * character is compared.
     */
    private static final int LONG_ENOUGH = 64;

    private final SecretIndex index;
    private final boolean words;
    private final Spans found = new Spans();
    private long steps;

    /** Begins a search; {@code words} says whether secrets of one to three characters are looked for, as whole words. */
    Search(SecretIndex index, boolean words) {
        this.index = index;
        this.words = words;
    }

    /** Returns the parts of the text that are secrets. */
    Spans found() {
        return found;
    }

    /** Returns how many characters were compared with those of secrets. */
    long steps() {
        return steps;
    }

    /**
     * Looks for secrets in a text. One may begin inside another, so every place is looked at. Each place adds to a budget
     * of comparisons, which limits the search inside a secret that was found: so a hostile text cannot make the search
     * slow.
     */
    void in(MappedText text) {
        long budget = 0;
        long key = 0;
        int covered = 0;
        for (int next = 0; next < text.length() + Beginnings.LENGTH - 1; next++) {
            key = Beginnings.shifted(key, next < text.length() ? text.at(next) : MappedText.GAP);
            int at = next - Beginnings.LENGTH + 1;
            budget += LONG_ENOUGH;
            if (at >= 0 && mayStart(text, at, key)) {
                long limit = at < covered ? Math.max(budget, LONG_ENOUGH) : text.length();
                long before = steps;
                int length = lengthAt(text, at, (int) Math.min(text.length() - at, limit));
                budget -= steps - before;
                if (length > 0) {
                    covered = Math.max(covered, at + length);
                    add(text, at, at + length);
                }
            }
        }
    }

    private boolean mayStart(MappedText text, int at, long key) {
        boolean whole = at + Beginnings.LENGTH <= text.length();
        return (whole ? index.beginnings().mayHold(key) : text.isCut())
                || (index.shortForms() > 0 && mayStartShort(text, at));
    }

    private boolean mayStartShort(MappedText text, int at) {
        return words
                && text.hasWords()
                && text.isWordStart(at)
                && index.beginnings().mayHold(text.at(at));
    }

    /**
     * Returns the length of the longest secret at a place, or how much of a long one is there, or 0.
     *
     * @param limit the number of characters to look at
     */
    private int lengthAt(MappedText text, int at, int limit) {
        int position = at;
        int longest = 0;
        boolean goesOn = true;
        SecretTree node = index.tree().branch(text.at(at));
        while (node != null) {
            int common = node.common(text, position, at + limit);
            position += common;
            goesOn = common < node.length() || !node.isLeaf();
            if (common == node.length() && node.isEnd() && counts(text, at, position)) {
                longest = position - at;
            }
            node = common == node.length() && position < at + limit ? node.branch(text.at(position)) : null;
        }
        steps += position - at + 1;
        boolean cut = goesOn && text.isCut() && position == text.length();
        return cut || position - at >= LONG_ENOUGH ? position - at : longest;
    }

    /** Tells whether a form is too long to be there by chance, or is a word of its own. */
    private boolean counts(MappedText text, int from, int to) {
        return to - from >= Beginnings.LENGTH || (words && text.hasWords() && text.isWord(from, to));
    }

    private void add(MappedText text, int from, int to) {
        boolean cut = text.isCut() && to == text.length();
        found.add(text.start(from), cut ? Integer.MAX_VALUE : text.end(to - 1));
    }
}
