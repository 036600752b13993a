package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.NearMisses;
import io.agentsecrets.Origin;
import io.agentsecrets.Usages;
import io.agentsecrets.tree.TemplateVariables;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link SourceScan} finds in a stream: handles, warnings, replacements, and doubts. */
final class Findings {

    static final String REPEATED_KEY = "the same key stands twice in one map; remove one of them";

    /** How many characters the paths of all handles and warnings may have together: each path repeats long keys. */
    private static final long MOST_PATH_CHARACTERS = 10_000_000;

    private final String source;
    private final NearMisses nearMisses;
    private final Usages.Builder usages = Usages.builder();
    private final List<ConfigWarning> warnings = new ArrayList<>();
    private final List<Replacement> replacements = new ArrayList<>();
    private final @Nullable List<Span> doubleQuoted;
    private int documents;
    private boolean doubtful;
    private @Nullable Span textDoubt;
    private @Nullable ConfigException textRefusal;
    private long pathCharacters;
    private long charactersLeft;

    /**
     * Starts without findings.
     *
     * @param yaml the text
     */
    Findings(String source, NearMisses nearMisses, String yaml) {
        this.source = source;
        this.nearMisses = nearMisses;
        this.charactersLeft = (long) yaml.length() + TemplateVariables.MOST_GROWTH;
        this.doubleQuoted = OtherReaders.mayDifferIn(yaml) ? new ArrayList<>() : null;
    }

    /** The handles and their places. */
    Usages usages() {
        return usages.build();
    }

    List<ConfigWarning> warnings() {
        return warnings;
    }

    /** The replacements, in the order of the text. */
    List<Replacement> replacements() {
        return replacements;
    }

    void startDocument() {
        documents++;
    }

    int documents() {
        return documents;
    }

    /**
     * Whether only building the trees can show if they can be built: keys that are not strings may be equal without looking
     * alike, values may not fit their tags, and the engine may not read unusual numbers.
     */
    boolean isDoubtful() {
        return doubtful;
    }

    /** The first place where only parsing the new text can show if it has the intended meaning, or null. */
    @Nullable
    Span textDoubt() {
        return textDoubt;
    }

    /** The reason why no text may be written although there are trees, or null. */
    @Nullable
    ConfigException textRefusal() {
        return textRefusal;
    }

    /** Notes a scalar in double quotes, if that makes a difference. */
    void doubleQuoted(Span span) {
        if (doubleQuoted != null) {
            doubleQuoted.add(span);
        }
    }

    /** The scalars in double quotes, in the order of the text. */
    List<Span> doubleQuoted() {
        return doubleQuoted == null ? List.of() : doubleQuoted;
    }

    /** Whether any characters of the text are replaced. */
    boolean changesText() {
        return replacements.stream().anyMatch(replacement -> replacement.span() != null);
    }

    void handle(Handle handle, String path, Span span) {
        usages.add(handle, origin(path, span));
    }

    void nearMiss(String path, Span span, String problem) {
        if (nearMisses == NearMisses.REFUSE) {
            throw refused(span, problem);
        }
        warn(path, span, problem);
    }

    void warn(String path, Span span, String problem) {
        warnings.add(new ConfigWarning(origin(path, span), problem));
    }

    void replace(Replacement replacement) {
        replacements.add(replacement);
    }

    /** Refuses a text that variables and written-out aliases would make far longer, before that happens. */
    void reserve(long characters, Span span) {
        charactersLeft -= characters;
        if (charactersLeft < 0) {
            throw refused(
                    span, "template variables, or aliases of handles in the place of keys, make the text too long");
        }
    }

    /** Tells whether the last replacement replaces the characters of this event. */
    boolean wasReplaced(int event) {
        if (replacements.isEmpty()) {
            return false;
        }
        Replacement last = replacements.get(replacements.size() - 1);
        return last.number() == event && last.span() != null;
    }

    void doubtIf(boolean doubt) {
        doubtful |= doubt;
    }

    void doubtTextIf(boolean doubtful, Span span) {
        if (doubtful && textDoubt == null) {
            textDoubt = span;
        }
    }

    void refuseText(Span span, String problem) {
        if (textRefusal == null) {
            textRefusal = refused(span, problem);
        }
    }

    ConfigException refused(Span span, String problem) {
        return refused(FailureKind.CONFIG, span, problem);
    }

    ConfigException refused(FailureKind kind, Span span, String problem) {
        return new ConfigException(kind, source, span.line(), span.column(), problem);
    }

    private Origin origin(String path, Span span) {
        pathCharacters += path.length();
        if (pathCharacters > MOST_PATH_CHARACTERS) {
            throw refused(span, "too many handles or warnings under long keys");
        }
        return new Origin(source, path, span.line(), span.column());
    }
}
