package io.agentsecrets;

import java.util.Collection;

/**
 * The forms of all secrets, indexed by how they begin. Immutable except for {@code beginnings}: a change makes a new index,
 * which shares nearly everything with the old one, so a search sees one state from start to end.
 *
 * <p>It takes about as much memory as the secrets themselves. The time of a change depends on the length of the secret
 * only.
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

    /** Returns a table with twice the room that it needs, so that the next one is not needed soon. */
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
