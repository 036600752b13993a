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
    private final Engine engine;
    private final Findings findings;
    private final Usages usages;

    private ParsedYaml(String source, String text, Engine engine, Findings findings) {
        this.source = source;
        this.text = text;
        this.engine = engine;
        this.findings = findings;
        this.usages = findings.usages();
    }

    static ParsedYaml parse(String source, String text, YamlOptions options) {
        refuseTooLong(source, text, options.maxBytes());
        String yaml = text.substring(lengthOfMark(text));
        VariableMarks marks = options.template() ? VariableMarks.of(source, yaml) : VariableMarks.none(yaml);
        Findings findings = new Findings(source, options.nearMisses(), yaml);
        Engine engine = Engine.parse(source, marks.markedText(), new SourceScan(options, marks, findings));
        OtherReaders.look(source, yaml, options, findings);
        ParsedYaml parsed = new ParsedYaml(source, text, engine, findings);
        parsed.tryTrees();
        parsed.tryText();
        return parsed;
    }

    private void tryTrees() {
        if (!findings.doubts().isEmpty()) {
            engine.tryTrees(newScalars(Map.of(), false), findings.doubts());
        }
    }

    private void tryText() {
        Span doubt = findings.textDoubt();
        if (doubt == null || findings.textRefusal() != null) {
            return;
        }
        Map<Handle, SecretValue> values = masks();
        String written = write(values);
        try {
            String yaml = written.substring(lengthOfMark(written));
            Engine again = Engine.parse(source, yaml, NodeListener.none());
            if (engine.isReadIn(again, newScalars(values, true))) {
                return;
            }
        } catch (ConfigException e) {
            // reported below, with the place in the author's text
        }
        throw findings.refused(
                doubt,
                "with the value in its place the text would not read the same; put the value in quotes on one line");
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
        int documents = engine.documents();
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
        return engine.trees(newScalars(values, true));
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

    private Map<Integer, Replay.NewScalar> newScalars(Map<Handle, SecretValue> values, boolean handles) {
        Map<Integer, Replay.NewScalar> replaced = new HashMap<>();
        for (Replacement replacement : findings.replacements()) {
            if (handles || replacement.handle() == null) {
                replaced.put(replacement.event(), replacement.newScalar(values));
            }
        }
        return replaced;
    }

    /**
     * Writes the text with the values in the places of the handles.
     *
     * @throws ConfigException if this is not allowed, or would make the text far longer
     */
    String rewrite(Map<Handle, SecretValue> values) {
        return usagesOfText().isEmpty() && !findings.changesText() ? text : write(values);
    }

    private String write(Map<Handle, SecretValue> values) {
        Rewriting.refuseTooLong(source, text, findings.replacements(), values);
        return new Rewriting(text, lengthOfMark(text)).with(findings.replacements(), values);
    }
}
