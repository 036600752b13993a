package io.agentsecrets.exec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedTextTest {

    /** What an executable printed on standard error, as it is logged beside a reply. */
    private static String logged(String stdout, String stderr) {
        Reply reply = Reply.read(stdout.getBytes(ISO_8859_1), Scripts.handles("one", "two"));
        return new KnownRedactors().with(reply).redact(stderr);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"one\":{\"value\":\"a\"},\"one\":{\"value\":\"S3cretTwo\"}}",
                "{\"one\":{\"value\":\"a\"}} {\"two\":{\"value\":\"S3cretTwo\"}}",
                "{\"one\":{\"value\":\"a\"},,\"two\":{\"value\":\"S3cretTwo\"}}",
                "{\"one\":{\"value\":\"a\"b\"},\"two\":{\"value\":\"S3cretTwo\"}}",
                "{\"one\":{\"value\":\"a\"},\"two\":{\"value\":\"S3cretTwo",
                "{\"one\":{\"value\":\"a\"},\"two\":{\"value\":\"S3cret\\u0054wo\"}} x",
                "{'two':{'value':'S3cretTwo'}}",
                "[\"S3cretTwo\"]",
                "\"S3cretTwo\"",
                "S3cretTwo\n",
                "\r\n  S3cretTwo  \r\n",
                "{\"one\":{\"value\":\"\u00ff\"},\"two\":{\"value\":\"S3cretTwo\"}}",
            })
    void a_secret_of_a_refused_reply_is_not_logged(String stdout) {
        assertThat(logged(stdout, "+ echo S3cretTwo")).isEqualTo("+ echo ********");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"two\":{\"value\":20271126}}",
                "{\"two\":20271126}",
                "{\"two\":{\"value\":[{\"a\":20271126}]}}"
            })
    void a_number_in_the_place_of_a_value_is_not_logged(String stdout) {
        assertThat(logged(stdout, "+ echo 20271126")).isEqualTo("+ echo ********");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"two\":{\"values\":\"S3cretTwo\"}}",
                "{\"two\":{\"value\":null,\"error\":\"\",\"data\":{\"password\":[\"S3cretTwo\"]}}}",
                "{\"two\":{\"error\":{\"value\":\"S3cretTwo\"}}}",
                "{\"two\":{\"value\":\"v\",\"ttl\":\"S3cretTwo\"}}",
                "{\"two\":{\"error\":\"S3cretTwo\",\"error\":\"\"}}",
                "{\"three\":{\"pin\":\"S3cretTwo\"}}",
            })
    void a_secret_under_a_wrong_name_in_an_entry_that_gives_nothing_is_not_logged(String stdout) {
        assertThat(logged(stdout, "+ echo S3cretTwo")).isEqualTo("+ echo ********");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"two\":{\"value\":\"v\",\"path\":\"kv/two\"}}",
                "{\"two\":{\"value\":null,\"error\":\"nothing at kv/two\",\"path\":\"kv/two\"}}",
            })
    void what_else_a_good_entry_says_is_shown(String stdout) {
        assertThat(logged(stdout, "+ vault read kv/two")).isEqualTo("+ vault read kv/two");
    }

    /** The reply is cut, or no JSON at all: nobody can tell where the secret begins and ends. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"two\":{\"value\":\"S3cret-Horse",
                "{\"two\":{\"value\":\"S3cret-",
                "{\"two\":{\"value\":\"S3cret\\u00",
                "{\"two\":{\"value\":\"S3cret\\",
                "two: S3cret-Horse battery",
                "export two=S3cret-Horse battery",
                "two | S3cret-Horse battery | ok",
            })
    void no_rest_of_a_secret_is_logged_where_a_reply_tells_only_a_part_of_it(String stdout) {
        assertThat(logged(stdout, "+ vault read two\n+ echo S3cret-Horse battery\nend"))
                .isEqualTo("+ vault read two\n+ echo ********\nend");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"oops {\"two\":{\"value\":\"hunter\\\"xyz\"}}", "{\"two\":{\"value\":\"hunter\\\"xyz\"},,}"})
    void a_secret_with_a_quote_is_not_logged_either(String stdout) {
        assertThat(logged(stdout, "+ echo hunter\"xyz")).isEqualTo("+ echo ********");
    }

    @Test
    void the_name_of_a_handle_is_shown_though_the_reply_that_was_refused_holds_it_too() {
        Reply reply = Reply.read("db_password: S3cretTwo".getBytes(ISO_8859_1), Scripts.handles("db_password"));

        assertThat(new KnownRedactors().with(reply).redact("+ vault read db_password"))
                .isEqualTo("+ vault read db_password");
    }

    @Test
    void names_and_what_JSON_writes_between_strings_are_shown() {
        String stderr = "one: value null, error {} true";

        assertThat(logged("{\"one\": {\"value\": null, \"error\": \"\"}} , {} true", stderr))
                .isEqualTo(stderr);
        assertThat(RefusedText.secretsIn("{\"one\" : {\"value\":null}}, [true]"))
                .isEmpty();
    }
}
