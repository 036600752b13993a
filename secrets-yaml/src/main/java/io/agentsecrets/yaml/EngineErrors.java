package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.DuplicateKeyException;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/**
 * Turns whatever SnakeYAML Engine throws into a place and words of our own. The engine's messages quote the text, which
 * may hold a secret, so neither they nor the exceptions themselves are handed on; only their unchanging parts are read.
 */
final class EngineErrors {

    /** What the engine's message holds, and what it means to the author of the file. The first that fits counts. */
    private static final String[][] MEANINGS = {
        {"duplicate key", "the same key stands twice in one map; remove one of them"},
        {
            "mapping values are not allowed",
            "a ': ' stands where no key can be; if it belongs to a value, put it in quotes"
        },
        {"but got", "a list or map is not closed, a comma is missing, or a value with [ ] { } is not in quotes"},
        {"expected <block end>", "the indentation does not fit, or text stands after the end of a value"},
        {"cannot start any token", "a value starts with a character that must be in quotes, or a tab indents the line"},
        {"could not find expected ':'", "a key without ':', or a line that is not indented as far as its value"},
        {"unexpected end of stream", "a quote is not closed"},
        {"found unexpected document separator", "a quote is not closed before the document ends"},
        {"unknown escape character", "an unknown escape in double quotes; write \\\\ for a backslash"},
        {"escape sequence", "a wrong escape in double quotes; write \\\\ for a backslash"},
        {"undefined alias", "an alias (*name) repeats an anchor (&name) that does not stand before it"},
        {"recursive", "a map or list contains itself"},
        {"expected the node content", "a value is missing"},
        {"sequence entries are not allowed", "a '-' stands where no list can start"},
        {"mapping keys are not allowed", "a '?' stands where no key can be"},
        {"undefined tag handle", "a tag uses a handle that no %TAG line declares"},
        {"expected a mapping", "a merge key (<<) takes a map or a list of maps"},
        {"chomping or indentation", "only digits, + and - may stand after | or >"},
    };

    private EngineErrors() {}

    /**
     * Makes an error of our own.
     *
     * @param thrown what the engine threw; its message goes no further
     * @param line where the reading stood, counted from 1; 0 if the text was read and trees were being made
     * @param column where the reading stood, counted from 1; 0 if unknown
     */
    static ConfigException place(String source, String text, Throwable thrown, int line, int column) {
        int[] place = placeOf(text, thrown, line, column);
        String problem = meaning(thrown, line == 0) + hint(text, thrown, place[0]);
        return new ConfigException(FailureKind.CONFIG, source, place[0], place[1], problem);
    }

    private static int[] placeOf(String text, Throwable thrown, int line, int column) {
        if (thrown instanceof MarkedYamlEngineException marked) {
            Optional<Mark> mark = isAboutTheEnd(marked)
                    ? marked.getContextMark().or(marked::getProblemMark)
                    : marked.getProblemMark().or(marked::getContextMark);
            if (mark.isPresent()) {
                return new int[] {mark.get().getLine() + 1, mark.get().getColumn() + 1};
            }
        }
        if (thrown instanceof ReaderException unreadable) {
            return placeOfCodePoint(text, unreadable.getPosition());
        }
        return new int[] {line, column};
    }

    /** An open quote is noticed at the end of the text, which helps nobody; the context is where it was opened. */
    private static boolean isAboutTheEnd(MarkedYamlEngineException thrown) {
        String words = engineText(thrown);
        return words.contains("unexpected end of stream") || words.contains("unexpected document separator");
    }

    private static int[] placeOfCodePoint(String text, int index) {
        int line = 1;
        int column = 1;
        int at = 0;
        for (int i = 0; i < index && at < text.length(); i++) {
            int codePoint = text.codePointAt(at);
            at += Character.charCount(codePoint);
            column++;
            if (codePoint == '\n') {
                line++;
                column = 1;
            }
        }
        return new int[] {line, column};
    }

    private static String meaning(Throwable thrown, boolean makingTrees) {
        if (thrown instanceof DuplicateKeyException) {
            return MEANINGS[0][1];
        }
        if (thrown instanceof ReaderException) {
            return "a character that YAML does not allow; in double quotes it can be written as \\x..";
        }
        String engineText = engineText(thrown);
        for (String[] meaning : MEANINGS) {
            if (engineText.contains(meaning[0])) {
                return meaning[1];
            }
        }
        return makingTrees
                ? "a value does not fit its tag (such as !!int) or a merge key (<<) has no map"
                : "this is not valid YAML";
    }

    /** The engine's own words, for comparison only: they may quote the text. */
    private static String engineText(Throwable thrown) {
        @Nullable String words = thrown instanceof MarkedYamlEngineException marked ? marked.getProblem() : null;
        return words == null ? String.valueOf(thrown.getMessage()) : words;
    }

    /** A plain handle with brackets, commas or colons in the wrong place is the usual reason for a syntax error. */
    private static String hint(String text, Throwable thrown, int line) {
        boolean handleNearby = lineOf(text, line).contains("ENC[");
        if (thrown instanceof MarkedYamlEngineException marked && !handleNearby) {
            Optional<Mark> context = marked.getContextMark();
            handleNearby = context.isPresent()
                    && lineOf(text, context.get().getLine() + 1).contains("ENC[");
        }
        return handleNearby && !(thrown instanceof DuplicateKeyException)
                ? "; a handle in [ ] or { }, or with ': ' or ' #' in it, must be quoted: put it in quotes, \"ENC[handle]\""
                : "";
    }

    private static String lineOf(String text, int line) {
        int start = 0;
        for (int i = 1; i < line && start >= 0; i++) {
            start = text.indexOf('\n', start) + 1;
            if (start == 0) {
                return "";
            }
        }
        int end = text.indexOf('\n', start);
        return text.substring(start, end < 0 ? text.length() : end);
    }
}
