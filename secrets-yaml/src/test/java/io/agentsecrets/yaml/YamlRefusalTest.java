package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are refused: with a place, without a word of the text, for trees and for texts alike. */
class YamlRefusalTest {

    private static final String CANARY = "hunter2";

    private final SecretResolver resolver =
            SecretResolver.builder(new FakeBackend().put("x", "secret")).build();

    /** Refuses a text as a tree and as a text, and returns the refusal. */
    private ConfigException refusal(String yaml) {
        ConfigException ofTree = catchThrowableOfType(
                ConfigException.class, () -> YamlConfig.of("a.yaml", yaml).resolveDocuments(resolver));
        ConfigException ofText = catchThrowableOfType(
                ConfigException.class,
                () -> YamlConfig.of("a.yaml", yaml + "\n# ENC[ makes it worth parsing")
                        .rewrite(resolver));
        assertThat(ofTree).as("the tree is refused").isNotNull();
        assertThat(ofText).as("the text is refused").isNotNull();
        assertThat(ofText.kind()).isEqualTo(ofTree.kind());
        assertThat(ofTree.kind()).isEqualTo(FailureKind.CONFIG);
        StringWriter trace = new StringWriter();
        ofTree.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(CANARY, "snakeyaml.engine.v2.exceptions");
        return ofTree;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    p: [ENC[hunter2]]         | 1:8  | put it in quotes
                    {p: ENC[hunter2]}         | 1:8  | put it in quotes
                    p: ENC[hunter2: v]        | 1:15 | put it in quotes
                    p: 'hunter2               | 1:4  | a quote is not closed
                    p: @hunter2               | 1:4  | must be in quotes
                    p: *hunter2               | 1:4  | an alias
                    p: "hunter2 \\q"          | 1:14 | escape
                    p: !!int hunter2          | 1:10 | does not fit its tag
                    p: !!float hunter2        | 1:12 | does not fit its tag
                    p: !!set [hunter2]        | 1:4  | does not fit its tag
                    hunter2: [&a [*a]]        | 1:15 | contains itself
                    p: - hunter2              | 1:4  |
                    """)
    void bad_syntax_has_a_place_and_a_mend_but_no_text(String yaml, String place, String mend) {
        ConfigException refusal = refusal(yaml);

        assertThat(refusal.line() + ":" + refusal.column()).isEqualTo(place);
        assertThat(refusal).hasMessageContaining(mend == null ? "" : mend);
    }

    @Test
    void a_tab_that_indents_a_line_is_named() {
        String problem = ": a tab stands in the indentation, where YAML allows only blanks; write blanks instead";

        assertThat(refusal("a:\n\t- hunter2")).hasMessage("a.yaml, line 2, column 1" + problem);
        assertThat(refusal("a: hunter2\n\tp: ENC[hunter2]")).hasMessage("a.yaml, line 2, column 1" + problem);
    }

    @Test
    void a_key_that_is_indented_too_far_is_named() {
        assertThat(refusal("a: hunter2\n  b: hunter2"))
                .hasMessage("a.yaml, line 2, column 4: a ': ' stands where no key can be; put the value that it belongs"
                        + " to in quotes, or indent the line like the keys beside it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "? &x {password: \"ENC[x]\"}\n: 1\nb: *x\n",
                "? &x [\"ENC[x]\"]\n: 1\nb: *x\n",
                "? [&x [\"ENC[x]\"]]\n: 1\nb: *x\n",
                "? &x {password: \"ENC[x]\"}\n: 1\nb: {<<: *x}\n",
                "? &x {\"ENC[x]\": 1}\n: 1\nb: [*x]\n",
            })
    void a_key_with_handles_is_not_repeated_as_a_value(String yaml) {
        assertThat(refusal(yaml)).hasMessageContaining("an alias repeats a map or list with handles that is a key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &x [\"ENC[x]\"]\n? *x\n: v\n",
                "a: &x {p: [\"ENC[x]\"]}\n? *x\n: v\n",
                "a: &x [\"ENC[x]\"]\nb: &y [*x]\n? {c: *y}\n: v\n",
            })
    void a_value_with_handles_is_not_repeated_as_a_key(String yaml) {
        assertThat(refusal(yaml)).hasMessageContaining("secrets cannot be keys");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c: !!bool ENC[x]", "c: !!null ENC[x]", "c: !!int 'ENC[x]'"})
    void a_handle_that_is_told_to_be_no_string_is_refused(String yaml) {
        assertThat(refusal(yaml)).hasMessageContaining("a handle with a tag that makes it no string");
    }

    @Test
    void a_long_handle_is_not_written_where_no_reader_finds_the_end_of_a_key() {
        assertThat(refusal("a: &x ENC[" + "x".repeat(1000) + "]\n*x : v\n"))
                .hasMessageContaining("a key repeats a handle of more than 1,000 characters");
    }

    @Test
    void maps_and_lists_as_keys_are_few() {
        StringBuilder yaml = new StringBuilder();
        for (int i = 0; i < 1001; i++) {
            yaml.append("? [").append(i).append("]\n: 1\n");
        }

        assertThat(refusal(yaml.toString())).hasMessageContaining("line 2001, column 3: more than 1000 maps or lists");
    }

    @Test
    void long_keys_do_not_fill_the_memory_with_paths() {
        YamlConfig config =
                YamlConfig.of("a.yaml", "? " + "k".repeat(1_000_000) + "\n:\n" + "- ENC[x]\n".repeat(50_000));

        assertThat(config.usages().placesOf(new Handle("x")).get(7).path()).isEqualTo("k".repeat(100) + ".../7");
        assertThat(refusal("? " + "k".repeat(200) + "\n:\n" + "- ENC[x]\n".repeat(150_000)))
                .hasMessageContaining("too many handles or warnings under long keys");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!-%3 hunter2",
                "p: \"\\UD3332335 hunter2\"",
                "hunter2: \u0007",
                "p: \"\ud800\"",
                "\thunter2: 1",
                "%YAML 3.0\n---\nhunter2: 1",
                "a: hunter2\n b: c",
                "<<: hunter2",
                "? hunter2\n- x",
                "!<tag:yaml.org,2002:str> [hunter2]",
            })
    void whatever_the_parser_throws_is_refused(String yaml) {
        refusal(yaml);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    a: 1#a: hunter2             | 2
                    "a": 1#a: hunter2           | 2
                    1: a#0x1: hunter2           | 2
                    ~: a#null: hunter2          | 2
                    true: a#True: hunter2       | 2
                    &a k: v#*a : hunter2        | 2
                    ? [1]#: v#? [1]#: hunter2   | 3
                    b: {c: {d: 1, d: hunter2}}  | 1
                    """)
    void the_same_key_twice_is_refused(String yaml, int line) {
        ConfigException refusal = refusal(yaml.replace('#', '\n'));

        assertThat(refusal).hasMessageContaining("the same key stands twice");
        assertThat(refusal.line()).isEqualTo(line);
    }

