package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.NearMisses;
import io.agentsecrets.SecretValue;
import io.agentsecrets.tree.TemplateVariables;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scanner reads every text as the engine does, or leaves it to the engine. The texts are random: {@code -Dcases} sets their
 * number, {@code -Dseed} their choice.
 */
class ScannerAgreementTest {

    private static final int CASES = Integer.getInteger("cases", 2_000);
    private static final YamlOptions SCANNER = YamlOptions.defaults();
    private static final YamlOptions ENGINE =
            YamlOptions.builder().scanner(false).build();

    /** Says whether the scanner read the text itself. */
    private static boolean isScanned(String text) {
        Findings findings = new Findings("a.yaml", NearMisses.WARN, text);
        return OrdinaryYaml.read(text, SCANNER, findings);
    }

    private static void assertSame(String text, String hint) {
        assertThat(Outcome.of(text, SCANNER)).as(hint + "\n" + text).isEqualTo(Outcome.of(text, ENGINE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing\n\n",
                "a: ENC[x]",
                "a: ENC[x]   # comment\r\nb:\r\n",
                "- ENC[x]\n-\n- - a\n  - b: ENC[y]\n    c:\n",
                "a:\n- ENC[x]\n- b: 1\n  c: [\"ENC[y]\", d]\ne: {}\n",
                "a:\n  b:\n    c: 'ENC[it''s]'\nd: []\n",
                "  a: 1\n  b: 2\n",
                "a b : ENC[x]\n'c': \"ENC[ d ]\"\n",
                "a: -x\nb: 10.0.0.1\ne: -1.5\n-c: ~\nd: ENC[x]\n",
                "a: '('\nb: f(x) [y]\n",
                "a: C:\\dir\nb: 'ENC[x]'\n",
                "\u00fc: \u00e4 \u20ac\nb: ENC[x]\n",
            })
    void ordinary_texts_are_scanned(String text) {
        assertThat(isScanned(text)).isTrue();
        assertSame(text, "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: |\n  ENC[x]\n",
                "a: >\n  x\n",
                "a: \"\\x45NC[x]\"\n",
                "a: !!str b\n",
                "a: &x b\n",
                "a: *x\n",
                "---\na: b\n",
                "a: b\n...\n",
                "%YAML 1.2\n",
                "a:\tb\n",
                "# \t\n",
                "a: b\u0085\n",
                "a: \u2028\n",
                "\ufeffa: b\n",
                "a: \ud83d\udd11\n",
                "a: b\rc: d\n",
                "? a\n: b\n",
                "a: b\n c\n",
                "a: 'b\n c'\n",
                "a: b: c\n",
                "a: - b\n",
                "a: [b\n, c]\n",
                "a: [b: c]\n",
                "a: [[b]]\n",
                "a: [\"b\":c]\n",
                "a: {b: c}\n",
                "{a: b}\n",
                "[a]\n",
                "a\n",
                "'a'\n",
                "a:\n  b\n",
                "a:\n    b: c\n  d: e\n",
                "a: b\n- c\n",
                "- a\nb: c\n",
                "a: 'b' c\n",
                "a: 'b'#c\n",
                "a: ENC[x] # c\nb: \u007f\n",
                "a: @b\n",
                "a: `b\n",
                "a: %b\n",
                "a: ]\n",
                "a: ,b\n",
                "a: ? b\n",
                "a #: b\n",
                "a: b\r",
                "a: [b\r, c]\n",
                "a: enc[x]\n",
                "a: ENC(x)\n",
                "a: ENC[x] y\n",
                "a: \"ENC[PKCS7,x]\"\n",
                "ENC[x]: a\n",
                "a: ENC[x]\na: b\n",
                "~: a\n",
                "'<<': a\n",
                "'it''s': ENC[x]\n",
                "a: ENC[x]\r",
                "a: 0x1f\n",
            })
    void whatever_is_doubtful_is_left_to_the_engine(String text) {
        assertThat(isScanned(text)).isFalse();
        assertSame(text, "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1: a\n0x1: ENC[x]\n",
                "<<: {}\na: ENC[x]\n",
                "a: ENC[x]\na: b\n",
                "a: 1e999999999\nb: ENC[x]\n",
                "a: <<\nb: ENC[x]\n",
                "a: +.inf\nb: ENC[x]\n",
            })
    void what_only_a_tree_can_tell_is_decided_by_the_engine(String text) {
        assertSame(text, "");
    }

    @Test
    void keys_of_any_length_are_read_alike() {
        for (int length : IntStream.concat(IntStream.range(90, 110), IntStream.range(1_010, 1_030))
                .toArray()) {
            assertSame("a: ENC[x]\n" + "k".repeat(length) + ": ENC[y]\n", "plain, " + length);
            assertSame("a: ENC[x]\n'" + "k".repeat(length) + "': ENC[y]\n", "quoted, " + length);
            assertSame("a: ENC[x]\nk" + " ".repeat(length) + ": ENC[y]\n", "blanks, " + length);
        }
    }

    @Test
    void a_repeated_key_is_left_to_the_engine_among_few_keys_and_many() {
        StringBuilder text = new StringBuilder();
        for (int keys = 1; keys <= 40; keys++) {
            text.append("k" + keys + ": ENC[x]\n");
            assertThat(isScanned(text.toString())).isTrue();
            for (int repeated = 1; repeated <= keys; repeated++) {
                assertThat(isScanned(text + "'k" + repeated + "': y\n")).isFalse();
            }
        }
        assertSame(text + "k7: y\n", "");
    }

    @Test
    void values_of_any_length_are_read_alike() {
        for (String text :
                List.of("- @\n", "- '@'\n", "a: @\n", "- [@, @]\n", "- - @\n", "a: \"@\" #@\n", "- a: ENC[@]\n")) {
            String yaml = text.replace("@", "v".repeat(3_000)) + "# ENC[";
            assertThat(isScanned(yaml)).isTrue();
            assertSame(yaml, "");
        }
    }

    @Test
    void nesting_that_no_stack_holds_is_reported_alike() {
        YamlOptions.Builder deep = YamlOptions.builder().maxDepth(50_000);
        String text = "- ".repeat(20_000) + "ENC[x]\n";

        assertThat(Outcome.of(text, deep.build()))
                .isEqualTo(Outcome.of(text, deep.scanner(false).build()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lists_that_no_stack_holds_become_a_tree(boolean scanner) {
        YamlOptions deep =
                YamlOptions.builder().maxDepth(50_000).scanner(scanner).build();
        Object tree = YamlConfig.of("a.yaml", "- ".repeat(50_000) + "b\n", deep)
                .tree()
                .with(Map.of());

        int levels = 0;
        while (tree instanceof List<?> list) {
            levels++;
            tree = list.get(0);
        }
        assertThat(levels).isEqualTo(50_000);
        assertThat(tree).isEqualTo("b");
    }

    @Test
    void a_syntax_that_fails_is_reported_alike_without_the_value() {
        List<Function<String, Optional<Handle>>> failing = List.of(
                value -> {
                    throw new IllegalStateException(value);
                },
                value -> {
                    throw new AssertionError(value);
                },
                value -> {
                    throw new StackOverflowError(value);
                },
                value -> null);
        for (Function<String, Optional<Handle>> parsing : failing) {
            YamlOptions.Builder options = YamlOptions.builder().syntax(new OwnSyntax(parsing));
            String scanned = Outcome.of("a: hunter2\n", options.build());

            assertThat(scanned)
                    .contains("usages refused: a.yaml, line 1, column 1: the syntax of handles failed with java.lang.")
                    .doesNotContain("hunter2")
                    .isEqualTo(Outcome.of("a: hunter2\n", options.scanner(false).build()));
        }
    }

    @Test
    void a_syntax_that_fails_while_variables_are_replaced_is_reported_without_the_value() {
        YamlOptions options = YamlOptions.builder()
                .syntax(new OwnSyntax(value -> {
                    throw new IllegalStateException(value);
                }))
                .variables(TemplateVariables.of(Map.of("host", "hunter2")))
                .build();

        assertThat(Outcome.of("- %%host%%\n", options))
                .contains("line 1, column 3: the syntax of handles failed with java.lang.IllegalStateException")
                .doesNotContain("hunter2");
    }

    @Test
    void a_text_that_is_not_valid_is_refused_as_such_whatever_its_syntax_throws() {
        HandleSyntax syntax = new OwnSyntax(value -> {
            throw new AssertionError(value);
        });
        YamlOptions.Builder options = YamlOptions.builder().syntax(syntax);

        assertThat(Outcome.of("a: b\nc: \u0001\n", options.build())).contains("line 2, column 4: a character that");
    }

    @Test
    void a_syntax_that_changes_its_mind_leaves_no_handle_in_a_tree() {
        Set<String> asked = new HashSet<>();
        HandleSyntax syntax =
                new OwnSyntax(value -> asked.add(value) ? HandleSyntax.enc().parse(value) : Optional.empty());
        YamlOptions.Builder options = YamlOptions.builder().syntax(syntax);
        YamlConfig config = YamlConfig.of("a.yaml", "a: ENC[x]\nb: [ENC, 'ENC[x] y']\n", options.build());
        Handle handle = new Handle("x");

        assertThat(config.usages().handles()).containsExactly(handle);
        assertThat(config.trees().with(Map.of(handle, SecretValue.of("s3cret"))))
                .containsExactly(Map.of("a", "s3cret", "b", List.of("ENC", "ENC[x] y")));
    }

    @Test
    void a_syntax_that_cannot_tell_whether_it_occurs_is_asked_about_the_values() {
        HandleSyntax syntax = new OwnSyntax(HandleSyntax.enc()::parse) {
            @Override
            public boolean mayOccurIn(String text) {
                throw new AssertionError(text);
            }
        };
        YamlOptions options = YamlOptions.builder().syntax(syntax).build();

        assertThat(YamlConfig.of("a.yaml", "a: ENC[x]\n", options)
                        .text()
                        .with(Map.of(new Handle("x"), SecretValue.of("s"))))
                .isEqualTo("a: \"s\"\n");
    }

    @Test
    void a_syntax_that_cannot_tell_how_handles_start_refuses_a_text_in_which_that_matters() {
        HandleSyntax syntax = new OwnSyntax(HandleSyntax.enc()::parse) {
            @Override
            public String prefix() {
                throw new AssertionError("s3cret");
            }
        };
        YamlOptions options = YamlOptions.builder().syntax(syntax).build();

        assertThat(Outcome.of("a: ENC[x]\n", options)).contains("a: \"");
        assertThat(Outcome.of("a: ENC[x]\nb: 'c\u0085d'\n", options))
                .contains("usages refused: a.yaml, line 1, column 1: the syntax of handles failed with java.lang.")
                .doesNotContain("s3cret");
    }

    /** A syntax of the agent's own. */
    private static class OwnSyntax implements HandleSyntax {

        private final Function<String, Optional<Handle>> parsing;

        OwnSyntax(Function<String, Optional<Handle>> parsing) {
            this.parsing = parsing;
        }

        @Override
        public Optional<Handle> parse(String value) {
            return parsing.apply(value);
        }

        @Override
        public String format(Handle handle) {
            return handle.name();
        }

        @Override
        public String prefix() {
            return "a";
        }
    }

    @Test
    void random_ordinary_texts_are_scanned_and_read_alike() {
        assertThat(scannedOf(OrdinaryText::any)).isGreaterThan(CASES / 2);
    }

    @Test
    void random_texts_that_look_ordinary_are_read_alike() {
        assertThat(scannedOf(OrdinaryText::mutated)).isBetween(CASES / 10, CASES - CASES / 10);
    }

    @Test
    void random_texts_of_all_kinds_are_read_alike() {
        scannedOf(MutatedYaml::any);
    }

    private static int scannedOf(Function<Random, String> texts) {
        long firstSeed = Long.getLong("seed", System.nanoTime());
        int scanned = 0;
        for (long seed = firstSeed; seed < firstSeed + CASES; seed++) {
            String text = texts.apply(new Random(seed));
            assertSame(text, "-Dseed=" + seed);
            scanned += isScannedOrRefused(text) ? 1 : 0;
        }
        return scanned;
    }

    private static boolean isScannedOrRefused(String text) {
        try {
            return isScanned(text);
        } catch (RuntimeException refusedByARule) {
            return false;
        }
    }

    @Test
    void options_are_heeded_alike() {
        for (boolean scanner : new boolean[] {true, false}) {
            YamlOptions.Builder options = YamlOptions.builder().scanner(scanner);
            String strict = Outcome.of(
                    "a: enc[x]\n", options.nearMisses(NearMisses.REFUSE).build());
            assertThat(strict).contains("text refused: a.yaml, line 1, column 4");
            String shallow = Outcome.of("a:\n  b: ENC[x]\n", options.maxDepth(1).build());
            assertThat(shallow).contains("text refused: a.yaml, line 2, column 3");
            String template = Outcome.of(
                    "a: ENC[%%host%%]\n",
                    options.variables(TemplateVariables.of(Map.of("host", "h")))
                            .maxDepth(9)
                            .build());
            assertThat(template).contains("h@a:1:4");
        }
    }
}
