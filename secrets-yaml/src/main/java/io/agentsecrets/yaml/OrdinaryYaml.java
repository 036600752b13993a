package io.agentsecrets.yaml;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A scanner for the YAML that check files are written in: block maps and lists, scalars on one line, comments, lists of
 * scalars in brackets. It tells a {@link NodeListener} what the engine would tell, in a fraction of the time (ADR 15).
 *
 * <p>It reads only what it is sure of. Everything else, and all that is wrong, it leaves to the engine: escapes, block
 * scalars, tags, anchors, several documents, tabs, scalars of several lines, lines whose column fits no open collection.
 *
 * <p>This class knows the columns of the lines, {@link OrdinaryLine} what stands on one.
 */
final class OrdinaryYaml {

    /** How far behind the start of a key its colon may be. The engine allows 1,024 characters (YAML 1.2.2, section 7.4). */
    private static final int LONGEST_KEY = 1_000;

    /** Signs of texts that this scanner cannot read: anchors, aliases, tags, block scalars, several documents, tabs. */
    private static final String[] NOT_ORDINARY = {": &", ": *", ": !", ": |", ": >", "\n---", "\t"};

    private final OrdinaryLine line;
    private final NodeListener listener;

    /** The columns of the open collections, the outermost first. A list may have the column of the map that it is in. */
    private int[] columns = new int[16];

    private boolean[] lists = new boolean[16];
    private int depth;

    /** The number of the last event. The start of the stream is 0, that of the document 1. */
    private int event;

    /** The place behind the last colon or dash, while nothing has come after it. */
    private @Nullable Span noValue;

    private OrdinaryYaml(String text, NodeListener listener) {
        this.line = new OrdinaryLine(text);
        this.listener = listener;
    }

    /** Whether a text looks ordinary. If it is not, {@link #read} was in vain, which costs a fifth of what the engine takes. */
    static boolean isLikely(String yaml) {
        for (String sign : NOT_ORDINARY) {
            if (yaml.contains(sign)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads a text.
     *
     * @param yaml the stream, without byte order mark
     * @param listener what is told of the nodes; if the text is not ordinary, it was told of some of them in vain
     * @return whether the text is ordinary; if not, it may still be valid YAML
     */
    static boolean read(String yaml, NodeListener listener) {
        try {
            new OrdinaryYaml(yaml, listener).read();
            return true;
        } catch (OrdinaryLine.Doubt notOrdinary) {
            return false;
        }
    }

    private void read() {
        while (line.next()) {
            if (!line.isAtEnd()) {
                readLine();
            }
        }
        while (depth > 0) {
            close();
        }
    }

    private void readLine() {
        line.expectNoMarker();
        boolean dash = line.isAtDash();
        goTo(line.column(), dash);
        if (dash) {
            readElement();
        } else {
            line.readScalar();
            readEntry();
        }
    }

    /** Closes and opens collections, so that what stands at this column belongs to the innermost one. */
    private void goTo(int column, boolean dash) {
        while (depth > 0 && columns[depth - 1] > column) {
            close();
        }
        if (event == 0) {
            event = 1;
            listener.startDocument();
            open(column, dash);
            return;
        }
        OrdinaryLine.doubtIf(depth == 0);
        if (columns[depth - 1] < column || (dash && !lists[depth - 1])) {
            OrdinaryLine.doubtIf(noValue == null);
            open(column, dash);
            return;
        }
        if (!dash && lists[depth - 1]) {
            close();
            OrdinaryLine.doubtIf(depth == 0 || columns[depth - 1] != column);
        }
        endWithoutValue();
    }

    /** Reads what stands after a dash: a value, the first entry of a map, or more dashes before these. */
    private void readElement() {
        expectValue();
        while (line.isAtDash()) {
            open(line.column(), true);
            expectValue();
        }
        if (line.isAtEnd()) {
            return;
        }
        if (line.isAtBracket()) {
            readBrackets();
            return;
        }
        int column = line.column();
        line.readScalar();
        if (line.isAtColon()) {
            open(column, false);
            readEntry();
        } else {
            tellScalar();
            line.expectEnd();
        }
    }

    /** Reads the rest of an entry whose key has just been read. */
    private void readEntry() {
        OrdinaryLine.doubtIf(!line.isAtColon() || line.read() > LONGEST_KEY);
        tellScalar();
        expectValue();
        if (line.isAtEnd()) {
            return;
        }
        OrdinaryLine.doubtIf(line.isAtDash());
        if (line.isAtBracket()) {
            readBrackets();
        } else {
            line.readScalar();
            tellScalar();
            line.expectEnd();
        }
    }

    /** Reads a list of scalars, or an empty map. */
    private void readBrackets() {
        boolean map = line.isAt('{');
        start(map ? NodeListener.Kind.MAP : NodeListener.Kind.LIST);
        line.skip();
        while (!line.isAt(map ? '}' : ']')) {
            OrdinaryLine.doubtIf(map);
            line.readScalarInList();
            tellScalar();
            if (line.isAt(',')) {
                line.skip();
                OrdinaryLine.doubtIf(line.isAt(']'));
            } else {
                OrdinaryLine.doubtIf(!line.isAt(']'));
            }
        }
        line.skip();
        event++;
        listener.endCollection();
        line.expectEnd();
    }

    /** Skips a dash or colon. */
    private void expectValue() {
        noValue = line.placeBehind();
        line.skip();
    }

    private void endWithoutValue() {
        Span place = noValue;
        if (place != null) {
            noValue = null;
            event++;
            listener.scalar(Scalar.of("", place, Scalar.Style.PLAIN, event));
        }
    }

    private void tellScalar() {
        noValue = null;
        event++;
        listener.scalar(line.scalar(event));
    }

    private void start(NodeListener.Kind kind) {
        noValue = null;
        event++;
        listener.startCollection(kind, null, null, line.place());
    }

    private void open(int column, boolean list) {
        start(list ? NodeListener.Kind.LIST : NodeListener.Kind.MAP);
        if (depth == columns.length) {
            columns = Arrays.copyOf(columns, 2 * depth);
            lists = Arrays.copyOf(lists, 2 * depth);
        }
        columns[depth] = column;
        lists[depth] = list;
        depth++;
    }

    private void close() {
        endWithoutValue();
        event++;
        listener.endCollection();
        depth--;
    }
}
