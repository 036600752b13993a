package io.agentsecrets.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.NearMisses;
import io.agentsecrets.SecretValue;
import io.agentsecrets.tree.TemplateVariables;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;

/**
 * What must hold of every text that is resolved: it is refused without a word of it, or the new text differs in the
 * replaced scalars only and reads as the old one does with secrets in place. An input is a text in UTF-8.
 */
@Tag("fuzz")
class RewritingFuzzTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    /** Secrets that some reader of YAML would take for something else if they were written without care. */
    static final List<String> SECRETS = List.of(
            "yes",
            "~",
            "0x1F",
            "1e3",
            "2024-01-01",
            "a\nb",
            " lead",
            "trail ",
            "\t",
            "'",
            "\"\\",
            "# x",
            "k: v",
            "- x",
            "&a",
            "*a",
            "!!int 1",
            "{a",
            "---",
            "\ufeff",
            "\u0085\u2028",
            "\u0000\u001b",
            "\ud83d\udd11",
            "%%host%%",
            "=");

    /** All that may be said of a text that is refused, with N for numbers. */
    private static final Set<String> PROBLEMS = Set.of(
            "nested more than N levels deep",
            "a number of more than N,N characters; if it is text, put it in quotes",
            "a key repeats a handle of more than N,N characters",
            "a key repeats (*name) a map or list with handles; secrets cannot be keys",
            "an alias repeats a map or list with handles that is a key; only values are resolved",
            "a handle with a tag that makes it no string; remove the tag",
            "too many handles or warnings under long keys",
            "more than N maps or lists as keys",
            "an alias (*name) repeats an anchor (&name) that does not stand before it",
            "a map or list contains itself",
            "more than N aliases of maps and lists",
            "too many aliases: they stand for more than N values",
            "the same key stands twice in one map; remove one of them",
            "the tag !!merge is not read by all; write the merge key as <<",
            "keys that are maps or lists within such keys, more than four levels deep",
            "a member of a set (!!set) with a colon behind it; write it with '? ' before it instead",
            "a byte order mark stands within the text, perhaps as files were joined; remove it",
            "the name of an anchor (&name) has a sign that ends it for other readers; use letters and digits",
            "the character U+N stands beside a handle or in it, where readers disagree; remove it",
            "other readers may find other handles in this text; remove the characters that are warned of",
            "a template variable does not fit its tag (such as !!int)",
            "a key with a template variable has a tag; remove the tag",
            "a key repeats (*name) a template variable with a tag; write it out",
            "with the value in its place the text would not read the same; put the value in quotes on one line",
            "a ': ' stands where no key can be; put the value that it belongs to in quotes, or indent the line like the"
                    + " keys beside it",
            "a list or map is not closed, a comma is missing, or a value with [ ] { } is not in quotes",
            "the indentation does not fit, or text stands after the end of a value",
            "a value starts with a character that must be in quotes",
            "a tab stands in the indentation, where YAML allows only blanks; write blanks instead",
            "a key without ':', or a line that is not indented as far as its value",
            "a quote is not closed",
            "a quote is not closed before the document ends",
            "an unknown escape in double quotes; write \\\\ for a backslash",
            "a wrong escape in double quotes; write \\\\ for a backslash",
            "a value is missing",
            "a '-' stands where no list can start",
            "a '?' stands where no key can be",
            "a tag uses a handle that no %TAG line declares",
            "a merge key (<<) takes a map or a list of maps",
            "only digits, + and - may stand after | or >",
            "a character that YAML does not allow; in double quotes it can be written as \\x..",
            "a value does not fit its tag (such as !!int) or a merge key (<<) has no map",
            "this is not valid YAML");

    private static final String HINT =
            "; a handle in [ ] or { }, or with ': ' or ' #' in it, must be quoted: put it in quotes, \"ENC[handle]\"";
    private static final Pattern NUMBER = Pattern.compile("(?<=U\\+)[0-9A-F]{4}|[0-9]+");

    /** A block scalar that begins its line goes one blank to the right. */
    private static final Pattern BLOCK_AT_THE_START = Pattern.compile("(?:^|[\r\n])\ufeff? *[|>]\\z");

    /** Of a block scalar the rest of its first line and blank lines below its content stay. */
    private static final Pattern BLOCK = Pattern.compile(
            "[|>][-+0-9]*+([^\r\n]*+(?:\r\n|\r|\n)?+)(?:.*\\S[^\r\n]*+(?:\r\n|\r|\n)?+)?+(\\s*)", Pattern.DOTALL);

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({
        "ENC[a]",
        "\\\"ENC[b]\\\"",
        "'ENC[c]'",
        ": ",
        "- ",
        "? ",
        "\\x0a  ",
        "|-\\x0a ",
        ">-\\x0a ",
        "|2-\\x0a",
        "&a ",
        "*a ",
        "!!str ",
        "!foo ",
        "<<: ",
        "---\\x0a",
        "...\\x0a",
        "# ",
        "\\\\x41",
        "\\\\u0045NC[d]",
        "\\\\\\x0a",
        "\\x0d\\x0a",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\\xef\\xbb\\xbf",
        "\\xf0\\x9f\\x94\\x91",
        "!!binary ",
        "!!set ",
        "!!int ",
        "%YAML 1.2\\x0a---\\x0a"
    })
    void differs_in_the_replaced_scalars_only_or_is_refused(byte[] input) {
        String text = new String(input, UTF_8);
        long start = System.nanoTime();
        YamlConfig config = YamlConfig.of("a.yaml", text);
        Map<Handle, SecretValue> values;
        try {
            values = secretsFor(config.usages().handles());
        } catch (ConfigException refused) {
            assertQuotesNothing(refused);
            return;
        }
        List<Object> trees;
        try {
            trees = config.trees().with(values);
        } catch (ConfigException refused) {
            assertQuotesNothing(refused);
            return;
        }
        String rewritten;
        try {
            rewritten = config.text().with(values);
        } catch (ConfigException refused) {
            assertQuotesNothing(refused);
            return;
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);

        if (values.isEmpty()) {
            assertThat(rewritten).isSameAs(text);
        }
        assertOnlyReplacementsDiffer(text, rewritten, values);
        assertThat(comparable(YamlConfig.of("b.yaml", rewritten).trees().with(Map.of())))
                .as("read again")
                .isEqualTo(comparable(trees));
        assertReadsAs12(text, rewritten, trees, values);
        Map<String, String> byName = byName(values);
        if (byName.keySet().stream().noneMatch(OtherReaders::mayDifferIn)) {
            assertThat(new SnakeYaml11().problem(text, rewritten, byName))
                    .as("YAML 1.1")
                    .isEmpty();
        }
    }

    @FuzzTest(maxDuration = "3m")
    @DictionaryEntries({
        "%%host%%",
        "%%port%%",
        "%%env_A%%",
        "%%unknown%%",
        "ENC[%%host%%]",
        "\\\"",
        "'",
        ": ",
        "- ",
        "? ",
        "\\x0a  ",
        "|-\\x0a ",
        ">-\\x0a ",
        "&a ",
        "*a ",
        "!!str ",
        "!!int ",
        "# ",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\\xee\\x80\\x80"
    })
    void template_variables_never_change_the_structure(byte[] input) {
        String text = new String(input, UTF_8);
        TemplateVariables harmless =
                TemplateVariables.of(Map.of("host", "w", "port", "1")).withEnvironment(Map.of("A", "w"));
        Optional<List<Object>> plain = readAgain(text, harmless);
        for (String host : List.of("a: b\n- c # 'x\"", "]", "}, {", "ENC[x", "x]", "1e3", "", "%%port%%", "*a", "\n")) {
            TemplateVariables variables =
                    TemplateVariables.of(Map.of("host", host, "port", "-12")).withEnvironment(Map.of("A", host));
            Optional<List<Object>> result = readAgain(text, variables);
            if (plain.isPresent() && result.isPresent()) {
                assertThat(shape(result.get())).isEqualTo(shape(plain.get()));
            }
        }
    }

    /** Returns what a reader makes of the rewritten text, which must be the tree; nothing if the text is refused. */
    private static Optional<List<Object>> readAgain(String text, TemplateVariables variables) {
        YamlConfig config = YamlConfig.of(
                "a.yaml", text, YamlOptions.builder().variables(variables).build());
        Map<Handle, SecretValue> values;
        List<Object> trees;
        try {
            values = secretsFor(config.usages().handles());
            trees = config.trees().with(values);
        } catch (ConfigException refused) {
            if (refused.kind() == FailureKind.DENIED) {
                assertThat(refused.problem()).startsWith("a template variable may not bring in a handle");
            } else {
                assertQuotesNothing(refused);
            }
            return Optional.empty();
        }
        String rewritten;
        try {
            rewritten = config.text().with(values);
        } catch (ConfigException refused) {
            assertQuotesNothing(refused);
            return Optional.empty();
        }
        try {
            List<Object> read = YamlConfig.of("b.yaml", rewritten).trees().with(Map.of());
            assertThat(comparable(read)).isEqualTo(comparable(trees));
            return Optional.of(read);
        } catch (ConfigException notYamlWithoutVariables) {
            assertThat(rewritten).contains("%%"); // in keys, and where a variable has no value, it stays
            return Optional.empty();
        }
    }

    /** The maps and lists of a tree, without its scalars and keys. */
    private static Object shape(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            return Map.of(
                    "map", map.values().stream().map(RewritingFuzzTest::shape).toList());
        }
        return tree instanceof List<?> list
                ? list.stream().map(RewritingFuzzTest::shape).toList()
                : "";
    }

    private static Map<Handle, SecretValue> secretsFor(Set<Handle> handles) {
        Map<Handle, SecretValue> values = new HashMap<>();
        for (Handle handle : handles) {
            values.put(handle, SecretValue.of(SECRETS.get(Math.floorMod(handle.hashCode(), SECRETS.size()))));
        }
        return values;
    }

    private static void assertQuotesNothing(ConfigException refused) {
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIG);
        String problem = NUMBER.matcher(refused.problem().replace(HINT, "")).replaceAll("N");
        assertThat(problem).isIn(PROBLEMS);
        assertThat(refused).hasNoCause().hasNoSuppressedExceptions();
        assertThat(refused.line()).isPositive();
        assertThat(refused.column()).isPositive();
    }

    private static void assertOnlyReplacementsDiffer(String text, String rewritten, Map<Handle, SecretValue> values) {
        String yaml = text.startsWith("\ufeff") ? text.substring(1) : text;
        Findings scan = new Findings("a.yaml", NearMisses.WARN, yaml);
        Engine.parse("a.yaml", yaml, new SourceScan(YamlOptions.defaults(), VariableMarks.none(yaml), scan));
        int offset = text.length() - yaml.length();
        StringBuilder expected = new StringBuilder();
        int read = 0;
        for (Replacement replacement : scan.replacements()) {
            Span span = replacement.span();
            if (span == null) {
                continue;
            }
            int from = offset + yaml.offsetByCodePoints(0, span.start());
            int to = offset + yaml.offsetByCodePoints(0, span.end());
            expected.append(text, read, from);
            appendReplacement(replacement, text.substring(0, from), yaml, values, expected);
            read = to;
            Matcher block = BLOCK.matcher(text.substring(from, to));
            if (block.matches()) {
                expected.append(withoutTabsAhead(block.group(1)))
                        .append(block.group(2).replace('\t', ' '));
            }
            if ("\"'*".indexOf(text.charAt(from)) < 0) {
                for (; read < text.length() && " \t\r\n".indexOf(text.charAt(read)) >= 0; read++) {
                    expected.append(text.charAt(read) == '\t' ? ' ' : text.charAt(read));
                }
            }
        }
        expected.append(text.substring(read));
        assertThat(rewritten).isEqualTo(expected.toString());
    }

    private static void appendReplacement(
            Replacement replacement,
            String before,
            String yaml,
            Map<Handle, SecretValue> values,
            StringBuilder expected) {
        Span tag = replacement.tag();
        if (tag != null && replacement.form() == Replacement.Form.QUOTED) {
            expected.setCharAt(expected.lastIndexOf("!"), ' ');
        } else if (tag != null) {
            int start = yaml.offsetByCodePoints(0, tag.start());
            expected.append(yaml, start, yaml.offsetByCodePoints(0, tag.end())).append(' ');
        }
        if (BLOCK_AT_THE_START.matcher(before + "|").find()
                && replacement.span() != null
                && isBlock(yaml, replacement)) {
            expected.append(' ');
        }
        DoubleQuoted.append(replacement.newText(values), expected);
    }

    private static boolean isBlock(String yaml, Replacement replacement) {
        Span span = Objects.requireNonNull(replacement.span());
        return "|>".indexOf(yaml.charAt(yaml.offsetByCodePoints(0, span.start()))) >= 0;
    }

    private static String withoutTabsAhead(String line) {
        int blanks = 0;
        while (blanks < line.length() && " \t".indexOf(line.charAt(blanks)) >= 0) {
            blanks++;
        }
        return " ".repeat(blanks) + line.substring(blanks);
    }

    /**
     * Where the engine itself reads the old text, it reads the new one as that, with secrets for handles. Of a block scalar at
     * the end of the text it sees a line feed that is not there.
     */
    private static void assertReadsAs12(
            String text, String rewritten, List<Object> trees, Map<Handle, SecretValue> values) {
        Optional<List<Object>> before = loaded12(text);
        Set<Handle> found = new LinkedHashSet<>();
        before.ifPresent(documents -> collectHandles(documents, found));
        if (before.isPresent() && found.equals(values.keySet())) {
            Object expected = comparable(withSecrets(before.get(), values));
            assertThat(comparable(trees)).as("tree").isEqualTo(expected);
            assertThat(loaded12(rewritten).map(RewritingFuzzTest::comparable))
                    .as("YAML 1.2")
                    .contains(expected);
        }
    }

    private static Map<String, String> byName(Map<Handle, SecretValue> values) {
        Map<String, String> byName = new HashMap<>();
        values.forEach((handle, value) -> byName.put(handle.name(), value.reveal()));
        return byName;
    }

    private static Optional<List<Object>> loaded12(String text) {
        try {
            return Optional.of(EngineLoad.documents(withoutMark(text)));
        } catch (RuntimeException | StackOverflowError foreignTagsOrLimits) {
            return Optional.empty();
        }
    }

    /** The byte order mark is the affair of whoever decodes the bytes. */
    private static String withoutMark(String text) {
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    /** A naive walk: every string value that is a handle, and no key. */
    private static Object withSecrets(Object tree, Map<Handle, SecretValue> values) {
        if (tree instanceof String string) {
            return HandleSyntax.enc()
                    .parse(string)
                    .map(values::get)
                    .map(SecretValue::reveal)
                    .orElse(string);
        }
        if (tree instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(withSecrets(element, values)));
            return copy;
        }
        if (tree instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(key, withSecrets(value, values)));
            return copy;
        }
        return tree;
    }

    private static void collectHandles(Object tree, Set<Handle> found) {
        if (tree instanceof String string) {
            HandleSyntax.enc().parse(string).ifPresent(found::add);
        } else if (tree instanceof Map<?, ?> map) {
            map.values().forEach(value -> collectHandles(value, found));
        } else if (tree instanceof Collection<?> collection && !(tree instanceof Set)) {
            collection.forEach(element -> collectHandles(element, found));
        }
    }

    /** Byte arrays compare by identity; their content counts. */
    private static Object comparable(Object tree) {
        if (tree instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (tree instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(comparable(element)));
            return copy;
        }
        if (tree instanceof Set<?> set) {
            Set<Object> copy = new LinkedHashSet<>();
            set.forEach(element -> copy.add(comparable(element)));
            return copy;
        }
        if (tree instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(comparable(key), comparable(value)));
            return copy;
        }
        return tree;
    }
}
