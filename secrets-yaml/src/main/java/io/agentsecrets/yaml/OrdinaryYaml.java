package io.agentsecrets.yaml;

import static io.agentsecrets.yaml.OrdinaryLine.doubtIf;

import io.agentsecrets.tree.TreePath;
import org.jspecify.annotations.Nullable;

/**
 * A scanner for the YAML that check files are written in: block maps and lists, scalars on one line, comments, lists of
 * scalars in brackets. It finds the handles that the engine's way would find, in a fraction of the time (ADR 15).
 *
 * <p>It reads only what it is sure of. Everything else, and all that is wrong, it leaves to the engine: escapes, block
 * scalars, tags, anchors, several documents, tabs, scalars of several lines, lines whose column fits no open collection.
 *
 * <p>This class knows which collection a line belongs to, {@link OrdinaryLine} and {@link OrdinaryScalar} the characters on
 * it, {@link OrdinaryRules} what its scalars mean.
 */
final class OrdinaryYaml {

    /** How long a key may be, up to its colon. The engine allows 1,024 characters, but paths show longer ones in part. */
    private static final int LONGEST_KEY = TreePath.LONGEST_STEP;

    private final String text;
    private final OrdinaryLine line;
    private final OrdinaryScalar scalar;
    private final OrdinaryRules rules;
    private final int maxDepth;
    private @Nullable OpenBlock open;

    /** Whether nothing has come yet after the last colon or dash. */
    private boolean awaitsValue;

    private OrdinaryYaml(String yaml, YamlOptions options, Findings findings) {
        text = yaml.endsWith("\n") ? yaml : yaml + " \n"; // the blank keeps the line feed apart from a carriage return
        line = new OrdinaryLine(text);
        scalar = new OrdinaryScalar(text, line);
        rules = new OrdinaryRules(scalar, options, findings);
        maxDepth = options.maxDepth();
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
            new OrdinaryYaml(yaml, options, findings).read();
            return true;
        } catch (OrdinaryLine.Doubt notOrdinary) {
            return false;
        }
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
        int column = line.column();
        if (line.isAtEnd()) {
            return;
        }
        if (line.isAtBracket()) {
            readBrackets();
            return;
        }
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
        rules.key(map);
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
            block.nextElement();
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
        list.nextElement();
        expectValue();
    }

    /** Skips a dash or colon. */
    private void expectValue() {
        awaitsValue = true;
        line.skip();
    }

    private void value(OpenBlock block) {
        awaitsValue = false;
        rules.value(block);
    }

    private OpenBlock open(int column, boolean list) {
        doubtIf(open != null && open.depth() == maxDepth);
        awaitsValue = false;
        open = new OpenBlock(text, open, column, list);
        return open;
    }

    private @Nullable OpenBlock close(OpenBlock block) {
        awaitsValue = false;
        open = block.parent();
        return open;
    }
}
