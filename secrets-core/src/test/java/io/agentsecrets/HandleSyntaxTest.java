package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandleSyntaxTest {

    private final HandleSyntax enc = HandleSyntax.enc();
    private final HandleSyntax caret = HandleSyntax.caret();

    static Stream<Arguments> values_and_their_handles() {
        return Stream.of(
                Arguments.of("ENC[db_prod_user]", "db_prod_user"),
                Arguments.of("  ENC[x]\t", "x"),
                Arguments.of("\t \tENC[x] \t ", "x"),
                Arguments.of("ENC[ a ]", " a "),
                Arguments.of("ENC[user_array[1337]]", "user_array[1337]"),
                Arguments.of("ENC[]]]]", "]]]"),
                Arguments.of("ENC[[]", "["),
                Arguments.of("ENC[a]ENC[b]", "a]ENC[b"),
                Arguments.of("ENC[{\"env\": \"prod\", \"id\": \"pw\"}]", "{\"env\": \"prod\", \"id\": \"pw\"}"),
                Arguments.of(
                        "ENC[AES256_GCM,data:v8jQ=,iv:HBE=,aad:21c=,tag:gA==]",
                        "AES256_GCM,data:v8jQ=,iv:HBE=,aad:21c=,tag:gA=="),
                Arguments.of("ENC[a\nb]", "a\nb"),
                Arguments.of("ENC[ENC[a]]", "ENC[a]"),
                Arguments.of("ENC[пароль-🔑]", "пароль-🔑"),
                Arguments.of("ENC[ ]", " "),
                Arguments.of("ENC[]", ""));
    }

    @ParameterizedTest
    @MethodSource("values_and_their_handles")
    void reads_what_stands_between_the_first_and_the_last_bracket(String value, String handle) {
        assertThat(enc.parse(value)).contains(new Handle(handle));
    }

    @Test
    void writes_a_handle_with_its_prefix() {
        assertThat(enc.format(new Handle("x"))).isEqualTo("ENC[x]").startsWith(enc.prefix());
        assertThat(caret.format(new Handle("x"))).isEqualTo("^x").startsWith(caret.prefix());
    }

    @Test
    void the_caret_form_takes_the_whole_value_after_the_first_character() {
        assertThat(caret.parse("^key")).contains(new Handle("key"));
        assertThat(caret.parse("^ key ")).contains(new Handle(" key "));
        assertThat(caret.parse("^^key\n")).contains(new Handle("^key\n"));
        assertThat(caret.parse("^")).contains(new Handle(""));
    }

    static Stream<Arguments> near_misses() {
        return Stream.of(
                Arguments.of("db-ENC[x]", "text stands before ENC[; a handle must be the whole value: ENC[handle]"),
                Arguments.of("postgres://ENC[u]:ENC[p]@db", "text stands before ENC["),
                Arguments.of("ENC[x]!", "text stands after the last ]; a handle must be the whole value"),
                Arguments.of("ENC[x]\u00a0", "text stands after the last ]"),
                Arguments.of("\ufeffENC[x]", "text stands before ENC["),
                Arguments.of("ENC[x", "ENC[ is not closed by ]"),
                Arguments.of("ENC[a", "must be in quotes: \"ENC[handle]\""),
                Arguments.of("ENC[", "ENC[ is not closed by ]"),
                Arguments.of("enc[x]", "ENC must be in capitals"),
                Arguments.of("Enc[x]", "ENC must be in capitals"),
                Arguments.of(" enc[x]", "ENC must be in capitals"),
                Arguments.of("ENC [x]", "a blank stands between ENC and ["),
                Arguments.of("enc\t[x]", "a blank stands between ENC and ["),
                Arguments.of("ENC[x]\n", "the value ends with a line break, so it is no handle; write |- instead of |"),
                Arguments.of("ENC[x]\r\n", "the value ends with a line break"),
                Arguments.of("\nENC[x]", "the value starts with a line break"),
                Arguments.of("ENC[x]\f", "only spaces and tabs may stand around ENC[handle]"),
                Arguments.of("\u2003ENC[x]", "only spaces and tabs may stand around ENC[handle]"),
                Arguments.of("ENC(x)", "this is the format of Jasypt, not a handle"),
                Arguments.of(" ENC(x)\n", "this is the format of Jasypt, not a handle"),
                Arguments.of("ENC (x)", "this is the format of Jasypt, not a handle"),
                Arguments.of("enc(x)", "this is the format of Jasypt, not a handle"),
                Arguments.of("ENC[PKCS7,MIIB]", "this is the format of hiera-eyaml"));
    }

    @ParameterizedTest
    @MethodSource("near_misses")
    void says_what_keeps_a_value_from_being_a_handle(String value, String problem) {
        assertThat(enc.nearMiss(value))
                .hasValueSatisfying(said -> assertThat(said).contains(problem));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "a[0]",
                "f(x)",
                "ENC",
                "ENCODING",
                "encoded (utf-8)",
                "enc: [x]",
                "ENC[x]",
                "  ENC[x]\t",
                "ENC[a]ENC[b]",
                "ENC[]",
                "SELECT * FROM t WHERE a IN (1)"
            })
    void suspects_nothing_else(String value) {
        assertThat(enc.nearMiss(value)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("near_misses")
    void a_near_miss_is_searched_for_also_where_it_is_broken_over_lines(String value, String problem) {
        assertThat(enc.mayOccurIn("key: " + value)).as(problem).isTrue();
        assertThat(enc.mayOccurIn("key: >\n  " + value.replaceAll("[ \t]", "\r\n  ")))
                .as(problem)
                .isTrue();
    }

    @Test
    void a_configuration_without_handles_and_near_misses_need_not_be_parsed() {
        assertThat(enc.mayOccurIn("a: [1, 2] # (none)\nencoding: utf-8\nen: c[0]\nb: f(x)\nc: ["))
                .isFalse();
        assertThat(caret.mayOccurIn("a: ENC[x]")).isFalse();
        assertThat(caret.mayOccurIn("a: ^x")).isTrue();
    }

    @Test
    void a_handle_prints_its_name_in_one_line() {
        assertThat(new Handle("a\nb\u202e")).hasToString("a?b?");
        assertThat(new Handle("user_array[1337]")).hasToString("user_array[1337]");
    }

    @Test
    void handles_are_sorted_and_compared_by_name() {
        assertThat(new Handle("a")).isEqualTo(new Handle("a")).hasSameHashCodeAs(new Handle("a"));
        assertThat(new Handle("a")).isNotEqualTo(new Handle("A")).isLessThan(new Handle("b"));
    }

    @Test
    void a_handle_knows_whether_a_backend_can_be_asked_for_it() {
        assertThat(new Handle("").isEmpty()).isTrue();
        assertThat(new Handle(" ").isEmpty()).isFalse();
        assertThat(new Handle("🔑").isWellFormed()).isTrue();
        assertThat(new Handle("\ud83d").isWellFormed()).isFalse();
        assertThat(new Handle("\udd11\ud83d").isWellFormed()).isFalse();
    }
}
