package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.tree.TemplateVariables;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Marks template variables so that a text parses as YAML, where a plain scalar may not start with {@code %}.
 *
 * <p>Each percent sign of a variable is replaced by a character of the private use area that the text does not contain, so
 * that lines, columns and indexes stay the same. In each scalar it is replaced back. The Agent does the same with a per
 * mille sign.
 */
final class VariableMarks {

    private static final char FIRST_PRIVATE = '\ue000';
    private static final char LAST_PRIVATE = '\uf8ff';

    private final char mark;
    private final String markedText;

    private VariableMarks(char mark, String markedText) {
        this.mark = mark;
        this.markedText = markedText;
    }

    /** Returns marks for a text that is not a template: {@code %%} means nothing in it. */
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

    /** Returns which characters of the private use area a text contains, also as escapes, counted from the first. */
    private static BitSet usedIn(String text) {
        BitSet used = new BitSet();
        for (int i = 0; i < text.length(); i++) {
            note(text.charAt(i), used);
        }
        Matcher escape = Escapes.PATTERN.matcher(text);
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

    /** Whether a colon follows a scalar, so that it is a key without a question mark. */
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

    /** Compiled when a text holds the first variable. */
    private static final class Escapes {
        static final Pattern PATTERN = Pattern.compile("\\\\(?:u|U0000)([0-9A-Fa-f]{4})");
    }
}
