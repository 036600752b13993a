package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rewritten text and the resolved tree of one YAML text. */
class YamlTextTest {

    private final FakeBackend backend = new FakeBackend().put("x", "secret").put("y", "other");
    private final SecretResolver resolver = SecretResolver.builder(backend).build();

    private String rewritten(String yaml) {
        return YamlConfig.of("a.yaml", yaml).rewrite(resolver);
    }

    private Object tree(String yaml) {
        return YamlConfig.of("a.yaml", yaml).resolve(resolver);
    }

    @Test
    void only_the_characters_of_the_handles_change() {
        assertThat(rewritten("""
                                # comment
                                z:   1      # ENC[not]
                                a: &anchor !foo   "ENC[x]"   # kept
                                list: [ 0x1F, 'ENC[y]', ~ ]

                                b: *anchor
                                ...
                                # between
                                ---
                                n: 017
                                p:
                                    ENC[x]
                                """)).isEqualTo("""
                        # comment
                        z:   1      # ENC[not]
                        a: &anchor !foo   "secret"   # kept
                        list: [ 0x1F, "other", ~ ]

                        b: *anchor
                        ...
                        # between
                        ---
                        n: 017
                        p:
                            "secret"
                        """);
    }

    @Test
    void line_ends_and_a_byte_order_mark_stay() {
        assertThat(rewritten("\ufeffa: ENC[x]\r\n\r\nb: |-\r\n  ENC[y]\r\nc: 1\r\n"))
                .isEqualTo("\ufeffa: \"secret\"\r\n\r\nb: \"other\"\r\nc: 1\r\n");
    }

    @Test
    void a_block_scalar_gives_way_with_its_content_and_keeps_its_comment() {
        assertThat(rewritten("a: |-  # note\n   ENC[x]\n\n# after\nb: >2-\n   ENC[y]\n"))
                .isEqualTo("a: \"secret\"  # note\n\n# after\nb: \"other\"\n");
        assertThat(rewritten("a:\n- |-\n  ENC[x]\n- >-\n  ENC[y]")).isEqualTo("a:\n- \"secret\"\n- \"other\"\n");
    }

    /** Version 3.0.1 of the engine fails on them if it reads 1,024 characters at a time, as it does by default. */
    @Test
    void characters_of_two_units_may_stand_anywhere() {
        for (int length = 1_000; length < 2_060; length++) {
            String start = "# " + "x".repeat(length) + "\ud83d\ude00\na: &anchor ";
            assertThat(rewritten(start + "ENC[x]\n")).isEqualTo(start + "\"secret\"\n");
        }
    }

