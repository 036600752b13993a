package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import io.agentsecrets.tree.TemplateVariables;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Template variables in YAML: replaced first, in values only, and never more than a value. */
class YamlTemplateTest {

    private final FakeBackend backend = new FakeBackend().put("db_h1", "secret");
    private final SecretResolver resolver = SecretResolver.builder(backend).build();

    private static YamlConfig config(String yaml, Map<String, String> variables) {
        YamlOptions options = YamlOptions.builder()
                .variables(TemplateVariables.of(variables).withEnvironment(Map.of("USER", "me")))
                .build();
        return YamlConfig.of("a.yaml", yaml, options);
    }

    private Object tree(String yaml, Map<String, String> variables) {
        return config(yaml, variables).resolve(resolver);
    }

    @Test
    void variables_are_replaced_unquoted_in_quotes_in_blocks_and_inside_handles() {
        String yaml =
                "a: %%host%%\nb: '%%host%%'\nc: |\n  x %%host%%\nd: [%%host%%, \"%%env_USER%%\"]\ne: ENC[db_%%host%%]\n";

        assertThat(tree(yaml, Map.of("host", "h1")))
                .isEqualTo(Map.of("a", "h1", "b", "h1", "c", "x h1\n", "d", List.of("h1", "me"), "e", "secret"));
        assertThat(backend.calls()).containsExactly(Set.of(new Handle("db_h1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\ue000",
                "\\U0000e000",
                "\\uE000\\uE000host\\uE000\\uE000",
                "\ue000",
                "\ue000\ue000host\ue000\ue000",
            })
    void private_characters_are_not_taken_for_variables(String value) {
        String yaml = "a: \"" + value + "\"\nb: %%host%%\n";

        assertThat(config(yaml, Map.of("host", "h1")).rewrite(resolver)).isEqualTo(yaml.replace("%%host%%", "\"h1\""));
        assertThat(tree(yaml, Map.of("host", "h1")).toString())
                .contains("\ue000")
                .contains("b=h1");
    }

    @Test
    void a_text_with_every_private_character_is_no_template() {
        StringBuilder yaml = new StringBuilder("a: %%host%%\n# ");
        for (char c = '\ue000'; c <= '\uf8ff'; c++) {
            yaml.append(c);
        }

        assertThat(catchThrowableOfType(ConfigException.class, () -> tree(yaml.toString(), Map.of("host", "h1"))))
                .hasMessageContaining("remove one of these");
    }

    @Test
    void only_names_that_the_agent_knows_are_named_as_a_password_may_look_like_one() {
        YamlConfig config = config("a: pa%%Hunter2%%ss\nb: x%%env_NONE%%\n", Map.of());

        assertThat(config.warnings())
                .extracting(Object::toString)
                .allSatisfy(warning -> assertThat(warning).doesNotContain("Hunter2"))
                .anySatisfy(warning -> assertThat(warning).contains("something like a template variable has no value"))
                .anySatisfy(warning -> assertThat(warning).contains("%%env_NONE%% has no value"));
    }

    @Test
    void a_variable_of_broken_unicode_is_refused() {
        assertThat(catchThrowableOfType(ConfigException.class, () -> tree("a: %%host%%\n", Map.of("host", "x\ud83d"))))
                .hasMessageContaining("half a surrogate pair");
    }

    @Test
    void wide_blanks_belong_to_the_content_of_a_block() {
        assertThat(config("a: |\n  %%host%%\n  \u2003\nb: 1\n", Map.of("host", "db1"))
                        .rewrite(resolver))
                .isEqualTo("a: \"db1\\n\\u2003\\n\"\nb: 1\n");
    }

    @Test
    void places_are_those_of_the_text_as_it_is_written() {
        YamlConfig config =
                config("a: %%host%%\nb: {c: %%host%%, d: \"ENC[db_%%host%%]\"}\n", Map.of("host", "a long name"));

        assertThat(config.usages().placesOf(new Handle("db_a long name")))
                .singleElement()
                .hasToString("a.yaml: b/d (line 2)")
                .satisfies(origin -> assertThat(origin.column()).isEqualTo(21));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x: y",
                "a\nb: c",
                "'",
                "\"",
                "\\",
                "- a",
                "&a",
                "*a",
                "}",
                "]",
                "# x",
                "%%port%%",
                "!!int 1",
                "|",
                "",
                " "
            })
    void what_a_variable_brings_in_stays_one_string(String hostile) {
        String yaml = "a: %%host%%\nb: {c: %%host%%, d: 'x%%host%%'}\n%%host%%: key\n";
        Map<String, String> variables = Map.of("host", hostile, "port", "5432");

        Map<String, Object> expected =
                Map.of("a", hostile, "b", Map.of("c", hostile, "d", "x" + hostile), "%%host%%", "key");
        assertThat(tree(yaml, variables)).isEqualTo(expected);
        assertThat(YamlConfig.of(
                                "b.yaml",
                                config(yaml.replace("%%host%%: key\n", ""), variables)
                                        .rewrite(resolver))
                        .resolve(resolver))
                .isEqualTo(Map.of("a", hostile, "b", Map.of("c", hostile, "d", "x" + hostile)));
    }

    @Test
    void a_variable_may_not_bring_in_a_handle() {
        ConfigException refusal = catchThrowableOfType(
                ConfigException.class, () -> tree("a: 1\nb: %%host%%\n", Map.of("host", "ENC[db_h1]")));

        assertThat(refusal.kind()).isEqualTo(FailureKind.DENIED);
        assertThat(refusal)
                .hasMessage("a.yaml, line 2, column 4: a template variable may not bring in a handle;"
                        + " write ENC[...] in the source, with the variable in it");
        assertThat(backend.callCount()).isZero();
    }

    @Test
    void a_plain_value_that_is_one_variable_may_become_a_number_or_a_boolean() {
        String yaml = "[%%port%%, '%%port%%', 1%%port%%, %%on%%, %%float%%, %%octal%%]";

        assertThat(tree(yaml, Map.of("port", "5432", "on", "true", "float", "1e3", "octal", "017")))
                .isEqualTo(List.of(5432, "5432", "15432", true, "1e3", "017"));
    }

    @Test
    void a_variable_without_a_value_is_left_and_warned_of() {
        YamlConfig config = config("a: %%host%%\nb: like '%%open%%'\n", Map.of());

        assertThat(config.resolve(resolver)).isEqualTo(Map.of("a", "%%host%%", "b", "like '%%open%%'"));
        assertThat(config.warnings())
                .extracting(warning -> warning.origin().line())
                .containsExactly(1, 2);
        assertThat(config.warnings().get(0).message()).contains("%%host%% has no value");
    }

    @Test
    void a_text_may_hold_the_character_that_stands_for_percent_while_it_is_parsed() {
        assertThat(tree("a: \ue000\ue000x\ue000\ue000\nb: %%host%%\n", Map.of("host", "h1", "x", "no")))
                .isEqualTo(Map.of("a", "\ue000\ue000x\ue000\ue000", "b", "h1"));
    }

    @Test
    void without_variables_percent_signs_mean_nothing() {
        assertThat(YamlConfig.of("a.yaml", "a: '%%host%%'").resolve(resolver)).isEqualTo(Map.of("a", "%%host%%"));
    }
}
