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

/** A YAML stream after its one parse: what was found in it, and how to make a tree or a new text of it. Immutable. */
final class ParsedYaml {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final String text;
    private final Engine engine;
    private final Usages usages;
    private final List<ConfigWarning> warnings;
    private final List<Replacement> replacements;

    private ParsedYaml(String text, Engine engine, SourceScan scan) {
        this.text = text;
        this.engine = engine;
        this.usages = scan.usages();
        this.warnings = List.copyOf(scan.warnings());
        this.replacements = List.copyOf(scan.replacements());
    }

    static ParsedYaml parse(String source, String text, YamlOptions options) {
        refuseTooLong(source, text, options.maxBytes());
        String yaml = text.substring(lengthOfMark(text));
        VariableMarks marks = options.template() ? VariableMarks.of(source, yaml) : VariableMarks.none(yaml);
        SourceScan scan = new SourceScan(source, options, marks);
        Engine engine = Engine.parse(source, marks.markedText(), scan);
        ParsedYaml parsed = new ParsedYaml(text, engine, scan);
        Span doubt = scan.doubt();
        if (doubt != null) {
            parsed.tryTrees(source, doubt);
        }
        return parsed;
    }

    private void tryTrees(String source, Span doubt) {
        try {
            masked();
        } catch (ConfigException e) {
            throw e.line() > 0 ? e : new ConfigException(e.kind(), source, doubt.line(), doubt.column(), e.problem());
        }
    }

    private static void refuseTooLong(String source, String text, int maxBytes) {
        boolean surelyFits = text.length() <= maxBytes / 3; // three bytes a character at most, four a surrogate pair
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

    int documents() {
        return engine.documents();
    }

    List<ConfigWarning> warnings() {
        return warnings;
    }

    /** Makes a tree of each document, with the values in the places of the handles. */
    List<@Nullable Object> trees(Map<Handle, SecretValue> values) {
        Map<Integer, Engine.NewScalar> replaced = new HashMap<>();
        for (Replacement replacement : replacements) {
            replaced.put(replacement.event(), new Engine.NewScalar(replacement.newText(values), replacement.plain()));
        }
        return engine.trees(replaced);
    }

    /** Makes a tree of each document, with stars in the places of the handles. */
    List<@Nullable Object> masked() {
        SecretValue stars = SecretValue.of(SecretValue.MASK);
        Map<Handle, SecretValue> values = new HashMap<>();
        for (Handle handle : usages.handles()) {
            values.put(handle, stars);
        }
        return trees(values);
    }

    /** Writes the text with the values in the places of the handles. */
    String rewrite(Map<Handle, SecretValue> values) {
        return replacements.isEmpty() ? text : new Rewriting(text, lengthOfMark(text)).with(replacements, values);
    }
}
