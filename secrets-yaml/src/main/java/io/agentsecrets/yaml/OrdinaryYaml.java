package io.agentsecrets.yaml;

import static io.agentsecrets.yaml.OrdinaryLine.doubtIf;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.tree.TreePath;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scanner for the YAML that check files are written in: block maps and lists, scalars on one line, comments, lists of
 * scalars in brackets. It finds the handles that the engine's way would find, and builds the tree that it would build, in a
 * fraction of the time (ADR 15).
 *
 * <p>It reads only what it is sure of. Everything else, and all that is wrong, it leaves to the engine: escapes, block
 * scalars, tags, anchors, several documents, tabs, scalars of several lines, lines whose column fits no open collection.
 *
 * <p>This class knows which collection a line belongs to, {@link OrdinaryLine} and {@link OrdinaryScalar} the characters on
 * it, {@link OrdinaryRules} what its scalars mean, {@link OrdinaryTree} what becomes of them.
 */
final class OrdinaryYaml {

    /** How long a key may be, up to its colon. The engine allows 1,024 characters, but paths show longer ones in part. */
    private static final int LONGEST_KEY = TreePath.LONGEST_STEP;

    private final String text;
    private final OrdinaryLine line;
    private final OrdinaryScalar scalar;
    private final OrdinaryListener listener;
    private final int maxDepth;
    private @Nullable OpenBlock open;

    /** Whether nothing has come yet after the last colon or dash. */
    private boolean awaitsValue;

    private OrdinaryYaml(String yaml, int maxDepth, OrdinaryListener listener) {
        text = yaml.endsWith("\n") ? yaml : yaml + " \n"; // the blank keeps the line feed apart from a carriage return
        line = new OrdinaryLine(text);
        scalar = new OrdinaryScalar(text, line);
        this.listener = listener;
        this.maxDepth = maxDepth;
    }

    /**
     * Whether a text looks ordinary. If it is not, {@link #read} was in vain, which costs an eighth of what the engine takes.
     * Anchors and block scalars are the most frequent doubts that come late in a text; others cost more than they save.
     */
    static boolean isLikely(String yaml) {
        return !holdsValueWith('&', yaml) && !holdsValueWith('|', yaml);
    }

    /** Most texts do not hold the sign at all, and looking for one character is fast. */
    private static boolean holdsValueWith(char sign, String yaml) {
        return yaml.indexOf(sign) >= 0 && yaml.contains(": " + sign);
    }

    /**
     * Reads a text.
     *
     * @param yaml the stream, without byte order mark
     * @param findings gets its handles; of no use if the text is not ordinary
     * @return whether the text is ordinary; if not, it may still be valid YAML
     */
    static boolean read(String yaml, YamlOptions options, Findings findings) {
        try {
            new OrdinaryYaml(yaml, options.maxDepth(), new OrdinaryRules(options, findings)).read();
            return true;
        } catch (OrdinaryLine.Doubt notOrdinary) {
            return false;
        }
    }

    /**
     * Builds the tree of a text.
     *
     * @param yaml a text that {@link #read} found to be ordinary, with the same options
     * @param replacements the replacements that it found
     * @param values a value for each of their handles
     * @return its tree; none if there are only comments
     */
    static List<@Nullable Object> trees(
            String yaml, YamlOptions options, List<Replacement> replacements, Map<Handle, SecretValue> values) {
        OrdinaryTree tree = new OrdinaryTree(replacements, values);
        new OrdinaryYaml(yaml, options.maxDepth(), tree).read();
        return tree.trees();
    }

    private void read() {
        boolean first = true;
        while (line.next()) {
            if (!line.isAtEnd()) {
                readLine(first);
                first = false;
            }
            line.end();
        }
    }

    private void readLine(boolean first) {
        line.expectNoMarker();
        boolean dash = line.isAtDash();
        if (first) {
            open(line.column(), dash);
        }
        OpenBlock block = blockAt(line.column(), dash);
        if (dash) {
            readElements(block);
        } else {
            scalar.read();
            readEntry(block);
        }
    }

    /** Closes and opens collections, until the innermost one is that of a line that begins at this column. Returns it. */
    private OpenBlock blockAt(int column, boolean dash) {
        OpenBlock block = open;
        while (block != null && (block.column() > column || (block.isList() && !dash && block.column() == column))) {
            block = close(block);
        }
        if (block == null) {
            throw new OrdinaryLine.Doubt();
        }
        if (block.column() == column && block.isList() == dash) {
            return block;
        }
        doubtIf(!awaitsValue);
        return open(column, dash);
    }

    /** Reads what stands after a dash: a value, the first entry of a map, or more dashes before these. */
    private void readElements(OpenBlock list) {
        OpenBlock innermost = list;
        expectElement(innermost);
        while (line.isAtDash()) {
            innermost = open(line.column(), true);
            expectElement(innermost);
        }
        if (line.isAtEnd()) {
            return;
        }
        if (line.isAtBracket()) {
            readBrackets();
            return;
        }
        int column = line.column();
        scalar.read();
        if (line.isAtColon()) {
            readEntry(open(column, false));
        } else {
            value(innermost);
        }
    }

    /** Reads the rest of an entry whose key has just been read. */
    private void readEntry(OpenBlock map) {
        doubtIf(!line.isAtColon() || scalar.width() > LONGEST_KEY);
        listener.key(scalar, map);
        expectValue();
        if (line.isAtEnd()) {
            return;
        }
        doubtIf(line.isAtDash());
        if (line.isAtBracket()) {
            readBrackets();
        } else {
            scalar.read();
            value(map);
        }
    }

    /** Reads a list of scalars, or an empty map. */
    private void readBrackets() {
        boolean map = line.isAt('{');
        OpenBlock block = open(line.column(), !map);
        line.skip();
        while (!line.isAt(map ? '}' : ']')) {
            doubtIf(map);
            nextElement(block);
            scalar.readInBrackets();
            value(block);
            if (line.isAt(',')) {
                line.skip();
                doubtIf(line.isAt(']'));
            } else {
                doubtIf(!line.isAt(']'));
            }
        }
        line.skip();
        close(block);
    }

    private void expectElement(OpenBlock list) {
        nextElement(list);
        expectValue();
    }

    private void nextElement(OpenBlock list) {
        list.nextElement();
        listener.element();
    }

    /** Skips a dash or colon. */
    private void expectValue() {
        awaitsValue = true;
        line.skip();
    }

    private void value(OpenBlock block) {
        awaitsValue = false;
        listener.value(scalar, block);
    }

    private OpenBlock open(int column, boolean list) {
        doubtIf(open != null && open.depth() == maxDepth);
        awaitsValue = false;
        open = new OpenBlock(text, open, column, list);
        listener.open(list);
        return open;
    }

    private @Nullable OpenBlock close(OpenBlock block) {
        awaitsValue = false;
        open = block.parent();
        listener.close();
        return open;
    }
}
