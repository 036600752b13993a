package io.agentsecrets;

/**
 * One search for the secrets of an index in the views of one text. Its time is linear in the length of the views, whatever
 * they contain and however many secrets there are. Used by one thread.
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
     * Looks for secrets in a view. One may begin inside another, so every place is looked at. Each place adds to a budget
     * of comparisons, which limits the search inside a secret that was found: so a hostile text cannot make the search
     * slow.
     */
    void in(View view) {
        long budget = 0;
        long key = 0;
        int covered = 0;
        for (int next = 0; next < view.length() + Beginnings.LENGTH - 1; next++) {
            key = Beginnings.shifted(key, next < view.length() ? view.at(next) : View.GAP);
            int at = next - Beginnings.LENGTH + 1;
            budget += LONG_ENOUGH;
            if (at >= 0 && mayStart(view, at, key)) {
                long limit = at < covered ? Math.max(budget, LONG_ENOUGH) : view.length();
                long before = steps;
                int length = lengthAt(view, at, (int) Math.min(view.length() - at, limit));
                budget -= steps - before;
                if (length > 0) {
                    covered = Math.max(covered, at + length);
                    add(view, at, at + length);
                }
            }
        }
    }

    private boolean mayStart(View view, int at, long key) {
        boolean whole = at + Beginnings.LENGTH <= view.length();
        return (whole ? index.beginnings().mayHold(key) : view.isCut())
                || (index.shortForms() > 0 && mayStartShort(view, at));
    }

    private boolean mayStartShort(View view, int at) {
        return words
                && view.hasWords()
                && view.isWordStart(at)
                && index.beginnings().mayHold(view.at(at));
    }

    /**
     * Returns the length of the longest secret at a place, or how much of a long one is there, or 0.
     *
     * @param limit the number of characters to look at
     */
    private int lengthAt(View view, int at, int limit) {
        int position = at;
        int longest = 0;
        boolean goesOn = true;
        SecretTree node = index.tree().branch(view.at(at));
        while (node != null) {
            int common = node.common(view, position, at + limit);
            position += common;
            goesOn = common < node.length() || !node.isLeaf();
            if (common == node.length() && node.isEnd() && counts(view, at, position)) {
                longest = position - at;
            }
            node = common == node.length() && position < at + limit ? node.branch(view.at(position)) : null;
        }
        steps += position - at + 1;
        boolean cut = goesOn && view.isCut() && position == view.length();
        return cut || position - at >= LONG_ENOUGH ? position - at : longest;
    }

    /** Tells whether a form is too long to be there by chance, or is a word of its own. */
    private boolean counts(View view, int from, int to) {
        return to - from >= Beginnings.LENGTH || (words && view.hasWords() && view.isWord(from, to));
    }

    private void add(View view, int from, int to) {
        boolean cut = view.isCut() && to == view.length();
        found.add(view.start(from), cut ? Integer.MAX_VALUE : view.end(to - 1));
    }
}
