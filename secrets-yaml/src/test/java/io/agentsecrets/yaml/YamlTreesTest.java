package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree is what the engine itself loads: the same types, order and shared nodes, or a refusal. */
class YamlTreesTest {

    private static final int CASES = Integer.getInteger("cases", 2_000);

    /** What this library reads and the engine does not: tags of applications, {@code <<} as a value, {@code +.inf}. */
    private static final Pattern ONLY_HERE = Pattern.compile("!|<<|\\+\\.inf", Pattern.CASE_INSENSITIVE);

    private static final YamlOptions OPTIONS =
            YamlOptions.builder().syntax(new NoHandles()).maxAliases(1000).build();

    /** A syntax without handles, so that every value stays as it is. */
    private static final class NoHandles implements HandleSyntax {

        @Override
        public Optional<Handle> parse(String value) {
            return Optional.empty();
        }

        @Override
        public String format(Handle handle) {
            return handle.name();
        }

        @Override
        public String prefix() {
            return "no handle";
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: 1\nb: 0x1F\nc: 0o17\nd: 017\ne: -0\nf: 1e3\ng: .5\nh: .inf\ni: -.INF\nj: .NaN\nk: 12345678901\n",
                "a: true\nb: FALSE\nc: ~\nd: null\ne:\nf: yes\ng: 2024-01-01\nh: ${HOME}\ni: 99999999999999999999\n",
                "1: a\n'1': b\ntrue: c\nnull: d\n1.5: e\n[1, 2]: f\n{a: b}: g\n",
                "a: &x {b: 1}\nc: *x\nd: [*x, *x]\n",
                "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\ne: {c: 4, <<: *x}\n",
                "a: &x {b: 1}\nb: &y {b: 2, c: 3}\nd: {<<: [*x, *y]}\ne: {<<: *y, <<: *x}\n",
                "a: &x {1: one, '2': two}\nb: {<<: *x, '1': own, 2: own}\n",
                "a: {<<: {b: 1}}\nb: {<<: [{c: 2}, {c: 3}]}\nc: &l [{d: 4}]\nd: {<<: *l}\n",
                "a: &x {<<: {b: 1}, c: 2}\nd: {<<: *x, 0: 1}\n",
                "a: &x !!set {b: 1, c}\nd: {<<: *x}\n",
                "a: &x {? [1] : 2}\nb: {<<: *x}\n",
                "&m <<: &x {a: 1}\nb: {*m : *x}\n",
                "a: !!set {b, c, 1}\nb: !!binary aGk=\nc: !!str 1\nd: !!float 1\ne: !!null x\nf: !!null {a: 1}\n",
                "a: &x hi\nb: *x\n*x : c\n",
                "a: &x {b: &x hi}\nc: *x\n",
                "a: &x 1\nb: &x [&x {c: 2}, *x]\nd: *x\n",
                "---\n---\na\n---\n- 1\n...\n",
                "",
                "# nothing",
                "a: |\n  b",
                "a: |+\n  b\n\n",
            })
    void a_tree_is_what_the_engine_loads(String yaml) {
        assertThat(TreeInWords.of(ours(yaml))).isEqualTo(TreeInWords.of(EngineLoad.documents(yaml)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1: a\n0x1: b\n",
                "a: 1\n'a': 2\n",
                "[1]: a\n[0x1]: b\n",
                "a: &x {1: a}\nb: {<<: *x, 0x1: b}\n",
                "a: {<<: 1}\n",
                "a: {<<: [1]}\n",
                "a: {<<: }\n",
                "a: !!int x\n",
                "a: !!map [1]\n",
                "a: !!seq {b: 1}\n",
                "a: !!str {b: 1}\n",
                "a: !!set [b]\n",
                "a: !!seq b\n",
            })
    void what_the_engine_does_not_load_is_refused(String yaml) {
        assertThat(loadedOrEmpty(yaml)).isEmpty();
        assertThat(oursOrEmpty(yaml)).isEmpty();
    }

    @Test
    void files_of_this_project_are_what_the_engine_loads() throws IOException {
        try (Stream<Path> files = Files.find(
                Path.of(".."),
                20,
                (path, attributes) ->
                        attributes.isRegularFile() && path.toString().matches(".*/src/.*\\.ya?ml(\\.example)?"))) {
            for (Path file : files.toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertSame(text, file.toString());
            }
        }
    }

    @Test
    void mutated_texts_are_what_the_engine_loads_or_refused() {
        long firstSeed = Long.getLong("seed", System.nanoTime());
        for (long seed = firstSeed; seed < firstSeed + CASES; seed++) {
            String text = MutatedYaml.any(new Random(seed));
            assertSame(text.startsWith("\ufeff") ? text.substring(1) : text, "-Dseed=" + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-5",
                "007",
                "0000000001",
                "00000000001",
                "-00000000001",
                "999999999",
                "1000000000",
                "2147483647",
                "2147483648",
                "-2147483648",
                "-2147483649",
                "999999999999999999",
                "-99999999999999999",
                "1.5",
                "5.",
                "-5.0",
                "true",
                "True",
                "TRUE",
                "false",
                "False",
                "FALSE",
                "null",
                "~"
            })
    void values_without_quotes_are_those_that_the_engine_loads(String text) {
        assertThat(Collections.singletonList(Schema.read(text))).isEqualTo(EngineLoad.documents(text));
    }

    @Test
    void numbers_of_any_length_are_those_that_the_engine_loads() {
        Random random = new Random(12);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder number = new StringBuilder(random.nextBoolean() ? "" : "-");
            for (int digits = 1 + random.nextInt(20); digits > 0; digits--) {
                number.append(random.nextInt(3) == 0 ? 0 : random.nextInt(10));
            }
            String text = number.toString();
            assertThat(Schema.read(text))
                    .as(text)
                    .isEqualTo(EngineLoad.documents(text).get(0));
        }
    }

    private static void assertSame(String text, String hint) {
        Optional<List<Object>> ours = oursOrEmpty(text);
        if (ours.isEmpty()) {
            return; // the fuzz test knows the reasons
        }
        Optional<List<Object>> loaded = loadedOrEmpty(text);
        if (loaded.isPresent() || !ONLY_HERE.matcher(text).find()) {
            assertThat(TreeInWords.of(ours.get()))
                    .as(hint + "\n" + text)
                    .isEqualTo(loaded.map(TreeInWords::of).orElse("refused"));
        }
    }

    private static List<Object> ours(String yaml) {
        return YamlConfig.of("a.yaml", yaml, OPTIONS).trees().with(Map.of());
    }

    private static Optional<List<Object>> oursOrEmpty(String yaml) {
        try {
            return Optional.of(ours(yaml));
        } catch (ConfigException refused) {
            return Optional.empty();
        }
    }

    private static Optional<List<Object>> loadedOrEmpty(String yaml) {
        try {
            return Optional.of(EngineLoad.documents(yaml));
        } catch (RuntimeException | StackOverflowError refused) {
            return Optional.empty();
        }
    }
}
