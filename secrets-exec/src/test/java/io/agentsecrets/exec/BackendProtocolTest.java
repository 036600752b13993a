package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.handles;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendProtocolTest {

    private static final BackendProtocol PROTOCOL = new BackendProtocol(null, Map.of());

    @Nested
    class A_request {

        @Test
        void is_compact_json_with_the_handles_in_their_order_and_a_line_feed() {
            assertThat(text(PROTOCOL.request(handles("b", "a", "c", "a"))))
                    .isEqualTo("{\"version\":\"1.0\",\"secrets\":[\"b\",\"a\",\"c\"]}\n");
        }

        @Test
        void escapes_what_json_must_and_leaves_the_rest_as_utf_8() {
            assertThat(text(PROTOCOL.request(handles("a\"b\\c\n\t\u0000/", "zażółć \ud83d\udd11"))))
                    .isEqualTo("{\"version\":\"1.0\",\"secrets\":[\"a\\\"b\\\\c\\n"
                            + "\\t\\u0000/\",\"zażółć \ud83d\udd11\"]}\n");
        }

        @Test
        void keeps_handles_that_look_like_json_as_strings() {
            assertThat(text(PROTOCOL.request(handles("{\"env\": \"prod\"}"))))
                    .isEqualTo("{\"version\":\"1.0\",\"secrets\":[\"{\\\"env\\\": \\\"prod\\\"}\"]}\n");
        }

        @Test
        void holds_type_and_config_only_when_they_are_set() {
            Map<String, Object> config = new LinkedHashMap<>();
            config.put("region", "eu");
            config.put("retries", 3);
            config.put("paths", List.of("a", "b"));

            assertThat(text(new BackendProtocol("aws", config).request(handles("h"))))
                    .isEqualTo("{\"version\":\"1.0\",\"secrets\":[\"h\"],\"type\":\"aws\","
                            + "\"config\":{\"region\":\"eu\",\"retries\":3,\"paths\":[\"a\",\"b\"]}}\n");
            assertThat(text(new BackendProtocol("file", Map.of()).request(handles("h"))))
                    .isEqualTo("{\"version\":\"1.0\",\"secrets\":[\"h\"],\"type\":\"file\"}\n");
        }

        @Test
        void may_ask_for_nothing() {
            assertThat(text(PROTOCOL.request(handles()))).isEqualTo("{\"version\":\"1.0\",\"secrets\":[]}\n");
        }

        @Test
        void refuses_a_config_that_json_cannot_hold_without_quoting_it() {
            assertThatThrownBy(() -> new BackendProtocol(null, Map.of("token", new Object())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("config must consist of maps, lists and scalars")
                    .hasNoCause();
        }

        private static String text(byte[] request) {
            return new String(request, UTF_8);
        }
    }

    @Nested
    class A_value {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'h':{'value':'v','error':null}}",
                    "{'h':{'value':'v'}}",
                    "{'h':{'value':'v','error':''}}",
                    "{'h':{'error':null,'value':'v'}}",
                    "{'h':{'Value':'v','ERROR':null}}",
                    "{'h':{'VALUE':'v','Error':''}}",
                    " \r\n\t{ 'h' : { 'value' : 'v' } } \r\n",
                    "{'h':{'value':'v','x':[{'y':[1,2.5,true]}],'z':'z'},'note':{'value':'n'}}",
                    "{'version':'1.0','h':{'value':'v','ttl':null}}",
                    "{'\\u0068':{'value':'\\u0076'}}",
                    "\ufeff{'h':{'value':'v'}}",
                })
        void is_found(String reply) {
            assertThat(results(reply)).isEqualTo(Map.of(new Handle("h"), FetchResult.found("v")));
        }

        @Test
        void is_byte_exact() {
            assertThat(result("{'h':{'value':' zażółć \\ud83d\\udd11\\u0000\\r\\n '}}"))
                    .isEqualTo(FetchResult.found(" zażółć \ud83d\udd11\u0000\r\n "));
        }

        @Test
        void may_be_long() {
            assertThat(result("{'h':{'value':'" + "x".repeat(30_000_000) + "'}}"))
                    .isEqualTo(FetchResult.found("x".repeat(30_000_000)));
        }

        @Test
        void that_is_empty_fails_its_handle() {
            assertThat(result("{'h':{'value':'','error':null}}"))
                    .isEqualTo(new FetchResult.Failed(
                            FailureKind.EMPTY,
                            "the executable gave an empty value; store a value, or remove the handle"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'h':{'value':null,'error':null}}",
                    "{'h':{'values':'v'}}",
                    "{'h':{'value':null}}",
                    "{'h':{}}",
                    "{'h':{'error':''}}",
                    "{'h':{'ttl':5}}",
                })
        void that_is_missing_fails_its_handle(String reply) {
            assertThat(result(reply))
                    .isEqualTo(new FetchResult.Failed(
                            FailureKind.EMPTY,
                            "the executable gave neither a value nor an error; store a value, or remove the handle"));
        }

        @ParameterizedTest
        @CsvSource({
            "v\\n,v",
            "v\\r\\n,v",
            "v\\r,v",
            "v\\n\\n\\r\\n,v",
            "\\nv\\n,'\nv'",
            "v \\n,'v '",
            "v,v",
            "a\\nb\\n,'a\nb'"
        })
        void loses_line_breaks_at_its_end_if_that_is_set(String json, String value) {
            assertThat(withoutLineBreaks("{\"h\":{\"value\":\"" + json + "\"}}"))
                    .isEqualTo(FetchResult.found(value));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\\n", "\\r\\n", "\\n\\r\\n\\n"})
        void of_nothing_but_line_breaks_is_empty_only_if_they_are_taken_off(String json) {
            String reply = "{\"h\":{\"value\":\"" + json + "\"}}";

            assertThat(withoutLineBreaks(reply))
                    .isEqualTo(new FetchResult.Failed(
                            FailureKind.EMPTY,
                            "the executable gave an empty value; store a value, or remove the handle"));
            assertThat(result(reply)).isInstanceOf(FetchResult.Found.class);
        }

        private static FetchResult withoutLineBreaks(String reply) {
            return Objects.requireNonNull(
                    results(true, reply.getBytes(UTF_8), handles("h")).get(new Handle("h")));
        }
    }

    @Nested
    class A_time_to_live {

        @ParameterizedTest
        @CsvSource({
            "60,PT60S",
            "1.5,PT1.5S",
            "1e-300,PT0.000000001S",
            "1e3,PT1000S",
            "0.001,PT0.001S",
            "86400000,PT24000H"
        })
        void limits_how_long_a_value_is_cached(String json, Duration timeToLive) {
            assertThat(result("{'h':{'value':'v','ttl':" + json + "}}"))
                    .isEqualTo(new FetchResult.Found(SecretValue.of("v"), timeToLive));
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-0.0", "0.000", "null"})
        void of_zero_is_no_limit_as_stores_say_it_of_what_does_not_expire(String json) {
            assertThat(result("{'h':{'value':'v','ttl':" + json + "}}")).isEqualTo(FetchResult.found("v"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"1e30", "1e400", "99999999999999999999999999"})
        void of_more_than_centuries_is_no_limit(String json) {
            assertThat(result("{'h':{'value':'v','ttl':" + json + "}}")).isEqualTo(FetchResult.found("v"));
        }

        @Test
        void of_as_many_nanoseconds_as_a_long_holds_is_no_limit() {
            assertThat(result("{'h':{'value':'v','ttl':9223372036.854775}}"))
                    .isEqualTo(new FetchResult.Found(SecretValue.of("v"), Duration.ofNanos(9223372036854774784L)));
            assertThat(result("{'h':{'value':'v','ttl':9223372036.854776}}")).isEqualTo(FetchResult.found("v"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"-1", "-0.001", "'60'", "true", "[60]", "{'s':60}", "-1e400"})
        void that_is_not_a_number_or_negative_makes_the_entry_invalid(String json) {
            assertThat(result("{'h':{'value':'v','ttl':" + json + "}}"))
                    .isEqualTo(invalid("ttl must be a number of seconds, 0 or more"));
        }

        @Test
        void may_have_any_number_of_digits() {
            assertThat(result("{'h':{'value':'v','ttl':" + "9".repeat(1_000_000) + "}}"))
                    .isEqualTo(FetchResult.found("v"));
            assertThat(result("{'h':{'value':'v','ttl':1." + "0".repeat(1_000_000) + "}}"))
                    .isEqualTo(new FetchResult.Found(SecretValue.of("v"), Duration.ofSeconds(1)));
        }
    }

    @Nested
    class An_error {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'h':{'value':null,'error':'no such key'}}",
                    "{'h':{'value':'v','error':'no such key'}}",
                    "{'h':{'error':'no such key'}}",
                    "{'h':{'Error':'no\\u0000 such\\u001b\\r\\n key\\u202e'}}",
                })
        void is_the_backends_own_reason(String reply) {
            assertThat(result(reply)).isEqualTo(new FetchResult.Failed(FailureKind.BACKEND_ERROR, "no such key"));
        }

        @Test
        void is_capped() {
            assertThat(result("{'h':{'error':'" + "x".repeat(600) + "'}}"))
                    .isEqualTo(FetchResult.failed("x".repeat(500) + "..."));
        }

        @Test
        void does_not_show_the_value_beside_it() {
            assertThat(result("{'h':{'value':'hunter22','error':'hunter22 is locked'}}"))
                    .isEqualTo(FetchResult.failed("******** is locked"));
        }

        @Test
        void does_not_show_the_values_of_other_handles() {
            Map<Handle, FetchResult> results =
                    results("{'h':{'error':'not like hunter22 nor s3cret99'},'g':{'value':'hunter22'},"
                            + "'f':{'value':'s3cret99','error':'locked'}}");

            assertThat(results.get(new Handle("h"))).isEqualTo(FetchResult.failed("not like ******** nor ********"));
        }

        @Test
        void does_not_show_what_is_known_from_elsewhere() {
            Reply reply = Reply.read(json("{'h':{'error':'hunter22 is locked'}}"), handles("h"));

            KnownRedactors known = new KnownRedactors();
            known.add(Redactor.of(List.of(SecretValue.of("hunter22"))));

            assertThat(reply.results(false, known.with(reply)))
                    .containsEntry(new Handle("h"), FetchResult.failed("******** is locked"));
        }

        @Test
        void does_not_show_a_value_with_control_characters_in_it() {
            assertThat(result("{'h':{'value':'hunter22','error':'hun\\u0000ter2\u202e2 is locked'}}"))
                    .isEqualTo(FetchResult.failed("******** is locked"));
        }

        @Test
        void is_masked_before_it_is_capped_and_stripped() {
            String filler = "x".repeat(495);
            Map<Handle, FetchResult> results = results("{'h':{'error':'" + filler
                    + "hunter22'},'g':{'value':'hunter22'}," + "'f':{'error':'got ab\\ncd'},'e':{'value':'ab\\ncd'}}");

            assertThat(results.get(new Handle("h"))).isEqualTo(FetchResult.failed(filler + "*****..."));
            assertThat(results.get(new Handle("f"))).isEqualTo(FetchResult.failed("got ********"));
        }
    }

    @Nested
    class An_entry {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "5                          | the entry must be an object, {\"value\":\"...\",\"error\":null}",
                    "null                       | the entry must be an object, {\"value\":\"...\",\"error\":null}",
                    "\"v\"                      | the entry must be an object, {\"value\":\"...\",\"error\":null}",
                    "[{\"value\":\"v\"}]        | the entry must be an object, {\"value\":\"...\",\"error\":null}",
                    "{\"value\":5}              | value must be a string or null",
                    "{\"value\":true}           | value must be a string or null",
                    "{\"value\":[\"v\"]}        | value must be a string or null",
                    "{\"value\":{\"v\":\"v\"}}  | value must be a string or null",
                    "{\"value\":\"v\",\"error\":false} | error must be a string or null",
                    "{\"value\":\"v\",\"error\":{}}    | error must be a string or null",
                    "{\"value\":\"v\",\"Value\":\"w\"} | value stands twice",
                    "{\"error\":\"v\",\"error\":\"w\"} | error stands twice",
                    "{\"value\":\"v\",\"ttl\":1,\"TTL\":1} | ttl stands twice",
                })
        void of_the_wrong_shape_fails_its_handle_and_no_other(String entry, String problem) {
            Map<Handle, FetchResult> results = results("{'h':" + entry + ",'g':{'value':'w'}}");

            assertThat(results.get(new Handle("h"))).isEqualTo(invalid(problem));
            assertThat(results.get(new Handle("g"))).isEqualTo(FetchResult.found("w"));
        }

        @Test
        void that_nobody_asked_for_is_ignored_whatever_it_is() {
            assertThat(results("{'x':5,'y':{'value':[]},'h':{'value':'v'},'z':null}"))
                    .containsOnlyKeys(new Handle("h"));
        }

        @Test
        void that_is_absent_is_left_out() {
            assertThat(results("{}")).isEmpty();
        }
    }

    @Nested
    class A_reply {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "''                                    | is empty",
                    "' \t\r\n '                            | is empty",
                    "\ufeff                                | is empty",
                    "[]                                    | is not a JSON object",
                    "[{\"h\":{\"value\":\"canary\"}}]      | is not a JSON object",
                    "\"canary\"                            | is not a JSON object",
                    "5                                     | is not a JSON object",
                    "null                                  | is not a JSON object",
                    "canary                                | is not valid JSON (near character 6)",
                    "warning: x {\"h\":{\"value\":\"canary\"}} | is not valid JSON (near character 7)",
                    "{\"h\":{\"value\":\"canary\"}} done   | is not valid JSON (near character 31)",
                    "{\"h\":{\"value\":\"canary\"}}{}      | goes on after the JSON object",
                    "{\"h\":{\"value\":\"canary\"}} 1      | goes on after the JSON object",
                    "{\"h\":{\"value\":\"canary\"          | is not valid JSON (near character 22)",
                    "{\"h\":{\"value\":\"canar             | is not valid JSON (near character 21)",
                    "{\"h\":{\"value\":\"canary\"}         | is not valid JSON (near character 23)",
                    "{\"h\"                                | is not valid JSON (near character 4)",
                    "{'h':{'value':'canary'}}              | is not valid JSON (near character 1)",
                    "{\"h\":{\"value\":\"canary\"},}       | is not valid JSON (near character 25)",
                    "{\"h\":{\"value\":\"ca\u0001nary\"}}  | is not valid JSON (near character 18)",
                })
        void that_is_not_one_json_object_fails_the_call_and_is_not_quoted(String reply, String problem) {
            BackendException failure = failureOf(reply.getBytes(UTF_8));

            assertThat(failure.kind()).isEqualTo(FailureKind.OUTPUT);
            assertThat(failure)
                    .hasMessageMatching("the executable's reply "
                            + problem.replaceAll("[()]", "\\\\$0").replaceAll("\\d+", "\\\\d+")
                            + "; it must print one JSON object on standard output and nothing else")
                    .hasMessageNotContaining("canar")
                    .hasNoCause();
        }

        @Test
        void that_holds_a_handle_twice_fails_the_call_and_names_it_only_if_it_was_asked_for() {
            assertThat(failureOf(json("{'h':{'value':'canary'},'h':{'value':'w'}}")))
                    .hasMessage("the executable's reply holds the handle h twice; print one entry for each handle");
            assertThat(failureOf(json("{'canary':1,'canary':2}")))
                    .hasMessage("the executable's reply holds a handle twice; print one entry for each handle");
        }

        @Test
        void that_is_not_json_fails_with_the_place_of_its_fault() {
            assertThat(failureOf(json("{'x':'" + "y".repeat(993) + "'}}")))
                    .hasMessageMatching("the executable's reply is not valid JSON \\(near character 100[0-9]\\).*");
        }

        @Test
        void in_another_encoding_fails_the_call() {
            String reply = "{\"h\":{\"value\":\"é\"}}";

            assertThat(failureOf(reply.getBytes(ISO_8859_1))).hasMessageContaining("is not UTF-8");
            assertThat(failureOf(reply.getBytes(UTF_16))).hasMessageContaining("is not UTF-8");
            assertThat(failureOf(reply.getBytes(UTF_16BE)).kind()).isEqualTo(FailureKind.OUTPUT);
            assertThat(failureOf("{\"h\":{\"value\":\"v\"}}".getBytes(UTF_16BE)))
                    .hasMessageContaining("is not valid JSON");
            assertThat(failureOf(new byte[] {'{', '}', (byte) 0xc0, (byte) 0x80}))
                    .hasMessageContaining("is not UTF-8");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{'h':%s", "{'x':%s", "{'h':{'value':%s", "{'h':{'value':'v','x':%s", "%s"})
        void of_200000_open_brackets_fails_the_call(String beginning) {
            for (String bracket : List.of("[", "{'a':")) {
                byte[] reply = json(beginning.replace("%s", bracket.repeat(200_000)));

                assertThat(failureOf(reply).kind()).isEqualTo(FailureKind.OUTPUT);
            }
        }

        @Test
        void may_hold_unknown_fields_of_reasonable_depth_only() {
            String deep = "[".repeat(90) + "]".repeat(90);
            String overDeep = "[".repeat(200) + "]".repeat(200);

            assertThat(result("{'h':{'value':'v','x':" + deep + "}}")).isEqualTo(FetchResult.found("v"));
            assertThat(failureOf(json("{'h':{'value':'v','x':" + overDeep + "}}")))
                    .hasMessageContaining("is nested too deeply");
        }

        @Test
        void tells_the_values_that_stand_before_its_fault() {
            Reply reply = Reply.read(
                    json("{'h':{'value':'v','error':'e'},'x':{'value':'x'},'g':{'value':'w'},'f':{'value':'ca"),
                    handles("h", "g", "f"));

            assertThat(reply.values())
                    .isEqualTo(Map.of(new Handle("h"), SecretValue.of("v"), new Handle("g"), SecretValue.of("w")));
        }

        @Test
        void tells_no_value_where_there_is_none() {
            Reply reply =
                    Reply.read(json("{'h':{'value':null},'g':{'value':7},'f':{'error':'e'}}"), handles("h", "g", "f"));

            assertThat(reply.values()).isEmpty();
        }

        @Test
        void may_hold_long_numbers_in_unknown_fields() {
            assertThat(result("{'h':{'value':'v','x':" + "9".repeat(5000) + "}}"))
                    .isEqualTo(FetchResult.found("v"));
        }

        @Test
        void may_name_long_handles() {
            Handle handle = new Handle("h".repeat(100_000));

            assertThat(results(false, json("{'" + handle.name() + "':{'value':'v'}}"), handles(handle.name())))
                    .containsEntry(handle, FetchResult.found("v"));
        }
    }

    private static FetchResult invalid(String problem) {
        return new FetchResult.Failed(FailureKind.INVALID, "the executable's reply is wrong: " + problem);
    }

    private static FetchResult result(String reply) {
        return Objects.requireNonNull(results(reply).get(new Handle("h")));
    }

    private static Map<Handle, FetchResult> results(String reply) {
        return results(false, json(reply), handles("h", "g", "f", "e"));
    }

    private static Map<Handle, FetchResult> results(boolean removeTrailingLineBreak, byte[] bytes, Set<Handle> asked) {
        Reply reply = Reply.read(bytes, asked);
        return reply.results(removeTrailingLineBreak, new KnownRedactors().with(reply));
    }

    private static BackendException failureOf(byte[] reply) {
        return catchThrowableOfType(BackendException.class, () -> results(false, reply, handles("h", "g")));
    }

    /** JSON with the quotation marks that Java strings need no backslash for. */
    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }
}
