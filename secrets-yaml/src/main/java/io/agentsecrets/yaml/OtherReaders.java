package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.NearMisses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Looks at a text as other parsers see it. For those of YAML 1.1, lines also end at U+0085, U+2028 and U+2029, and some
 * parsers ignore byte order marks within the text. A handle that only they see would reach them unresolved, so a text with
 * such a character, which is rare, is read twice more in their way.
 */
final class OtherReaders {

    private static final char BYTE_ORDER_MARK = '\ufeff';
    private static final String LINE_ENDS = "\u0085\u2028\u2029";
    private static final String BLANKS = " \t\r\n";

    /** How many warnings a text gets at most. */
    private static final int MOST_WARNINGS = 20;

    private final String source;
    private final String yaml;
    private final YamlOptions options;
    private final Findings findings;
    private final String prefix;

    private OtherReaders(String source, String yaml, YamlOptions options, Findings findings) {
        this.source = source;
        this.yaml = yaml;
        this.options = options;
        this.findings = findings;
        this.prefix = new GuardedSyntax(options.syntax(), findings).prefix();
    }

    /**
     * Adds to the findings what other parsers see in a text that was read.
     *
     * @param yaml the text as it is written, without the byte order mark at its start
     */
    static void check(String source, String yaml, YamlOptions options, Findings findings) {
        if (mayDifferIn(yaml)) {
            OtherReaders others = new OtherReaders(source, yaml, options, findings);
            List<Odd> odds = others.outsideOfDoubleQuotes();
            others.warnOf(odds);
            others.refuseNearHandles(odds);
            others.refuseOtherHandles();
        }
    }

    /** Whether a text has characters on which parsers disagree. */
    static boolean mayDifferIn(String text) {
        return text.indexOf('\u0085') >= 0
                || text.indexOf('\u2028') >= 0
                || text.indexOf('\u2029') >= 0
                || text.indexOf(BYTE_ORDER_MARK) >= 0;
    }

    private static boolean isOdd(char c) {
        return c == BYTE_ORDER_MARK || LINE_ENDS.indexOf(c) >= 0;
    }

    /**
     * A character on which parsers disagree.
     *
     * @param index its index in the text
     * @param codePoint its index counted in code points, as spans are
     * @param blanksFrom where the blanks and empty lines before it begin, counted in code points
     */
    private record Odd(int index, int codePoint, int blanksFrom) {}

    private List<Odd> outsideOfDoubleQuotes() {
        Iterator<Span> quoted = findings.doubleQuoted().iterator();
        Span next = quoted.hasNext() ? quoted.next() : null;
        List<Odd> odds = new ArrayList<>();
        int codePoint = 0;
        int blanksFrom = 0;
        for (int i = 0; i < yaml.length(); i++) {
            char c = yaml.charAt(i);
            if (isOdd(c)) {
                while (next != null && next.end() <= codePoint) {
                    next = quoted.hasNext() ? quoted.next() : null;
                }
                if (next == null || next.start() > codePoint) {
                    odds.add(new Odd(i, codePoint, blanksFrom));
                }
            }
            codePoint += Character.isLowSurrogate(c) ? 0 : 1;
            blanksFrom = BLANKS.indexOf(c) >= 0 ? blanksFrom : codePoint;
        }
        return odds;
    }

    private VariableMarks marks(String text) {
        return options.template() ? VariableMarks.of(source, text) : VariableMarks.none(text);
    }

    private Span span(Odd odd) {
        Place place = Place.of(yaml, odd.index());
        return new Span(odd.codePoint(), odd.codePoint() + 1, place.line(), place.column());
    }

    private void warnOf(List<Odd> odds) {
        for (Odd odd : odds.subList(0, Math.min(odds.size(), MOST_WARNINGS))) {
            String meaning = yaml.charAt(odd.index()) == BYTE_ORDER_MARK
                    ? "is a byte order mark within the text, perhaps of files that were joined; remove it"
                    : "ends a line for some readers of YAML and not for others; remove it or write it in double quotes";
            findings.warn("", span(odd), name(odd) + meaning);
        }
    }

