package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.Origin;
import io.agentsecrets.Usages;
import io.agentsecrets.tree.TemplateVariables;
import io.agentsecrets.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one pass over a parsed stream that finds handles with their places, near misses and what must be refused.
 *
 * <p>Handles count where they stand in the text, once: an alias repeats a value without being looked at again, so a stream
 * costs what its text costs. Two aliases are special. One in value position that repeats a key stands for a value, so its
 * own characters are replaced; one in key position that repeats a handle must not turn a secret into a key, so it is
 * written out.
 */
final class SourceScan implements NodeListener {

    /** A number of more digits takes seconds to read (SPEC.md, section 3). */
    private static final int LONGEST_NUMBER = 1_000;

    /**
     * How many nodes aliases may stand for in all. What agents do with a tree (print, compare, hash it) visits a shared
     * node again and again: 50 aliases in 533 bytes can stand for 100 million.
     */
    private static final long MOST_REPEATED_NODES = 1_000_000;

    /** Collections as keys have no order, so that a map finds those of the same hash one by one. Agents do not use them. */
    private static final int MOST_COLLECTION_KEYS = 1_000;

    /** How many characters the paths of all handles and warnings may have in all: long keys are repeated in each. */
    private static final long MOST_PATH_CHARACTERS = 10_000_000;

    /** YAML readers look no further than 1,024 characters for the colon after a key. */
    private static final int LONGEST_KEY = 1_000;

    /** Stands for the key null, in all its spellings. */
    private static final Object NULL_KEY = new Object();

    /** The template variables of the Agent's autodiscovery. */
    private static final Pattern KNOWN_VARIABLE =
            Pattern.compile("(host|port|pid|hostname)(_[a-z0-9_-]+)?|(env|extra|kube)_[A-Za-z0-9_.-]+");

    private final String source;
    private final YamlOptions options;
    private final VariableMarks marks;
    private final Usages.Builder usages = Usages.builder();
    private final List<ConfigWarning> warnings = new ArrayList<>();
    private final List<Replacement> replacements = new ArrayList<>();
    private final Map<String, Anchored> anchors = new HashMap<>();
    private @Nullable OpenCollection open;
    private int aliases;
    private long repeatedNodes;
    private int collectionKeys;
    private long pathCharacters;
    private @Nullable Span doubt;

    SourceScan(String source, YamlOptions options, VariableMarks marks) {
        this.source = source;
        this.options = options;
        this.marks = marks;
    }

    Usages usages() {
        return usages.build();
    }

    List<ConfigWarning> warnings() {
        return warnings;
    }

    /** What changes, in the order of the text. */
    List<Replacement> replacements() {
        return replacements;
    }

    /**
     * The first place where only making the tree can tell if the stream is valid, or null: keys that are no plain strings
     * may be equal without looking alike, and values with tags may not fit them.
     */
    @Nullable
    Span doubt() {
        return doubt;
    }

    @Override
    public void startDocument() {
        anchors.clear();
    }

    @Override
    public void scalar(Scalar scalar) {
        boolean key = atKey();
        if (scalar.text().length() > LONGEST_NUMBER && isNumber(scalar)) {
            throw refused(scalar.span(), "a number of more than 1,000 characters; if it is text, put it in quotes");
        }
        doubtIf(scalar.tag().isDoubtful(), scalar.span());
        if (key) {
            key(scalar);
        } else if (scalar.mayBeString()) {
            value(scalar, scalar.span(), scalar.event());
        } else if (options.syntax().parse(marks.written(scalar.text())).isPresent()) {
            throw refused(scalar.span(), "a handle with a tag that makes it no string; remove the tag");
        }
        if (scalar.anchor() != null) {
            anchors.put(scalar.anchor(), Anchored.scalar(scalar, key, wasReplaced(scalar.event())));
        }
        nodeEnded(1, key && scalar.mayBeString() ? marks.written(scalar.text()) : "?");
    }

    @Override
    public void startCollection(boolean map, boolean checked, @Nullable String anchor, Span span) {
        if (open != null && open.depth() == options.maxDepth()) {
            throw refused(span, "nested more than " + options.maxDepth() + " levels deep");
        }
        doubtIf(checked || isKey(), span);
        if (isKey() && ++collectionKeys > MOST_COLLECTION_KEYS) {
            throw refused(span, "more than " + MOST_COLLECTION_KEYS + " maps or lists as keys");
        }
        Anchored anchored = null;
        if (anchor != null) {
            anchored = Anchored.openCollection(atKey());
            anchors.put(anchor, anchored);
        }
        open = new OpenCollection(open, map, atKey(), anchored);
    }

    @Override
    public void endCollection() {
        OpenCollection ended = Objects.requireNonNull(open);
        ended.close();
        open = ended.parent();
        if (ended.holdsHandle()) {
            noteHandle();
        }
        nodeEnded(ended.nodes(), "?");
    }

    @Override
    public void alias(String anchor, Span span, int event) {
        Anchored anchored = anchors.get(anchor);
        if (anchored == null) {
            throw refused(span, "an alias (*name) repeats an anchor (&name) that does not stand before it");
        }
        boolean key = atKey();
        doubtIf(key, span);
        Scalar scalar = anchored.scalar();
        if (scalar == null) {
            countRepetition(anchored, span);
            refuseHandlesInAnotherRole(anchored, key, span);
            nodeEnded(anchored.nodes(), "?");
            return;
        }
        String written = marks.written(scalar.text());
        if (!key && anchored.isKey() && scalar.mayBeString()) {
            value(scalar, span, event);
        } else if (key && !anchored.isKey() && anchored.isReplaced()) {
            refuseLongKey(written, span);
            replacements.add(new Replacement(event, null, written, false, span));
        }
        nodeEnded(1, written);
    }

