package io.agentsecrets;

import java.util.Collection;

/**
 * What is looked for: the forms of all secrets, found by how they begin. A change makes another index, which shares nearly
 * everything with the one before, so a search sees one state from start to end.
 *
 * <p>It takes about as much memory as the secrets themselves. A change takes as long as the secret is long.
 *
 * @param tree the forms
 * @param beginnings how they begin; may know beginnings of forms that were taken out
 * @param shortForms the number of forms that count only as whole words
 */
record SecretIndex(SecretTree tree, Beginnings beginnings, int shortForms) {

    static SecretIndex empty() {
        return new SecretIndex(SecretTree.EMPTY, new Beginnings(0), 0);
    }

    boolean isEmpty() {
        return tree.isLeaf();
    }

    /**
     * Returns this index with one more secret.
     *
     * @param all the secrets of the new index, the added one among them
     */
    SecretIndex with(SecretValue added, Collection<SecretValue> all) {
        SecretTree more = tree;
        int shorts = shortForms;
        boolean hasRoom = true;
        for (String form : SecretForms.of(added)) {
            more = more.with(form);
            shorts += isShort(form);
            hasRoom = hasRoom && beginnings.add(form);
        }
        return new SecretIndex(more, hasRoom ? beginnings : beginningsOf(all), shorts);
    }

    SecretIndex without(SecretValue removed) {
        SecretTree less = tree;
        int shorts = shortForms;
        for (String form : SecretForms.of(removed)) {
            less = less.without(form);
            shorts -= isShort(form);
        }
        return new SecretIndex(less, beginnings, shorts);
    }

    private static int isShort(String form) {
        return form.length() < Beginnings.LENGTH ? 1 : 0;
    }

    /** Returns a table with as much room again as it needs, so that the next one is far away. */
    private static Beginnings beginningsOf(Collection<SecretValue> all) {
        int forms = 0;
        for (SecretValue secret : all) {
            forms += SecretForms.of(secret).size();
        }
        Beginnings larger = new Beginnings(2 * forms);
        for (SecretValue secret : all) {
            SecretForms.of(secret).forEach(larger::add);
        }
        return larger;
    }
}