    @Test
    void keys_that_only_look_alike_are_fine() {
        Assertions.assertThatCode(() -> YamlConfig.of(
                                "a.yaml", "1: a\n\"1\": b\n~: c\n'': d\n'~': e\n? [x, x]\n: f\n? {y: x, z: x}\n: g\n")
                        .resolve(resolver))
                .doesNotThrowAnyException();
    }

    @Test
    void a_hundred_and_twenty_eight_levels_are_fine_and_one_more_is_refused() {
        String deepest = "[".repeat(128) + "\"ENC[x]\"" + "]".repeat(128);

        assertThat(YamlConfig.of("a.yaml", deepest).rewrite(resolver)).contains("\"secret\"");
        assertThat(refusal("[" + deepest + "]")).hasMessageContaining("more than 128 levels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? "})
    void endless_nesting_is_refused_at_once(String opening) {
        Assertions.assertThat(refusal(opening.repeat(50_000))).hasMessageContaining("levels deep");
    }

    @Test
    void three_mebibytes_are_fine_and_one_byte_more_is_refused() {
        String yaml = "p: ENC[x]\n#" + "é".repeat((3 * 1024 * 1024 - 11) / 2) + "#";

        assertThat(yaml.getBytes(StandardCharsets.UTF_8)).hasSize(3 * 1024 * 1024);
        assertThat(YamlConfig.of("a.yaml", yaml).rewrite(resolver)).startsWith("p: \"secret\"\n");
        ConfigException refusal = catchThrowableOfType(
                ConfigException.class, () -> YamlConfig.of("a.yaml", yaml + "#").rewrite(resolver));
        assertThat(refusal).hasMessageContaining("longer than 3145728 bytes");
    }

    @Test
    void numbers_of_more_than_a_thousand_characters_are_refused_quickly() {
        Assertions.assertThatCode(
                        () -> YamlConfig.of("a.yaml", "n: " + "1".repeat(1000)).resolve(resolver))
                .doesNotThrowAnyException();
        Assertions.setMaxStackTraceElementsDisplayed(10);
        org.junit.jupiter.api.Assertions.assertTimeout(Duration.ofSeconds(60), () -> {
            assertThat(refusal("n: " + "1".repeat(1001))).hasMessageContaining("more than 1,000 characters");
            refusal("n: -" + "7".repeat(1_000_000));
            refusal("n: 0x" + "f".repeat(1_000_000));
            refusal("n: 1." + "5".repeat(1_000_000));
            refusal("n: !!int \"" + "5".repeat(1_000_000) + "\"");
            refusal("9".repeat(5_000) + ": v");
        });
    }