    /** A key that is not announced by a question mark may have 1,024 characters (YAML 1.2.2, section 7.4). */
    private void refuseLongKey(String written, Span span) {
        StringBuilder quoted = new StringBuilder();
        DoubleQuoted.append(written, quoted);
        if (quoted.length() > LONGEST_KEY) {
            throw refused(span, "a key repeats a handle of more than 1,000 characters");
        }
    }

    private void countRepetition(Anchored anchored, Span span) {
        if (anchored.isOpen()) {
            throw refused(span, "a map or list contains itself");
        }
        repeatedNodes += anchored.nodes();
        if (++aliases > options.maxAliases()) {
            throw refused(span, "more than " + options.maxAliases() + " aliases of maps and lists");
        }
        if (repeatedNodes > MOST_REPEATED_NODES) {
            throw refused(span, "too many aliases: they stand for more than " + MOST_REPEATED_NODES + " values");
        }
    }

    /** A list or map with handles holds secrets as a value and handles as a key, so it cannot be both. */
    private void refuseHandlesInAnotherRole(Anchored anchored, boolean key, Span span) {
        if (anchored.holdsHandle() && anchored.isKey() != key) {
            throw refused(
                    span,
                    key
                            ? "a key repeats (*name) a map or list with handles; secrets cannot be keys"
                            : "an alias repeats a map or list with handles that is a key; only values are resolved");
        }
        if (anchored.holdsHandle()) {
            noteHandle();
        }
    }

    private void noteHandle() {
        if (open != null) {
            open.noteHandle();
        }
    }

    private void key(Scalar scalar) {
        String written = marks.written(scalar.text());
        if (marks.areIn(scalar.text())) {
            replacements.add(new Replacement(scalar.event(), null, written, false, null));
        }
        if (scalar.mayBeString() && options.syntax().parse(written).isPresent()) {
            noteHandle();
            warn(scalar.span(), "a handle stands in the place of a key; only values are resolved");
        }
        Object name = keyName(scalar);
        doubtIf(name == null || name.equals("<<"), scalar.span());
        if (name != null && !name.equals("<<") && open != null && isKey() && open.isRepeated(name)) {
            throw refused(scalar.span(), "the same key stands twice in one map; remove one of them");
        }
    }

    /** Returns what two keys have in common if and only if they are the same, or null if that cannot be told here. */
    private static @Nullable Object keyName(Scalar scalar) {
        if (!scalar.isPlain()) {
            return scalar.mayBeString() ? scalar.text() : null;
        }
        if (Engine.isString(scalar.text())) {
            return scalar.text();
        }
        return Engine.isNull(scalar.text()) ? NULL_KEY : null;
    }

    private static boolean isNumber(Scalar scalar) {
        return scalar.isPlain() ? Engine.isNumber(scalar.text()) : scalar.tag() == Scalar.Tagging.NUMBER;
    }

    private void value(Scalar scalar, Span span, int event) {
        String written = marks.written(scalar.text());
        String text = options.variables().replaceIn(written);
        if (TemplateVariables.bringsInAHandle(written, text, options.syntax())) {
            throw new ConfigException(
                    FailureKind.DENIED,
                    source,
                    span.line(),
                    span.column(),
                    "a template variable may not bring in a handle");
        }
        Optional<Handle> handle = options.syntax().parse(text);
        if (handle.isPresent()) {
            noteHandle();
            usages.add(handle.get(), origin(span));
            replacements.add(new Replacement(event, handle.get(), "", false, span));
        } else if (marks.areIn(scalar.text())) {
            boolean plain = scalar.isPlain() && VariableMarks.isTyped(written, text);
            replacements.add(new Replacement(event, null, text, plain, span));
        }
        Optional<String> problem = options.syntax().nearMiss(text);
        if (problem.isPresent()) {
            warn(span, problem.get());
        }
        if (marks.areIn(scalar.text())) {
            variables(written, text, span);
        }
    }

    private void variables(String written, String text, Span span) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw refused(span, "a template variable brings in half a surrogate pair");
        }
        for (String name : options.variables().unknownIn(written)) {
            // other names may be parts of a password
            String shown = KNOWN_VARIABLE.matcher(name).matches()
                    ? "the template variable %%" + name + "%%"
                    : "something like a template variable";
            warn(span, shown + " has no value and is left as it stands");
        }
    }

    private void doubtIf(boolean doubtful, Span span) {
        if (doubtful && doubt == null) {
            doubt = span;
        }
    }

    private boolean wasReplaced(int event) {
        return !replacements.isEmpty()
                && replacements.get(replacements.size() - 1).event() == event;
    }

    private void warn(Span span, String problem) {
        warnings.add(new ConfigWarning(origin(span), problem));
    }

    private Origin origin(Span span) {
        TreePath way = open == null ? TreePath.ROOT : open.pathOfChild();
        String path = way.toString();
        pathCharacters += path.length();
        if (pathCharacters > MOST_PATH_CHARACTERS) {
            throw refused(span, "too many handles or warnings under long keys");
        }
        return new Origin(source, path, span.line(), span.column());
    }

    private ConfigException refused(Span span, String problem) {
        return new ConfigException(FailureKind.CONFIG, source, span.line(), span.column(), problem);
    }

    /** Whether the node that comes now is a key, or part of one. */
    private boolean atKey() {
        return open != null && (open.isWithinKey() || open.expectsKey());
    }

    private boolean isKey() {
        return open != null && open.expectsKey();
    }

    private void nodeEnded(long nodes, String text) {
        if (open != null) {
            open.childEnded(nodes, text);
        }
    }
}
