package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;

/**
 * Translates what SnakeYAML Engine throws into exceptions with a place and a message of this library. The engine's messages
 * quote the text, which may hold a secret, so neither these messages nor the exceptions are passed on; only fixed parts of
 * a message are compared.
 */
final class EngineErrors {

    private static final String TAB = "(TAB) for indentation";
    private static final String DELETE = "DEL character";
    private static final String ODD_CHARACTER =
            "a character that YAML does not allow; in double quotes it can be written as \\x..";

    /** Parts of the engine's messages, and what they mean to the author of the file. The first one that fits counts. */
    private static final String[][] MEANINGS = {
        {TAB, "a tab stands in the indentation, where YAML allows only blanks; write blanks instead"},
        {
            "mapping values are not allowed",
            "a ': ' stands where no key can be; put the value that it belongs to in quotes, or indent the line like the"
                    + " keys beside it"
        },
        {"but got", "a list or map is not closed, a comma is missing, or a value with [ ] { } is not in quotes"},
        {"expected <block end>", "the indentation does not fit, or text stands after the end of a value"},
        {"cannot start any token", "a value starts with a character that must be in quotes"},
        {"could not find expected ':'", "a key without ':', or a line that is not indented as far as its value"},
        {"unexpected end of stream", "a quote is not closed"},
        {"found unexpected document separator", "a quote is not closed before the document ends"},
        {"unknown escape character", "an unknown escape in double quotes; write \\\\ for a backslash"},
        {"escape sequence", "a wrong escape in double quotes; write \\\\ for a backslash"},
        {"expected the node content", "a value is missing"},
        {"sequence entries are not allowed", "a '-' stands where no list can start"},
        {"mapping keys are not allowed", "a '?' stands where no key can be"},
        {"undefined tag handle", "a tag uses a handle that no %TAG line declares"},
        {DELETE, ODD_CHARACTER},
        {"chomping or indentation", "only digits, + and - may stand after | or >"},
    };

    private EngineErrors() {}

    /**
     * Returns an error for a text that cannot be parsed.
     *
     * @param thrown what the engine threw; its message goes no further
     * @param reached the place that the parser had reached
     */
    static ConfigException syntax(String source, String text, Throwable thrown, Place reached) {
        Optional<Place> mark = byteOrderMark(text, thrown);
        if (mark.isPresent()) {
            return markWithin(source, mark.get());
        }
        Place place = placeOf(text, thrown, reached);
        String hint = engineText(thrown).contains(TAB) ? "" : hint(text, thrown, place.line());
        String problem = meaning(thrown) + hint;
        return new ConfigException(FailureKind.CONFIG, source, place.line(), place.column(), problem);
    }

    /** Returns the error for a byte order mark behind the start of a text. */
    static ConfigException markWithin(String source, Place place) {
        return new ConfigException(
                FailureKind.CONFIG,
                source,
                place.line(),
                place.column(),
                "a byte order mark stands within the text, perhaps as files were joined; remove it");
    }

    private static Place placeOf(String text, Throwable thrown, Place reached) {
        if (thrown instanceof MarkedYamlEngineException marked) {
            Optional<Mark> mark = isAboutTheEnd(marked)
                    ? marked.getContextMark().or(marked::getProblemMark)
                    : marked.getProblemMark().or(marked::getContextMark);
            if (mark.isPresent() && engineText(thrown).contains(DELETE)) {
                return Place.of(
                        text, text.indexOf(0x7f, charIndex(text, mark.get().getIndex())));
            }
            if (mark.isPresent()) {
                return place(mark.get());
            }
        }
        if (thrown instanceof ReaderException unreadable) {
            return Place.of(text, charIndex(text, unreadable.getPosition()));
        }
        return reached;
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static int charIndex(String text, int codePoint) {
        int all = text.codePointCount(0, text.length());
        return text.offsetByCodePoints(0, Math.min(codePoint, all));
    }

    /** Finds a byte order mark, which is invisible, in the lines that an error is about. */
    private static Optional<Place> byteOrderMark(String text, Throwable thrown) {
        if (text.indexOf('\ufeff') < 0 || !(thrown instanceof MarkedYamlEngineException marked)) {
            return Optional.empty();
        }
        return Stream.of(marked.getContextMark(), marked.getProblemMark())
                .flatMap(Optional::stream)
                .map(mark -> place(mark).line())
                .filter(line -> Place.line(text, line).indexOf('\ufeff') >= 0)
                .findFirst()
                .map(line -> new Place(line, 1 + columnOfMark(Place.line(text, line))));
    }

    private static int columnOfMark(String line) {
        return line.codePointCount(0, line.indexOf('\ufeff'));
    }

    /**
     * Tells whether the place of an error is the end of the text, which helps nobody: a quote is not closed, and the
     * context is where it was opened.
     */
    private static boolean isAboutTheEnd(MarkedYamlEngineException thrown) {
        String words = engineText(thrown);
        return words.contains("unexpected end of stream") || words.contains("unexpected document separator");
    }

    private static String meaning(Throwable thrown) {
        if (thrown instanceof ReaderException) {
            return ODD_CHARACTER;
        }
        String engineText = engineText(thrown);
        for (String[] meaning : MEANINGS) {
            if (engineText.contains(meaning[0])) {
                return meaning[1];
            }
        }
        return "this is not valid YAML";
    }

    /** Returns the engine's message, for comparison only, as it may quote the text. */
    private static String engineText(Throwable thrown) {
        @Nullable String words = thrown instanceof MarkedYamlEngineException marked ? marked.getProblem() : null;
        return words == null ? String.valueOf(thrown.getMessage()) : words;
    }

    /**
     * Returns a hint if a handle is near: unquoted brackets, commas or colons in a handle are a common reason for syntax
     * errors.
     */
    private static String hint(String text, Throwable thrown, int line) {
        boolean handleNearby = Place.line(text, line).contains("ENC[");
        if (thrown instanceof MarkedYamlEngineException marked && !handleNearby) {
            Optional<Mark> context = marked.getContextMark();
            handleNearby = context.isPresent()
                    && Place.line(text, context.get().getLine() + 1).contains("ENC[");
        }
        return handleNearby
                ? "; a handle in [ ] or { }, or with ': ' or ' #' in it, must be quoted: put it in quotes, \"ENC[handle]\""
                : "";
    }
}
