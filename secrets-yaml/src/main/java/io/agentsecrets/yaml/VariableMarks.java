package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.tree.TemplateVariables;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a text with template variables parse as YAML, in which no plain scalar may start with {@code %}.
 *
 * <p>Each percent sign of a variable is exchanged for a character of the private use area that the text does not hold, so
 * that every place in the text keeps its line, column and index, and exchanged back in each scalar. The Agent does the
 * same with a per mille sign.
 */
final class VariableMarks {

    private static final char FIRST_PRIVATE = '\ue000';
    private static final char LAST_PRIVATE = '\uf8ff';

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u|U0000)([0-9A-Fa-f]{4})");

    private final char mark;
    private final String markedText;

    private VariableMarks(char mark, String markedText) {
        this.mark = mark;
        this.markedText = markedText;
    }

    /** Returns marks for a text that is no template: {@code %%} means nothing in it. */
    static VariableMarks none(String text) {
        return new VariableMarks('%', text);
    }

    /**
     * Marks the variables of a text.
     *
     * @throws ConfigException if every character that could mark them is in use
     */
    static VariableMarks of(String source, String text) {
        int free = usedIn(text).nextClearBit(0);
        if (FIRST_PRIVATE + free > LAST_PRIVATE) {
            throw new ConfigException(
                    FailureKind.CONFIG,
                    source,
                    "template variables stand beside every character of the private use area; remove one of these");
        }
        char mark = (char) (FIRST_PRIVATE + free);
        return new VariableMarks(
                mark,
                TemplateVariables.pattern()
                        .matcher(text)
                        .replaceAll(found -> found.group().replace('%', mark)));
    }

    /** Returns which characters of the private use area a text holds or spells by an escape, counted from the first. */
    private static BitSet usedIn(String text) {
        BitSet used = new BitSet();
        for (int i = 0; i < text.length(); i++) {
            note(text.charAt(i), used);
        }
        Matcher escape = ESCAPE.matcher(text);
        while (escape.find()) {
            note(Integer.parseInt(escape.group(1), 16), used);
        }
        return used;
    }

    private static void note(int character, BitSet used) {
        if (character >= FIRST_PRIVATE && character <= LAST_PRIVATE) {
            used.set(character - FIRST_PRIVATE);
        }
    }

    /** The text to parse. */
    String markedText() {
        return markedText;
    }

    /** Whether a colon is the next thing in the text, so that the scalar is a key that no question mark announces. */
    boolean isBeforeColon(Span scalar) {
        int next = markedText.offsetByCodePoints(0, scalar.end());
        while (next < markedText.length() && " \t\r\n".indexOf(markedText.charAt(next)) >= 0) {
            next++;
        }
        return next < markedText.length() && markedText.charAt(next) == ':';
    }

    /** Whether a scalar of the marked text holds a variable. */
    boolean areIn(String scalar) {
        return mark != '%' && scalar.indexOf(mark) >= 0;
    }

    /** Returns a scalar as its author wrote it. */
    String written(String scalar) {
        return areIn(scalar) ? scalar.replace(mark, '%') : scalar;
    }
}