    /** A block scalar may stand as far left as its key; text in quotes there would be a key itself. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "e:\n>-\n ENC[x]\n",
                "e: &a\n|-\n ENC[x]\n",
                "a:\n  e:\n  >- # note\n   ENC[x]\n  f: 1\n",
                "-\n>-\n ENC[x]\n",
                "a: 1\nb:\n-\n>-\n ENC[x]\n",
                ">-\n ENC[x]\n",
                "\ufeffe:\r\n>-\r\n ENC[x]\r\n"
            })
    void a_block_as_far_left_as_its_key_stays_its_value(String yaml) {
        Object tree = tree(yaml);

        assertThat(String.valueOf(tree)).contains("secret");
        assertThat(tree(rewritten(yaml))).isEqualTo(tree);
    }

    @Test
    void a_block_that_begins_its_line_goes_one_blank_to_the_right() {
        assertThat(rewritten("e:\n>-\n ENC[x]\nf:\n  |-\n    ENC[y]\n"))
                .isEqualTo("e:\n \"secret\"\nf:\n   \"other\"\n");
    }

    @Test
    void handles_behind_astral_characters_are_replaced_at_the_right_place() {
        assertThat(rewritten("a: \"😀\" # 😀\nb: [😀, \"ENC[x]\"]\n😀: ENC[y] # 😀\n"))
                .isEqualTo("a: \"😀\" # 😀\nb: [😀, \"secret\"]\n😀: \"other\" # 😀\n");
    }

    @Test
    void a_text_without_handles_is_the_same_object_and_is_not_even_parsed() {
        String notYaml = "a: [ { ENC is not open\n\tb: *c";

        assertThat(rewritten(notYaml)).isSameAs(notYaml);
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void a_handle_may_be_spelled_with_escapes() {
        assertThat(rewritten("p: \"\\u0045NC[x]\"")).isEqualTo("p: \"secret\"");
    }

    @Test
    void a_secret_does_not_become_a_key_by_an_alias() {
        String yaml = "v: &k ENC[x]\n*k : 1\n";

        assertThat(rewritten(yaml)).isEqualTo("v: &k \"secret\"\n\"ENC[x]\" : 1\n");
        assertThat(tree(yaml)).isEqualTo(Map.of("v", "secret", "ENC[x]", 1));
    }

    @Test
    void a_value_that_repeats_a_key_is_replaced_and_the_key_is_not() {
        String yaml = "&k ENC[x]: 1\nv: *k\n";

        assertThat(rewritten(yaml)).isEqualTo("&k ENC[x]: 1\nv: \"secret\"\n");
        assertThat(tree(yaml)).isEqualTo(Map.of("ENC[x]", 1, "v", "secret"));
    }

    @Tag("engine-3.2")
    @Test
    void tabs_behind_a_plain_scalar_become_blanks_as_snakeyaml_refuses_them_behind_a_quoted_one() {
        assertThat(rewritten("a: ENC[x]\t\nb: ENC[x] \t# note\t\nc: 'ENC[x]'\t\nd: ENC[x]\t"))
                .isEqualTo("a: \"secret\" \nb: \"secret\"  # note\t\nc: \"secret\"\t\nd: \"secret\" ");
    }

    @Test
    void the_tag_of_one_exclamation_mark_makes_a_string_of_any_scalar() {
        assertThat(tree("- ! 12\n- ! ~\n- !\n- ! ENC[x]\n- ! [1]\n- ! {a: 1}\n"))
                .isEqualTo(List.of("12", "~", "", "secret", List.of(1), Map.of("a", 1)));
    }

    @Test
    void merge_keys_are_honoured_and_application_tags_ignored_in_the_tree() {
        assertThat(
                        tree(
                                "base: &b {p: \"ENC[x]\", q: 1}\nuse: {<<: *b, q: 2}\ntagged: !foo 12\nmap: !bar {a: !!str 1}\n"))
                .isEqualTo(Map.of(
                        "base", Map.of("p", "secret", "q", 1),
                        "use", Map.of("p", "secret", "q", 2),
                        "tagged", 12,
                        "map", Map.of("a", "1")));
    }

    @Test
    void an_anchored_map_stays_one_map() {
        Map<?, ?> tree = (Map<?, ?>) tree("a: &a {p: \"ENC[x]\"}\nb: *a\n");

        assertThat(tree.get("a")).isSameAs(tree.get("b")).isEqualTo(Map.of("p", "secret"));
    }

    @Test
    void the_core_schema_reads_scalars() {
        assertThat(tree("[0x1F, ~, True, 1e3, yes, 2024-01-01, 017, 0o17, .inf, \"1\", '', null]"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .containsExactly(
                        31, null, true, 1000.0, "yes", "2024-01-01", 17, 15, Double.POSITIVE_INFINITY, "1", "", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# only a comment\n", "\ufeff"})
    void a_text_without_documents_has_none(String yaml) {
        assertThat(YamlConfig.of("a.yaml", yaml).resolveDocuments(resolver)).isEmpty();
        assertThat(YamlConfig.of("a.yaml", yaml).resolve(resolver)).isNull();
    }

    @Test
    void a_scalar_is_a_document() {
        assertThat(tree("ENC[x]")).isEqualTo("secret");
        assertThat(tree("12")).isEqualTo(12);
    }

    @Test
    void several_documents_are_resolved_together_but_not_as_one() {
        YamlConfig config = YamlConfig.of("a.yaml", "a: ENC[x]\n---\nENC[y]\n---\n");

        assertThat(config.resolveDocuments(resolver)).containsExactly(Map.of("a", "secret"), "other", null);
        assertThatThrownBy(() -> config.resolve(resolver)).hasMessageContaining("3 documents where one is wanted");
        assertThat(backend.callCount()).isEqualTo(1);
    }

    @Test
    void a_secret_is_a_string_and_is_never_looked_at_again() {
        backend.put("x", "ENC[y]").put("y", "%%host%%");

        assertThat(tree("[\"ENC[x]\", \"ENC[y]\"]")).isEqualTo(List.of("ENC[y]", "%%host%%"));
        assertThat(rewritten("p: ENC[x]")).isEqualTo("p: \"ENC[y]\"");
    }

    @Test
    void an_unresolved_handle_drops_the_whole_text_and_is_named_with_its_place() {
        assertThatThrownBy(() -> rewritten("a: ENC[x]\nb:\n  - ENC[none]\n  - ENC[none]\n"))
                .isInstanceOf(UnresolvedHandlesException.class)
                .hasMessage("Could not resolve 1 of 2 handles in a.yaml\n"
                        + "  ENC[none] at b/0 (line 3), b/1 (line 4): the backend has no such handle");
    }

    @Test
    void a_failed_call_drops_the_text_with_the_calls_reason() {
        backend.fail(FailureKind.TIMEOUT, "too slow");

        assertThatThrownBy(() -> tree("a: ENC[x]\n")).isInstanceOfSatisfying(UnresolvedHandlesException.class, e -> {
            assertThat(e.failures())
                    .singleElement()
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT));
            assertThat(e).hasMessageContaining("too slow").isNotInstanceOf(BackendException.class);
        });
    }

    @Test
    void masked_documents_show_stars_and_ask_nobody() {
        assertThat(YamlConfig.of("a.yaml", "a: ENC[x]\nb: 1\n").maskedDocuments())
                .containsExactly(Map.of("a", "********", "b", 1));
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void a_configuration_prints_its_name_and_not_its_text() {
        assertThat(YamlConfig.of("a.yaml", "p: hunter2")).hasToString("YamlConfig[a.yaml]");
    }
}
