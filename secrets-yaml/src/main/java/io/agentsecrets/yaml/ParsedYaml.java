package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.Usages;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parsed YAML stream: its findings, and the trees and the text that are made from it. Immutable.
 *
 * <p>It is checked once, when it is parsed. If the scan has doubts, the trees are built or the text is written on trial:
 * trees with unusual keys, tags or numbers, and texts that need more changes than the characters of their scalars. So a
 * stream that can be read can be written, and usages, warnings, trees and text are refused together. Only the view of other
 * parsers refuses the text alone.
 */
final class ParsedYaml {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final String source;
    private final String text;
    private final YamlOptions options;
    private final Findings findings;
    private final boolean scanned;
    private final Usages usages;

    private ParsedYaml(String source, String text, YamlOptions options, Findings findings, boolean scanned) {
        this.source = source;
        this.text = text;
        this.options = options;
        this.findings = findings;
        this.scanned = scanned;
        this.usages = findings.usages();
    }

    static ParsedYaml parse(String source, String text, YamlOptions options) {
        refuseTooLong(source, text, options.maxBytes());
        ParsedYaml scanned = options.mayScan(text) && OrdinaryYaml.isLikely(text) ? scan(source, text, options) : null;
        return scanned == null ? parseByEngine(source, text, options) : scanned;
    }

    /** Reads an ordinary text without errors. Returns null for any other: the engine must read it, or say what is wrong. */
    private static @Nullable ParsedYaml scan(String source, String text, YamlOptions options) {
        Findings findings = new Findings(source, options.nearMisses(), text);
        try {
            return OrdinaryYaml.read(text, options, findings)
                    ? new ParsedYaml(source, text, options, findings, true)
                    : null;
        } catch (Throwable refused) {
            // also if a syntax of the agent throws: the engine's way reports that
            return null;
        }
    }

    private static ParsedYaml parseByEngine(String source, String text, YamlOptions options) {
        String yaml = withoutMark(text);
        // some versions of the engine drop a second mark, and others read it as part of a key
        if (lengthOfMark(yaml) > 0) {
            throw EngineErrors.markWithin(source, new Place(1, 1));
        }
        VariableMarks marks = marks(source, yaml, options);
        Findings findings = new Findings(source, options.nearMisses(), yaml);
        Engine.parse(source, marks.markedText(), new SourceScan(options, marks, findings));
        OtherReaders.check(source, yaml, options, findings);
        ParsedYaml parsed = new ParsedYaml(source, text, options, findings, false);
        parsed.tryTrees();
        parsed.tryText();
        return parsed;
    }

    private static VariableMarks marks(String source, String yaml, YamlOptions options) {
        return options.template() ? VariableMarks.of(source, yaml) : VariableMarks.none(yaml);
    }

    private String markedText() {
        return marks(source, withoutMark(text), options).markedText();
    }

    private void tryTrees() {
        if (findings.isDoubtful()) {
            Engine.parse(source, markedText(), new TreeBuilder(findings, null));
        }
    }

    private void tryText() {
        Span doubt = findings.textDoubt();
        if (doubt != null && findings.textRefusal() == null && !isReadAsMeant(masks())) {
            throw findings.refused(
                    doubt,
                    "with the value in its place the text would not read the same; put the value in quotes on one line");
        }
    }

    private boolean isReadAsMeant(Map<Handle, SecretValue> values) {
        NodeSequence meant = new NodeSequence(findings.replacements(), values);
        Engine.parse(source, markedText(), meant);
        NodeSequence read = new NodeSequence(List.of(), Map.of());
        String written = write(values);
        try {
            Engine.parse(source, withoutMark(written), read);
        } catch (ConfigException notEvenYaml) {
            return false;
        }
        return read.isSameAs(meant);
    }

    private static void refuseTooLong(String source, String text, int maxBytes) {
        // a char takes at most three bytes, and a surrogate pair four
        boolean surelyFits = text.length() <= maxBytes / 3;
        if (!surelyFits && text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw tooLong(source, maxBytes);
        }
    }

    static ConfigException tooLong(String source, int maxBytes) {
        return new ConfigException(FailureKind.CONFIG, source, "the text is longer than " + maxBytes + " bytes");
    }

    private static String withoutMark(String text) {
        return text.substring(lengthOfMark(text));
    }

    private static int lengthOfMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
    }

    Usages usages() {
        return usages;
    }

    /**
     * Returns the usages of the text.
     *
     * @throws ConfigException if a text may not be written although there are trees
     */
    Usages usagesOfText() {
        ConfigException refusal = findings.textRefusal();
        if (refusal != null) {
            throw refusal;
        }
        return usages;
    }

    /**
     * Returns the usages of a text of one document.
     *
     * @throws ConfigException if there are more
     */
    Usages usagesOfOne() {
        int documents = findings.documents();
        if (documents > 1) {
            throw new ConfigException(
                    FailureKind.CONFIG, source, documents + " documents where one is wanted; remove the '---'");
        }
        return usages;
    }

    List<ConfigWarning> warnings() {
        return List.copyOf(findings.warnings());
    }

    /** Builds a tree of each document, with values in the places of handles. */
    List<@Nullable Object> trees(Map<Handle, SecretValue> values) {
        requireAll(values);
        if (scanned) {
            return OrdinaryYaml.trees(text, options, findings.replacements(), values);
        }
        TreeBuilder builder = new TreeBuilder(findings, values);
        Engine.parse(source, markedText(), builder);
        return builder.trees();
    }

    /** Builds the tree of a text of one document; null for a text without documents. */
    @Nullable
    Object tree(Map<Handle, SecretValue> values) {
        usagesOfOne();
        List<@Nullable Object> trees = trees(values);
        return trees.isEmpty() ? null : trees.get(0);
    }

    /** Builds a tree of each document, with stars in the places of handles. */
    List<@Nullable Object> masked() {
        return trees(masks());
    }

    private Map<Handle, SecretValue> masks() {
        SecretValue stars = SecretValue.of(SecretValue.MASK);
        Map<Handle, SecretValue> values = new HashMap<>();
        usages.handles().forEach(handle -> values.put(handle, stars));
        return values;
    }

    /**
     * Writes the text with the values in the places of the handles.
     *
     * @throws ConfigException if this is not allowed, or would make the text far longer
     */
    String rewrite(Map<Handle, SecretValue> values) {
        if (usagesOfText().isEmpty() && !findings.changesText()) {
            return text;
        }
        requireAll(values);
        return write(values);
    }

    /** Refuses an incomplete call before the text is read again, as errors of a reading are taken for errors in the text. */
    private void requireAll(Map<Handle, SecretValue> values) {
        for (Handle handle : usages.handles()) {
            if (values.get(handle) == null) {
                throw new IllegalArgumentException("no value for the handle " + handle);
            }
        }
    }

    private String write(Map<Handle, SecretValue> values) {
        return new Rewriting(source, text, lengthOfMark(text), findings.replacements(), values).written();
    }
}