    @Test
    void an_alias_in_the_place_of_a_key_that_repeats_a_very_long_handle_is_refused() {
        String handle = "ENC[" + "h".repeat(993) + "]";

        assertThat(YamlConfig.of("a.yaml", "a: &a " + handle + "\n*a : v")
                        .usages()
                        .handles())
                .hasSize(1);
        assertThat(refusal("a: &a ENC[h" + handle.substring(4) + "\n*a : v"))
                .hasMessageContaining("a key repeats a handle of more than 1,000 characters");
    }

    @Test
    void more_than_fifty_aliases_of_collections_are_refused() {
        String anchors = "a: &a [ENC]\ns: &s x\n";

        String aliases = "b: [" + "*a, ".repeat(50) + "*s]\n" + "c: [" + "*s, ".repeat(500) + "]\n";
        assertThat(YamlConfig.of("a.yaml", anchors + aliases + "p: ENC[x]").rewrite(resolver))
                .contains("secret");
        assertThat(refusal(anchors + aliases + "d: *a\n")).hasMessageContaining("more than 50 aliases");
    }

    @Test
    void merges_within_merges_that_copy_a_large_map_again_and_again_are_refused() {
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            keys.append('k').append(i).append(',');
        }
        String merged = "{<<: ".repeat(10) + "{" + keys + "}" + "}".repeat(10);
        assertThat(YamlConfig.of("a.yaml", "m: " + merged).usages().handles()).isEmpty();
        assertThat(refusal("m: " + merged + "\nn: " + merged + "\no: {<<: {x: 1}}\n"))
                .hasMessageContaining("merge keys (<<) that stand for more than 1000000 entries");
    }

    @Test
    void an_alias_bomb_is_refused_before_anything_walks_it() {
        StringBuilder bomb = new StringBuilder("a: &a [z,z,z,z,z,z,z,z,z]\n");
        for (char c = 'b'; c <= 'h'; c++) {
            String alias = "*" + (char) (c - 1) + ",";
            bomb.append(c)
                    .append(": &")
                    .append(c)
                    .append(" [")
                    .append(alias.repeat(7))
                    .append("]\n");
        }

        assertThat(bomb.length()).isLessThan(600);
        assertThat(refusal(bomb.toString())).hasMessageContaining("too many aliases");
    }

    @Test
    void files_that_are_not_utf_8_or_cannot_be_read_are_refused(@TempDir Path folder) throws IOException {
        Path latin1 = Files.write(
                folder.resolve("latin1.yaml"), "a: 1\np: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        Path utf16 = Files.write(folder.resolve("utf16.yaml"), "p: hunter2".getBytes(StandardCharsets.UTF_16));
        Path cut = Files.write(folder.resolve("cut.yaml"), new byte[] {'p', ':', ' ', (byte) 0xc3});

        assertThat(reading(latin1))
                .hasMessage("latin1.yaml, line 2, column 7: this is not UTF-8; save the file in that encoding");
        assertThat(reading(utf16)).hasMessageContaining("this is not UTF-8");
        assertThat(reading(cut)).hasMessageContaining("this is not UTF-8");
        assertThat(reading(folder)).hasMessageContaining("it is a folder");
        assertThat(reading(folder.resolve("none.yaml"))).hasMessageContaining("no such file");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no pipes and devices among files")
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_pipe_or_a_device_is_not_opened_as_it_might_never_end(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path link = Files.createSymbolicLink(folder.resolve("link.yaml"), pipe);
        Path good = Files.writeString(folder.resolve("good.yaml"), "a: 1");

        assertThat(reading(pipe))
                .hasMessage("pipe.yaml: cannot read " + pipe + ": it is not a regular file; put its content into one");
        assertThat(reading(link)).hasMessageContaining(": it is not a regular file; ");
        assertThat(reading(Path.of("/dev/zero"))).hasMessageContaining(": it is not a regular file; ");
        assertThat(YamlConfig.read(Files.createSymbolicLink(folder.resolve("other.yaml"), good))
                        .usages()
                        .handles())
                .isEmpty();
    }

    private static ConfigException reading(Path file) {
        return catchThrowableOfType(ConfigException.class, () -> YamlConfig.read(file));
    }
}
