package io.agentsecrets;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A set of texts as a radix tree: texts that start alike share a path from the root. All texts that another text begins
 * with are found on one path, whose length does not depend on how many texts there are. A node holds the characters between
 * one fork and the next.
 *
 * <p>Immutable: a change copies the nodes on one path and shares all others. The characters of a node are a part of a text
 * below it, so no text is copied, and no text that was removed is kept in memory.
 */
final class SecretTree {

    /** The root of a tree without texts. */
    static final SecretTree EMPTY = new SecretTree("", 0, 0, 0, new char[0], new SecretTree[0]);

    private final String text;
    private final int from;
    private final int to;

    /** How often the text that ends here was added. */
    private final int count;

    /** The first characters of the branches, sorted. */
    private final char[] firsts;

    private final SecretTree[] branches;

    private SecretTree(String text, int from, int to, int count, char[] firsts, SecretTree[] branches) {
        this.text = text;
        this.from = from;
        this.to = to;
        this.count = count;
        this.firsts = firsts;
        this.branches = branches;
    }

    int length() {
        return to - from;
    }

    /** Tells whether a text ends here. */
    boolean isEnd() {
        return count > 0;
    }

    boolean isLeaf() {
        return branches.length == 0;
    }

    /** Returns the branch that starts with a character. */
    @Nullable
    SecretTree branch(char first) {
        int index = Arrays.binarySearch(firsts, first);
        return index < 0 ? null : branches[index];
    }

    /** Returns how many characters this node has in common with another text at a position, up to an end. */
    int common(MappedText other, int position, int end) {
        int longest = Math.min(length(), end - position);
        int i = 0;
        while (i < longest && text.charAt(from + i) == other.at(position + i)) {
            i++;
        }
        return i;
    }

    /** Returns this tree with a text added once more. */
    SecretTree with(String added) {
        Deque<SecretTree> path = new ArrayDeque<>();
        SecretTree node = this;
        int depth = 0;
        while (true) {
            if (depth == added.length()) {
                return copied(
                        path,
                        new SecretTree(
                                added, depth - node.length(), depth, node.count + 1, node.firsts, node.branches));
            }
            SecretTree next = node.branch(added.charAt(depth));
            int common = next == null ? 0 : next.common(added, depth);
            if (next == null || common < next.length()) {
                SecretTree leaf = leaf(added, depth);
                return copied(path, node.withBranch(next == null ? leaf : next.forked(common, leaf)));
            }
            path.push(node);
            node = next;
            depth += common;
        }
    }

    /** Returns this tree with a text removed once. */
    SecretTree without(String removed) {
        Deque<SecretTree> path = new ArrayDeque<>();
        SecretTree node = this;
        int depth = 0;
        while (depth < removed.length()) {
            SecretTree next = node.branch(removed.charAt(depth));
            if (next == null || next.common(removed, depth) < next.length()) {
                return this;
            }
            path.push(node);
            node = next;
            depth += next.length();
        }
        return node.count == 0 ? this : copied(path, node.countedDown());
    }

    private SecretTree countedDown() {
        SecretTree less = new SecretTree(text, from, to, count - 1, firsts, branches);
        return isLeaf() ? less : less.over(firsts, branches);
    }

    /** Returns the root above a changed node. */
    private static SecretTree copied(Deque<SecretTree> path, SecretTree changed) {
        SecretTree node = changed;
        while (!path.isEmpty()) {
            SecretTree above = path.pop();
            node = node.isNeedless() ? above.withoutBranch(node) : above.withBranch(node.joined());
        }
        return node;
    }

    private boolean isNeedless() {
        return count == 0 && isLeaf();
    }

    /** Returns this node, or the only one below it with the characters of both. */
    private SecretTree joined() {
        if (count > 0 || branches.length != 1) {
            return this;
        }
        SecretTree only = branches[0];
        return new SecretTree(only.text, only.from - length(), only.to, only.count, only.firsts, only.branches);
    }

    private static SecretTree leaf(String text, int from) {
        return new SecretTree(text, from, text.length(), 1, EMPTY.firsts, EMPTY.branches);
    }

    /** Returns a node with the first {@code length} characters of this one, from which the rest of it and a leaf go out. */
    private SecretTree forked(int length, SecretTree leaf) {
        SecretTree rest = new SecretTree(text, from + length, to, count, firsts, branches);
        int count = leaf.length() == length ? 1 : 0;
        SecretTree fork = new SecretTree(leaf.text, leaf.from, leaf.from + length, count, EMPTY.firsts, EMPTY.branches);
        SecretTree one = fork.withBranch(rest);
        if (count == 1) {
            return one;
        }
        return one.withBranch(new SecretTree(leaf.text, fork.to, leaf.to, 1, leaf.firsts, leaf.branches));
    }

    private SecretTree withBranch(SecretTree branch) {
        char first = branch.text.charAt(branch.from);
        int index = Arrays.binarySearch(firsts, first);
        if (index >= 0) {
            SecretTree[] replaced = branches.clone();
            replaced[index] = branch;
            return over(firsts, replaced);
        }
        int place = ~index;
        char[] moreFirsts = new char[firsts.length + 1];
        SecretTree[] more = new SecretTree[branches.length + 1];
        System.arraycopy(firsts, 0, moreFirsts, 0, place);
        System.arraycopy(branches, 0, more, 0, place);
        moreFirsts[place] = first;
        more[place] = branch;
        System.arraycopy(firsts, place, moreFirsts, place + 1, firsts.length - place);
        System.arraycopy(branches, place, more, place + 1, branches.length - place);
        return over(moreFirsts, more);
    }

    private SecretTree withoutBranch(SecretTree branch) {
        int place = Arrays.binarySearch(firsts, branch.text.charAt(branch.from));
        char[] lessFirsts = new char[firsts.length - 1];
        SecretTree[] less = new SecretTree[branches.length - 1];
        System.arraycopy(firsts, 0, lessFirsts, 0, place);
        System.arraycopy(branches, 0, less, 0, place);
        System.arraycopy(firsts, place + 1, lessFirsts, place, less.length - place);
        System.arraycopy(branches, place + 1, less, place, less.length - place);
        return over(lessFirsts, less);
    }

    /** Returns this node over other branches. If no text ends here, it takes its characters from the first branch. */
    private SecretTree over(char[] newFirsts, SecretTree[] newBranches) {
        if (count > 0) {
            return new SecretTree(text, from, to, count, newFirsts, newBranches);
        }
        if (newBranches.length == 0) {
            return EMPTY; // of all nodes without a text of their own only the root can lose its last branch
        }
        SecretTree first = newBranches[0];
        return new SecretTree(first.text, first.from - length(), first.from, 0, newFirsts, newBranches);
    }

    private int common(String other, int position) {
        int longest = Math.min(length(), other.length() - position);
        int i = 0;
        while (i < longest && text.charAt(from + i) == other.charAt(position + i)) {
            i++;
        }
        return i;
    }
}
