package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.Handle;
import io.agentsecrets.Origin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where handles are found, and what is suspicious. */
class YamlHandlesTest {

    private static List<String> places(String yaml) {
        List<String> places = new ArrayList<>();
        YamlConfig.of("a.yaml", yaml).usages().forEach((handle, origins) -> {
            for (Origin origin : origins) {
                places.add(handle.name() + " at " + origin.path() + " " + origin.line() + ":" + origin.column());
            }
        });
        return places;
    }

    private static List<String> warnings(String yaml) {
        List<String> warnings = new ArrayList<>();
        YamlConfig.of("a.yaml", yaml)
                .warnings()
                .forEach(warning -> warnings.add(
                        warning.origin().line() + ":" + warning.origin().column() + " " + warning.message()));
        return warnings;
    }

    @Test
    void a_handle_has_the_path_line_and_column_of_its_scalar() {
        assertThat(places("init_config:\ninstances:\n  - server: db_prod\n    user: ENC[db_prod_user]\n"))
                .containsExactly("db_prod_user at instances/0/user 4:11");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    p: ENC[x]                          | x at p 1:4
                    p: "ENC[x]"                        | x at p 1:4
                    p: '  ENC[x]\t'                    | x at p 1:4
                    ENC[x]                             | x at  1:1
                    --- ENC[x]                         | x at  1:5
                    - - ENC[x]                         | x at 0/0 1:5
                    {a: {b: "ENC[x]"}}                 | x at a/b 1:9
                    [1, "ENC[x]"]                      | x at 1 1:5
                    p: &anchor ENC[x]                  | x at p 1:12
                    p: !!str ENC[x]                    | x at p 1:10
                    p: !foo &a ENC[x]                  | x at p 1:12
                    p: &a !foo ENC[x]                  | x at p 1:12
                    1: ENC[x]                          | x at 1 1:4
                    ~: ENC[x]                          | x at ~ 1:4
                    "😀": "ENC[x]"                     | x at 😀 1:6
                    p: ENC[user_array[1337]]           | user_array[1337] at p 1:4
                    p: ENC[]]]]                        | ]]] at p 1:4
                    p: ENC[a]ENC[b]                    | a]ENC[b at p 1:4
                    """)
    void handles_are_found_however_the_scalar_is_written(String yaml, String place) {
        assertThat(places(yaml)).containsExactly(place);
    }

    @Test
    void handles_are_found_in_block_scalars_on_further_lines_and_in_further_documents() {
        assertThat(places("a: |-\n  ENC[x]\nb: >-\n  ENC[y\n  z]\n\nc: &a\n  ENC[v]\n---\n- ENC[w\n  x]\n"))
                .containsExactly("x at a 1:4", "y z at b 3:4", "v at c 8:3", "w x at 0 10:3");
    }

    @Test
    void a_byte_order_mark_and_windows_line_ends_do_not_move_places() {
        assertThat(places("\ufeffa: ENC[x]\r\nb: ENC[y]\r\n")).containsExactly("x at a 1:4", "y at b 2:4");
    }

    @Test
    void columns_count_code_points() {
        assertThat(places("[\"😀😀\", \"ENC[x]\"]")).containsExactly("x at 1 1:8");
    }

    @Test
    void an_aliased_handle_counts_once_where_it_is_written() {
        assertThat(places("a: &a\n  p: ENC[x]\nb: *a\nc:\n  <<: *a\n  q: 1\n")).containsExactly("x at a/p 2:6");
    }

    @Test
    void a_value_that_repeats_a_key_counts_where_the_alias_stands() {
        assertThat(places("&k ENC[x]: 1\nv: *k\n")).containsExactly("x at v 2:4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ENC[x]: v", "? ENC[x]\n: v", "? [\"ENC[x]\"]\n: v", "p: !!binary aGk=", "a: 1\nb: true\nc: ~"})
    void keys_and_values_that_are_no_strings_are_no_handles(String yaml) {
        assertThat(places(yaml)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    p: db-ENC[x]           | 1:4 text stands before ENC[
                    p: ENC[x]!             | 1:4 text stands after the last ]
                    p: enc[x]              | 1:4 ENC must be in capitals
                    p: Enc [x]             | 1:4 a blank stands between ENC and [
                    p: ENC [x]             | 1:4 a blank stands between ENC and [
                    p: ENC[x               | 1:4 ENC[ is not closed by ]
                    p: ENC[a # b]          | 1:4 ENC[ is not closed by ]
                    ENC[x]: v              | 1:1 a handle stands in the place of a key
                    p: ENC(abc)            | 1:4 this is the format of Jasypt
                    p: ENC[PKCS7,abc]      | 1:4 this is the format of hiera-eyaml
                    """)
    void near_misses_are_warned_of(String yaml, String warning) {
        assertThat(warnings(yaml)).singleElement().asString().startsWith(warning);
    }

    @Test
    void a_block_scalar_with_a_last_line_feed_is_a_near_miss() {
        assertThat(warnings("a: 1\nb: |\n  ENC[x]\n"))
                .singleElement()
                .asString()
                .startsWith("2:4 the value ends with a line break")
                .contains("|-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p: ENC[x]",
                "p: presence[x]",
                "p: fenc [x]",
                "p: select ENC(x) from t",
                "p: '[a-z]+(b)'",
                "p: encoding",
                "p: ENC[AES256_GCM,data:v8jQ=,iv:HBE=,aad:21c=,tag:gA==]",
                "# ENC[x",
            })
    void innocent_text_is_not_warned_of(String yaml) {
        assertThat(warnings(yaml)).isEmpty();
    }

    @Test
    void an_empty_handle_is_found_so_that_it_can_be_refused() {
        assertThat(YamlConfig.of("a.yaml", "p: ENC[]").usages().handles()).containsExactly(new Handle(""));
    }
}
