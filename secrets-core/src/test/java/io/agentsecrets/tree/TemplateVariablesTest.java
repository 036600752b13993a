package io.agentsecrets.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.HandleSyntax;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateVariablesTest {

    private final TemplateVariables variables = TemplateVariables.of(
                    Map.of("host", "db1", "port", "5432", "empty", "", "loop", "%%host%%", "odd", "$1\\"))
            .withEnvironment(Map.of("ZONE", "eu", "host", "of the environment"));

    @ParameterizedTest
    @CsvSource({
        "%%host%%, db1",
        "%%host%%:%%port%%, db1:5432",
        "%%host%%%%port%%, db15432",
        "%%%host%%%, %db1%",
        "ENC[db_%%host%%], ENC[db_db1]",
        "%%env_ZONE%%, eu",
        "a%%empty%%b, ab",
        "%%loop%%, %%host%%",
        "%%odd%%, $1\\",
        "%%unknown%%, %%unknown%%",
        "%%env_NONE%%, %%env_NONE%%",
        "%%env_%%, %%env_%%",
        "%%ZONE%%, %%ZONE%%",
        "%%HOST%%, %%HOST%%",
        "%% host %%, %% host %%",
        "100%%, 100%%",
        "%host%, %host%"
    })
    void replaces_each_variable_once(String text, String replaced) {
        assertThat(variables.replaceIn(text)).isEqualTo(replaced);
    }

    @Test
    void counts_what_it_would_write_and_refuses_a_tree_that_grows_by_more_than_a_mebibyte() {
        TemplateVariables longOne = TemplateVariables.of(Map.of("long", "x".repeat(100_000)));
        String text = "%%long%%".repeat(300_000);

        assertThat(variables.lengthAfter("%%host%%:%%unknown%%")).isEqualTo("db1:%%unknown%%".length());
        assertThat(longOne.lengthAfter(text)).isEqualTo(30_000_000_000L);
        assertThatThrownBy(() -> longOne.replaceIn("a.yaml", Map.of("p", List.of(text)), HandleSyntax.enc()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("a.yaml: at p/0: template variables bring in too much text; shorten their values");
    }

    @Test
    void what_stands_around_a_value_makes_no_new_variable_with_it() {
        TemplateVariables hostile = TemplateVariables.of(Map.of("a", "%%", "b", "%%secret%", "secret", "never"));

        assertThat(hostile.replaceIn("%%a%%secret%%a%%")).isEqualTo("%%secret%%");
        assertThat(hostile.replaceIn("%%b%%%")).isEqualTo("%%secret%%");
    }

    @Test
    void returns_the_same_object_when_nothing_is_replaced() {
        String percent = "100%% of %%unknown%%";
        List<Object> tree = List.of("LIKE '%%a'", percent, 1);

        assertThat(variables.replaceIn(percent)).isSameAs(percent);
        assertThat(variables.replaceIn("a.yaml", tree, HandleSyntax.enc())).isSameAs(tree);
        assertThat(TemplateVariables.none().replaceIn("%%host%%")).isEqualTo("%%host%%");
    }

    @Test
    void names_the_variables_that_have_no_value() {
        assertThat(variables.unknownIn("%%host%% %%b%% %%env_ZONE%% %%a%% %%b%% %%env_X%%"))
                .containsExactly("b", "a", "env_X");
        assertThat(variables.unknownIn("plain")).isEmpty();
    }

    @Test
    void replaces_variables_in_the_values_of_a_tree_and_not_in_its_keys() {
        Object replaced = variables.replaceIn("a.yaml", Map.of("%%host%%", List.of("%%host%%", 5)), HandleSyntax.enc());

        assertThat(replaced).isEqualTo(Map.of("%%host%%", List.of("db1", 5)));
    }

    @Test
    void a_variable_may_stand_inside_a_handle() {
        Object replaced = variables.replaceIn("a.yaml", Map.of("p", "ENC[db_%%host%%]"), HandleSyntax.enc());

        assertThat(replaced).isEqualTo(Map.of("p", "ENC[db_db1]"));
    }

    @ParameterizedTest
    @CsvSource({
        "%%host%%, ENC[root]",
        "%%host%%, ' ENC[root]\t'",
        "ENC[%%host%%, x]",
        "%%host%%oot], ENC[r",
        "E%%host%%root], NC[",
        "%%host%%ENC[root], ''",
        "ENC[root]%%host%%, ' '"
    })
    void a_hostile_value_cannot_become_a_handle(String text, String host) {
        TemplateVariables hostile = TemplateVariables.of(Map.of("host", host));
        Object tree = Map.of("instances", List.of(Map.of("server", text)));

        assertThatThrownBy(() -> hostile.replaceIn("a.yaml", tree, HandleSyntax.enc()))
                .isInstanceOfSatisfying(ConfigException.class, refusal -> {
                    assertThat(refusal.kind()).isEqualTo(FailureKind.DENIED);
                    assertThat(refusal.source()).isEqualTo("a.yaml");
                })
                .hasMessage("a.yaml: at instances/0/server: a template variable may not bring in a handle;"
                        + " write ENC[...] in the source, with the variable in it")
                .hasNoCause();
    }

    @Test
    void a_hostile_value_cannot_become_a_handle_of_the_caret_form_either() {
        TemplateVariables hostile = TemplateVariables.of(Map.of("host", "^root"));

        assertThatThrownBy(() -> hostile.replaceIn("app.config", List.of("%%host%%"), HandleSyntax.caret()))
                .hasMessage("app.config: at 0: a template variable may not bring in a handle;"
                        + " write ENC[...] in the source, with the variable in it");
    }

    @Test
    void a_tree_that_is_too_deep_is_refused() {
        Object tree = "x";
        for (int i = 0; i < 129; i++) {
            tree = List.of(tree);
        }
        Object deep = tree;

        assertThatThrownBy(() -> variables.replaceIn("a.yaml", deep, HandleSyntax.enc()))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(FailureKind.CONFIG));
    }
}
