package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Handle;
import io.agentsecrets.NearMisses;
import io.agentsecrets.SecretValue;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import io.agentsecrets.tree.TemplateVariables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What usages, tree and text say of one YAML text, they say together, with a place, and before anybody is asked. */
class YamlAgreementTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final FakeBackend backend =
            new FakeBackend().put("x", "0x1F").put("y", "other").put("h", "secret");
    private final SecretResolver resolver = SecretResolver.builder(backend).build();

    private static YamlConfig config(String yaml) {
        return YamlConfig.of("a.yaml", yaml);
    }

    private static YamlConfig template(String yaml, String host) {
        TemplateVariables variables = TemplateVariables.of(Map.of("host", host, "port", "5432"));
        return YamlConfig.of(
                "a.yaml", yaml, YamlOptions.builder().variables(variables).build());
    }

    /** Refuses a text in all its forms, and returns the refusal. */
    private ConfigException refusal(YamlConfig config) {
        ConfigException refusal = catchThrowableOfType(ConfigException.class, config::usages);
        assertThat(refusal).as("the usages are refused").isNotNull();
        assertThat(catchThrowableOfType(ConfigException.class, config::warnings))
                .hasMessage(refusal.getMessage());
        assertThat(catchThrowableOfType(ConfigException.class, () -> config.resolveDocuments(resolver)))
                .hasMessage(refusal.getMessage());
        assertThat(catchThrowableOfType(ConfigException.class, () -> config.rewrite(resolver)))
                .hasMessage(refusal.getMessage());
        assertThat(backend.callCount()).isZero();
        return refusal;
    }

    /** Refuses the text alone, as other readers would see another one. */
    private ConfigException textRefusal(YamlConfig config) {
        assertThat(config.trees().usages()).isEqualTo(config.usages());
        ConfigException refusal = catchThrowableOfType(ConfigException.class, () -> config.rewrite(resolver));
        assertThat(refusal).as("the text is refused").isNotNull();
        assertThat(backend.callCount()).isZero();
        return refusal;
    }

    private String rewritten(YamlConfig config) {
        String rewritten = config.rewrite(resolver);
        assertThat(YamlConfig.of("again.yaml", rewritten).resolveDocuments(resolver))
                .isEqualTo(config.resolveDocuments(resolver));
        return rewritten;
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 25, 40, 60, 120})
    void keys_in_keys_are_refused_at_once(int levels) {
        String line = "? ".repeat(levels) + "a\n";

        org.junit.jupiter.api.Assertions.assertTimeout(LONG, () -> {
            assertThat(refusal(config(line + line + "# ENC["))).hasMessageContaining("more than four levels deep");
        });
    }

    @Test
    void a_few_keys_in_keys_are_fine() {
        assertThat(config("? ? ? ? ? a\n: ENC[x]\n").usages().handles()).containsExactly(new Handle("x"));
    }

    @Test
    void keys_in_keys_are_counted_through_aliases_too() {
        StringBuilder yaml = new StringBuilder("a0: &a0 {k: null}\n");
        for (int i = 1; i <= 40; i++) {
            yaml.append("a%d: &a%d {? *a%d : null}\nb%d: &b%d {? *a%d : null}\n".formatted(i, i, i - 1, i, i, i - 1));
        }

        assertThat(refusal(config(yaml + "# ENC[")))
                .hasMessage(
                        "a.yaml, line 10, column 12: keys that are maps or lists within such keys, more than four levels deep");
    }

    @Test
    void plus_infinity_is_a_number() {
        assertThat(config("a: +.inf\nb: [+.INF, +.Inf]\n+.inf: ENC[x]\n").resolve(resolver))
                .isEqualTo(Map.of(
                        "a",
                        Double.POSITIVE_INFINITY,
                        "b",
                        List.of(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY),
                        Double.POSITIVE_INFINITY,
                        "0x1F"));
        assertThat(config("a: +.inf\nb: ENC[x]\n").rewrite(resolver)).isEqualTo("a: +.inf\nb: \"0x1F\"\n");
    }

    @Test
    void two_angle_brackets_are_a_string_where_they_are_no_key() {
        assertThat(config("a: <<\nb: [<<, ENC[x]]\n".replace("ENC[x]", "'ENC[x]'"))
                        .resolve(resolver))
                .isEqualTo(Map.of("a", "<<", "b", List.of("<<", "0x1F")));
        assertThat(config("a: <<\nb: ENC[x]\n").rewrite(resolver)).isEqualTo("a: <<\nb: \"0x1F\"\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    a: {x: 1}#b:#  !!merge k: {y: 2}#c: ENC[x] | 3:11
                    a: !!int b#c: ENC[x]                       | 1:10
                    a: 1#b: !!float ENCx#c: ENC[x]             | 2:12
                    a: [1, !!binary '%']#c: ENC[x]             | 1:17
                    a: &m x#b:#  <<: *m#c: ENC[x]              | 3:3
                    """)
    void what_cannot_be_a_tree_is_refused_at_once_with_its_place(String yaml, String place) {
        ConfigException refusal = refusal(config(yaml.replace('#', '\n')));

        assertThat(refusal.line() + ":" + refusal.column()).isEqualTo(place);
    }

    @Test
    void members_of_a_set_are_values() {
        YamlConfig config = config("s: !!set\n  ? ENC[x]\n  ? 'ENC[y]' # kept\n  ? z\nf: !!set {'ENC[h]', b}\n");

        assertThat(config.resolve(resolver))
                .isEqualTo(Map.of("s", Set.of("0x1F", "other", "z"), "f", Set.of("secret", "b")));
        assertThat(config.rewrite(resolver))
                .isEqualTo("s: !!set\n  ? \"0x1F\"\n  ? \"other\" # kept\n  ? z\nf: !!set {\"secret\", b}\n");
        assertThat(config.usages().placesOf(new Handle("y"))).singleElement().hasToString("a.yaml: s/1 (line 3)");
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void members_of_a_set_may_have_the_same_value() {
        backend.put("y", "0x1F");

        assertThat(config("!!set\n? ENC[x]\n? ENC[y]\n").resolve(resolver)).isEqualTo(Set.of("0x1F"));
    }

    @Test
    void a_member_of_a_set_is_not_written_where_no_reader_finds_the_end_of_a_key() {
        assertThat(refusal(config("!!set\nENC[x]:\n"))).hasMessageContaining("a member of a set (!!set)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    !!int 1: ENC[x]          | 1
                    !!binary YQ==: ENC[x]    | YQ==
                    0x1F: ENC[x]             | 0x1F
                    ~: ENC[x]                | ~
                    ? [a]#: ENC[x]           | ?
                    """)
    void a_path_shows_each_key_as_it_is_written(String yaml, String path) {
        YamlConfig config = config(yaml.replace('#', '\n'));

        assertThat(config.usages().placesOf(new Handle("x")).get(0).path()).isEqualTo(path);
    }

    @Test
    void lines_that_end_with_a_carriage_return_alone_count() {
        assertThat(refusal(config("a: 1\rb: 2\rc: \u0001ENC[\n")))
                .hasMessageStartingWith("a.yaml, line 3, column 4: a character that YAML does not allow");
        assertThat(refusal(config("a: 1\rp: [ENC[x]]\r")))
                .hasMessageStartingWith("a.yaml, line 2, column 8: ")
                .hasMessageContaining("must be quoted");
    }

    @Test
    void a_delete_character_is_named_with_its_own_place() {
        assertThat(refusal(config("a: xy\u007fy # ENC[\n")))
                .hasMessageStartingWith("a.yaml, line 1, column 6: a character that YAML does not allow");
        assertThat(refusal(config("a: |\n  ENC[\n  \u007f\n"))).hasMessageStartingWith("a.yaml, line 3, column 3: ");
    }

    @Test
    void bytes_that_are_not_utf_8_have_the_column_that_an_editor_shows(@TempDir Path folder) throws IOException {
        byte[] text = "a: 1\rb: \ud83d\ude00\ud83d\ude00 ?".getBytes(StandardCharsets.UTF_8);
        text[text.length - 1] = (byte) 0xff;
        Path file = Files.write(folder.resolve("a.yaml"), text);

        assertThat(catchThrowableOfType(ConfigException.class, () -> YamlConfig.read(file)))
                .hasMessageStartingWith("a.yaml, line 2, column 7: this is not UTF-8");
    }

    @Test
    void a_variable_under_a_tag_is_replaced_where_it_fits() {
        assertThat(rewritten(template("a: !!int %%port%%\nb: !!str %%port%%\nc: !!int '%%port%%'\n", "h1")))
                .isEqualTo("a: !!int 5432\nb: !!str \"5432\"\nc: !!int 5432\n");
        assertThat(template("a: !!bool %%host%%\n", "true").resolve(resolver)).isEqualTo(Map.of("a", true));
        assertThat(refusal(template("a: !!bool %%host%%\n", "h1")))
                .hasMessage("a.yaml, line 1, column 11: a template variable does not fit its tag (such as !!int)");
        assertThat(refusal(template("a: !!bool %%port%%\n", "h1"))).hasMessageContaining("does not fit its tag");
        assertThat(refusal(template("a: !!int ENC[%%host%%]\n", "h1"))).hasMessageContaining("makes it no string");
        assertThat(refusal(template("!!int %%port%%: 1\n", "h1")))
                .hasMessageContaining("a key with a template variable");
        assertThat(refusal(template("a: &a !!int %%port%%\n*a : 1\n", "h1"))).hasMessageContaining("write it out");
    }

    @Test
    void a_variable_as_a_key_is_put_in_quotes() {
        assertThat(rewritten(template("%%host%%: 1\nb: {%%host%%\t: %%port%%}\n? %%host%%c\n: x%%host%%\n", "h1")))
                .isEqualTo("\"%%host%%\": 1\nb: {\"%%host%%\" : 5432}\n? \"%%host%%c\"\n: \"xh1\"\n");
        assertThat(template("x%%host%%: 1\n", "h1").rewrite(resolver)).isEqualTo("x%%host%%: 1\n");
    }

    @Test
    void a_variable_where_no_text_can_hold_it_is_refused() {
        assertThat(refusal(template("a: &%%host%% x\nb: %%host%%\n", "h1")))
                .hasMessageContaining("the text would not read the same");
    }

    @Test
    void the_tag_of_one_exclamation_mark_gives_way_to_quotes() {
        assertThat(rewritten(config("a: ! ENC[x]\nb: &b ! 'ENC[y]'\nc: ! &c |-\n  ENC[x]\nd: ! kept\n")))
                .isEqualTo("a:   \"0x1F\"\nb: &b   \"other\"\nc:   &c \"0x1F\"\nd: ! kept\n");
    }

    @Test
    void the_tag_of_an_application_stays_where_an_alias_is_written_out() {
        assertThat(rewritten(config("a: &x !app ENC[h]\n*x : 1\n")))
                .isEqualTo("a: &x !app \"secret\"\n!app \"ENC[h]\" : 1\n");
        assertThat(rewritten(config("&x !app ENC[h]: 1\nb: *x\n")))
                .isEqualTo("&x !app ENC[h]: 1\nb: !app \"secret\"\n");
        assertThat(rewritten(config("&x ! ENC[x]: 1\nb: *x\n"))).isEqualTo("&x ! ENC[x]: 1\nb: \"0x1F\"\n");
    }

    @Test
    void a_block_scalar_on_the_last_line_is_a_handle_without_a_line_end() {
        assertThat(rewritten(config("a: |\n  ENC[x]"))).isEqualTo("a: \"0x1F\"\n");
        assertThat(config("a: |\n  ENC[x]\n").usages().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0085", "\u2028", "\u2029", "\ufeff"})
    void characters_that_readers_disagree_on_are_warned_of_with_their_place(String odd) {
        YamlConfig config = config("a: ENC[x]\nb: \"" + odd + "\"\nc: x" + odd + "\n");

        assertThat(config.warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.origin().line() + ":" + warning.origin().column())
                    .isEqualTo("3:5");
            assertThat(warning.message()).contains("U+%04X".formatted((int) odd.charAt(0)));
        });
        assertThat(config.rewrite(resolver)).startsWith("a: \"0x1F\"\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# c\u0085p: ENC[x]\n",
                "# c\u2028p: ENC[x]\n",
                "a: b\u2029p 'ENC[x]'\n",
                "# c\u0085p: \"\\x45NC[x]\"\n",
                "# c\u0085p: \"\n  ENC[x]\"\n",
                "p: \"\u0085ENC[x]\"\n",
                "---\n\ufeff- ENC[x]\n",
                "a: |-\n  ENC[x]\n  \u0085# c\nb: 1\n",
                "\u0085a: |-\n  ENC[x]\n\u0085b: 1\n",
                "a: ENC[x]\n\u0085\n",
                "a: ENC[x]\n# c\u2028d\nb: 1\n",
                "a: ENC[x]\u2028 \t# c\nb: ENC[x]\n",
                "a: \"\\x45NC[x]\" # c\u2028\n",
                "{&p: \"ENC[x]\"}\n",
            })
    void no_text_is_written_in_which_other_readers_see_another_handle(String yaml) {
        textRefusal(config(yaml));
    }

    @Test
    void a_text_without_handles_is_left_alone_whatever_others_read() {
        String text = "a: C:\\temp\n# c\u2028d\nb: 1\n";
        assertThat(config(text).rewrite(resolver)).isEqualTo(text);
    }

    @Test
    void the_same_is_true_of_anchors_whose_names_end_elsewhere() {
        assertThat(textRefusal(config("{&p: \"ENC[x]\"}\n"))).hasMessageContaining("the name of an anchor");
    }

    @Test
    void a_byte_order_mark_before_a_later_document_is_named() {
        assertThat(refusal(config("a: ENC[x]\n\ufeff---\nb: 2\n")))
                .hasMessage("a.yaml, line 2, column 1: a byte order mark stands within the text, perhaps as files were"
                        + " joined; remove it");
        assertThat(refusal(config("\ufeff\ufeffa: ENC[x]\n"))).hasMessageContaining("a byte order mark stands within");
        assertThat(config("a: 1\n\ufeffb: 2\n").warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.origin().line()).isEqualTo(2));
    }

    @Test
    void a_key_that_repeats_a_handle_too_often_is_refused_before_it_is_written() {
        String handle = "ENC[" + "h".repeat(900) + "]";

        assertThat(refusal(config("- &a " + handle + "\n" + "- *a : 1\n".repeat(300_000))))
                .hasMessageContaining("make the text too long");
        assertThat(refusal(template("- &a ENC[" + "%%host%%".repeat(100) + "]\n" + "- *a : 1\n".repeat(200_000), "h")))
                .hasMessageContaining("make the text too long");
        assertThat(refusal(template("- &a ENC[" + "%%host%%".repeat(100) + "] : 1\n" + "- *a\n".repeat(300_000), "h")))
                .hasMessageContaining("make the text too long");
    }

    @Test
    void variables_do_not_fill_the_memory() {
        String longValue = "v".repeat(100_000);

        assertThat(refusal(template("a: " + "%%host%%".repeat(300_000), longValue)))
                .hasMessageContaining("make the text too long");
        assertThat(refusal(template("- ENC[%%host%%]\n".repeat(100_000), longValue)))
                .hasMessageContaining("make the text too long");
    }

    @Test
    void a_text_grows_by_four_times_its_secrets_and_a_mebibyte_and_no_more() {
        YamlConfig config = config("- ENC[x]\n".repeat(1000));
        Map<Handle, SecretValue> fits = Map.of(new Handle("x"), SecretValue.of("s".repeat(1053)));
        Map<Handle, SecretValue> tooLong = Map.of(new Handle("x"), SecretValue.of("s".repeat(1060)));

        assertThat(config.text().with(fits)).hasSize(1000 * "- \"\"\n".length() + 1000 * 1053);
        assertThat(catchThrowableOfType(
                        ConfigException.class, () -> config.text().with(tooLong)))
                .hasMessageContaining("four times its secrets and a mebibyte");
        assertThat(config.trees().with(tooLong)).isNotEmpty();
    }

    @Test
    void a_secret_of_odd_characters_alone_fits() {
        Map<Handle, SecretValue> values = new HashMap<>();
        values.put(new Handle("x"), SecretValue.of("\u00e9".repeat(500_000)));

        assertThat(config("p: ENC[x]\n").text().with(values)).hasSize("p: \"\"\n".length() + 3_000_000);
    }

    @Test
    void near_misses_are_refused_where_that_is_wanted() {
        YamlOptions strict = YamlOptions.builder().nearMisses(NearMisses.REFUSE).build();
        List<String> misses = new ArrayList<>(List.of("p: enc[x]", "p: a-ENC[x]", "ENC[x]: 1", "p: |\n  ENC[x]\n"));

        for (String yaml : misses) {
            assertThat(refusal(YamlConfig.of("a.yaml", yaml, strict)).line()).isEqualTo(1);
        }
        assertThat(YamlConfig.of("a.yaml", "p: ENC[x] # x\u0085y", strict).warnings())
                .hasSize(1);
    }
}