    private String name(Odd odd) {
        return String.format(Locale.ROOT, "the character U+%04X ", (int) yaml.charAt(odd.index()));
    }

    /**
     * Refuses a text with such a character in a value that is replaced, in the blanks after it, or on the line of a possible
     * handle. What other parsers make of that line cannot be tried here: some read what the engine cannot.
     */
    private void refuseNearHandles(List<Odd> odds) {
        Iterator<Span> replaced = replaced();
        Span next = replaced.hasNext() ? replaced.next() : null;
        Span last = null;
        int lineEnd = -1;
        for (Odd odd : odds) {
            while (next != null && next.start() <= odd.codePoint()) {
                last = next;
                next = replaced.hasNext() ? replaced.next() : null;
            }
            if (last != null && last.end() >= odd.blanksFrom()) {
                refuse(odd);
            }
            if (odd.index() > lineEnd) { // a line is looked at once
                lineEnd = endOfLine(odd.index());
                int start = startOfLine(odd.index());
                int before = yaml.codePointCount(start, odd.index());
                int after = yaml.codePointCount(odd.index(), lineEnd);
                if (yaml.substring(start, lineEnd).contains(prefix)
                        || (last != null && last.start() >= odd.codePoint() - before)
                        || (next != null && next.start() < odd.codePoint() + after)) {
                    refuse(odd);
                }
            }
        }
    }

    private void refuse(Odd odd) {
        findings.refuseText(
                span(odd), name(odd) + "stands beside a handle or in it, where readers disagree; remove it");
    }

    private Iterator<Span> replaced() {
        return findings.replacements().stream()
                .map(Replacement::span)
                .filter(Objects::nonNull)
                .iterator();
    }

    private int startOfLine(int end) {
        int start = end;
        while (start > 0 && yaml.charAt(start - 1) != '\n' && yaml.charAt(start - 1) != '\r') {
            start--;
        }
        return start;
    }

    private int endOfLine(int start) {
        int end = start;
        while (end < yaml.length() && yaml.charAt(end) != '\n' && yaml.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    /**
     * Refuses a text in which other parsers see handles elsewhere, and one with handles that the engine cannot read in their
     * way: another parser may.
     */
    private void refuseOtherHandles() {
        for (String theirs : List.of(read(" ", "\n"), read("x", "x"))) {
            if (!hasTheSameHandles(marks(theirs))) {
                findings.refuseText(
                        Span.START,
                        "other readers may find other handles in this text; remove the characters that are warned of");
            }
        }
    }

    /** Returns the text as another parser reads it, by replacing byte order marks and the disputed line ends. */
    private String read(String byteOrderMark, String lineEnd) {
        String theirs = yaml.replace(String.valueOf(BYTE_ORDER_MARK), byteOrderMark);
        for (int i = 0; i < LINE_ENDS.length(); i++) {
            theirs = theirs.replace(LINE_ENDS.substring(i, i + 1), lineEnd);
        }
        return theirs;
    }

    private boolean hasTheSameHandles(VariableMarks theirs) {
        Findings found = new Findings(source, NearMisses.WARN, theirs.markedText());
        try {
            Engine.parse(source, theirs.markedText(), new SourceScan(options, theirs, found));
            return handles(found).equals(handles(findings));
        } catch (ConfigException refused) {
            return findings.replacements().isEmpty() && !yaml.contains(prefix);
        }
    }

    /** Returns where handles start and end, as indexes: other parsers count lines and columns differently. */
    private static Set<Long> handles(Findings findings) {
        Set<Long> places = new HashSet<>();
        for (Replacement replacement : findings.replacements()) {
            Span span = replacement.span();
            if (replacement.handle() != null && span != null) {
                places.add((long) span.start() << Integer.SIZE | span.end());
            }
        }
        return places;
    }
}
