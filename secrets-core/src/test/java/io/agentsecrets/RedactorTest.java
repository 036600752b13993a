package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {

    private static Redactor redactorOf(String... secrets) {
        return Redactor.of(Stream.of(secrets).map(SecretValue::of).toList());
    }

    @Test
    void masks_every_occurrence_with_eight_stars() {
        assertThat(redactorOf("hunter2").redact("a hunter2, b=hunter2;chunter2d"))
                .isEqualTo("a ********, b=********;c********d");
    }

    @Test
    void returns_the_same_object_when_there_is_nothing_to_mask() {
        String text = "password: hunter";

        assertThat(redactorOf("hunter2", "").redact(text)).isSameAs(text);
        assertThat(redactorOf().redact(text)).isSameAs(text);
        assertThat(redactorOf("hunter2").redact("")).isEmpty();
    }

    @Test
    void masks_the_longest_of_several_secrets_that_start_alike() {
        Redactor redactor = redactorOf("pass", "password", "password1234", "passport");

        assertThat(redactor.redact("password1234 password123 passport passw"))
                .isEqualTo("******** ********123 ******** ********w");
    }

    @Test
    void leaves_no_end_of_a_secret_that_overlaps_another() {
        assertThat(redactorOf("abcdef", "defghijkl").redact("-abcdefghijkl-")).isEqualTo("-********-");
        assertThat(redactorOf("defg", "abcdefghi").redact("-abcdefghi-defg-")).isEqualTo("-********-********-");
        assertThat(redactorOf("abcabc").redact("-abcabcabc-")).isEqualTo("-********-");
    }

    @Test
    void masks_secrets_that_stand_side_by_side_one_by_one() {
        assertThat(redactorOf("first", "second").redact("firstsecond")).isEqualTo("****************");
    }

    @Test
    void masks_short_secrets_only_as_words_of_their_own() {
        Redactor redactor = redactorOf("a", "no", "1+1");

        assertThat(redactor.redact("a man says no to not-a-number: a=no 1+1 11+1"))
                .isEqualTo("******** man says ******** to not-********-number: ********=******** ******** 11+1");
        assertThat(redactorOf("four").redact("fourteen")).isEqualTo("********teen");
    }

    static Stream<String> secrets_with_special_characters() {
        return Stream.of("p@ss w*rd/+&~", "pässwörd-🔑", "a!b'c(d)e~f", "100%|<x>\"", "tab\tand\nline");
    }

    @ParameterizedTest
    @MethodSource("secrets_with_special_characters")
    void masks_url_encoded_forms(String secret) {
        Redactor redactor = redactorOf(secret);
        String java = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        String rfc3986 = java.replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
        String ecmaScript = java.replace("+", "%20")
                .replace("%21", "!")
                .replace("%27", "'")
                .replace("%28", "(")
                .replace("%29", ")")
                .replace("%7E", "~");

        assertThat(redactor.redact("q=" + java + "&")).isEqualTo("q=********&");
        assertThat(redactor.redact("q=" + java.replace("+", "%20") + "&")).isEqualTo("q=********&");
        assertThat(redactor.redact("q=" + lowerCaseEscapes(java) + "&")).isEqualTo("q=********&");
        assertThat(redactor.redact("q=" + rfc3986 + "&")).isEqualTo("q=********&");
        assertThat(redactor.redact("q=" + lowerCaseEscapes(rfc3986) + "&")).isEqualTo("q=********&");
        assertThat(redactor.redact("q=" + ecmaScript + "&")).isEqualTo("q=********&");
    }

    private static String lowerCaseEscapes(String text) {
        return java.util.regex.Pattern.compile("%..")
                .matcher(text)
                .replaceAll(escape -> escape.group().toLowerCase(java.util.Locale.ROOT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ab", "abc", "hunter2", "p@ss w*rd/+&~", "\u00ff\u00ff\u00ff?>"})
    void masks_a_base64_encoded_secret(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);

        assertThat(redactorOf(secret).redact("v=" + Base64.getEncoder().encodeToString(bytes) + ";"))
                .startsWith("v=********")
                .matches("v=\\*{8}={0,2};");
        assertThat(redactorOf(secret).redact("v=" + Base64.getUrlEncoder().encodeToString(bytes) + ";"))
                .matches("v=\\*{8}={0,2};");
    }

    @ParameterizedTest
    @CsvSource({"u, s3cr3", "us, s3cr3", "use, s3cr3", "user, hunter2", "admin, correct-horse", "администратор, пароль1"
    })
    void masks_a_secret_inside_the_base64_text_of_basic_authentication(String user, String password) {
        byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        String encoded = Base64.getEncoder().encodeToString(credentials);

        String masked = redactorOf(password).redact("Authorization: Basic " + encoded);

        assertThat(masked).matches("Authorization: Basic .*\\*{8}[A-Za-z0-9+/]?={0,2}");
        String left = masked.substring("Authorization: Basic ".length()).replaceAll("\\*{8}.*", "");
        assertThat(new String(
                        Base64.getDecoder().decode(left.substring(0, left.length() / 4 * 4)), StandardCharsets.UTF_8))
                .doesNotContain(":" + password.charAt(0));
    }

    @Test
    void masks_a_secret_that_json_escapes() {
        assertThat(redactorOf("p\"q\\ss\n\twd").redact("{\"v\":\"p\\\"q\\\\ss\\n\\twd\"}"))
                .isEqualTo("{\"v\":\"********\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p\u00e4\ud83d\udd11<w>&",
                "p\\u00e4\\ud83d\\udd11<w>&",
                "p\u00e4\ud83d\udd11\\u003cw\\u003e\\u0026"
            })
    void masks_a_secret_that_json_writes_as_numbers(String escaped) {
        assertThat(redactorOf("p\u00e4\ud83d\udd11<w>&").redact("\"" + escaped + "\""))
                .isEqualTo("\"********\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\\/b<\\u00f6>+'=&",
                "a/b<\\u00F6>+'=&",
                "a/b\\u003c\u00f6\\u003e+\\u0027\\u003d\\u0026",
                "a/b\\u003C\\u00F6\\u003E\\u002B\\u0027=\\u0026",
            })
    void masks_a_secret_as_other_writers_of_json_spell_it(String escaped) {
        String secret = "a/b<\u00f6>+'=&";
        assertThat(redactorOf(secret).redact("\"" + escaped + "\"")).isEqualTo("\"********\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {" hunter2  ", "hunter2\n", "\r\n\thunter2"})
    void masks_a_secret_that_is_printed_without_its_outer_blanks(String secret) {
        assertThat(redactorOf(secret).redact("is hunter2, or aHVudGVyMg")).isEqualTo("is ********, or ********");
    }

    @Test
    void masks_the_path_that_python_makes_of_a_secret() {
        assertThat(redactorOf("p@ss/wo rd").redact("GET /p%40ss/wo%20rd")).isEqualTo("GET /********");
    }

    @Test
    void long_secrets_that_repeat_themselves_take_no_longer() {
        String secret = "a".repeat(400_000);

        String masked = redactorOf(secret).redact("-" + "a".repeat(600_000) + "-");

        assertThat(masked).isEqualTo("-********-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"got p?ssw?rt ?!", "got p\ufffdssw\ufffdrt ?!"})
    void masks_a_secret_that_was_printed_in_ascii_or_in_latin_1(String printed) {
        Redactor redactor = Redactor.of(
                List.of(SecretValue.of("p\u00e4ssw\u00f6rt"), SecretValue.of("\u00e4\u00f6\u00fc\u00df\u00e4")));

        assertThat(redactor.redact(printed)).isEqualTo("got ******** ?!");
        assertThat(redactor.redact("what?????")).isEqualTo("what?????");
    }

    @Test
    void masks_as_much_of_a_long_secret_as_stands_in_the_text() {
        String secret = "s3cr3t".repeat(100);
        String other = secret.substring(0, 500) + "x".repeat(100);

        Redactor redactor = redactorOf(secret, other);

        assertThat(redactor.redact("<" + secret + ">")).isEqualTo("<********>");
        assertThat(redactor.redact("<" + other + ">")).isEqualTo("<********>");
        assertThat(redactor.redact("<" + secret.substring(0, 300) + "...")).isEqualTo("<********...");
        assertThat(redactor.redactTruncated("<" + secret.substring(0, 200))).isEqualTo("<********");
    }

    @Test
    void masks_a_secret_in_the_middle_of_a_base64_text() {
        String encoded = Base64.getEncoder()
                .encodeToString("{\"user\":\"u\",\"password\":\"hunter2!\",\"x\":1}".getBytes(StandardCharsets.UTF_8));

        assertThat(redactorOf("hunter2!").redact(encoded))
                .contains("********")
                .doesNotContain("aHVudGVyMi", "dW50ZXIy", "1bnRlcjI");
    }

    @Test
    void masks_a_secret_of_several_lines_whole_and_line_by_line() {
        String key = "-----BEGIN KEY-----\nMIIBVgIBADANBgkq\r\n  hkiG9w0BAQEFAASC\n-----END KEY-----\n";
        Redactor redactor = redactorOf(key);

        assertThat(redactor.redact("key=" + key + ".")).isEqualTo("key=********.");
        assertThat(redactor.redact("line 2: MIIBVgIBADANBgkq")).isEqualTo("line 2: ********");
        assertThat(redactor.redact("line 3: hkiG9w0BAQEFAASC")).isEqualTo("line 3: ********");
    }

    @Test
    void a_short_line_of_a_long_secret_is_left_alone() {
        assertThat(redactorOf("first line of it\nok\n").redact("it is ok")).isEqualTo("it is ok");
    }

    @Test
    void masks_the_forms_that_messages_of_this_library_give_to_control_characters() {
        Redactor redactor = redactorOf("pa\tss\nwo\u202erd");

        assertThat(redactor.redact("bad: " + OneLine.of("pa\tss\nwo\u202erd"))).isEqualTo("bad: ********");
        assertThat(redactor.redact("bad: " + OneLine.stripped("pa\tss\nwo\u202erd", 100)))
                .isEqualTo("bad: ********");
    }

    @Test
    void masks_the_beginning_of_a_secret_where_a_text_was_cut() {
        Redactor redactor = redactorOf("hunter2", "correct horse");

        assertThat(redactor.redactTruncated("a hunter2 b correct ho")).isEqualTo("a ******** b ********");
        assertThat(redactor.redactTruncated("a hunter2 b h")).isEqualTo("a ******** b ********");
        assertThat(redactor.redactTruncated("a hunter2 b x")).isEqualTo("a ******** b x");
        assertThat(redactor.redact("a b correct ho")).isEqualTo("a b correct ho");
    }

    @Test
    void a_secret_of_broken_unicode_does_no_harm() {
        assertThat(redactorOf("\ud83dhunter2").redact("x \ud83dhunter2 y")).isEqualTo("x ******** y");
    }

    @Test
    void copes_with_20_000_secrets_that_start_alike() {
        List<SecretValue> secrets = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            secrets.add(SecretValue.of("decrypted_db_password_" + i));
            text.append("line ")
                    .append(i)
                    .append(" decrypted_db_password_")
                    .append(i)
                    .append('\n');
        }

        String masked = Redactor.of(secrets).redact(text.toString());

        assertThat(masked).startsWith("line 0 ********\nline 1 ********\n").endsWith("line 19999 ********\n");
        assertThat(masked).doesNotContain("decrypted");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aHVudGVyMiFiZWdpb\n  iEzYWxhbWVk\n",
                "aHVudGVyMiFi\r\nZWdpbiEzYWxhbWVk",
                "aHVudGVyMiFiZWdpbiEz??YWxhbWVk",
                "68756e7465723221626567696e2133616c616d6564",
                "68:75:6E:74:65:72:32:21:62:65:67:69:6E:21:33:61:6C:61:6D:65:64",
                "6875 6e74 6572 3221 6265 6769 6e21 3361 6c61 6d65 64",
                "\\x68\\x75\\x6e\\x74\\x65\\x72\\x32\\x21\\x62\\x65\\x67\\x69\\x6e\\x21\\x33alamed",
                "hunter2&excl;begin&#33;3&#x61;lamed"
            })
    void masks_a_secret_in_bytes_and_entities(String encoded) {
        assertThat(redactorOf("hunter2!begin!3alamed").redact("v=" + encoded + ";"))
                .matches("v=\\*{8}\\s*;");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "it's_$1\"2 'it'\\''s_$1\"2' '********'",
                "it's_$1\"2 'it'\"'\"'s_$1\"2' '********'",
                "it's_$1\"2 it\\'s_\\$1\\\"2 ********",
                "it's_$1\"2 'it''s_$1\"2' '********'",
                "it's_$1\"2 \"it's_$1\"\"2\" \"********\"",
                "it's_$1\"2 it&#39;s_$1&quot;2 ********"
            })
    void masks_a_secret_that_is_quoted(String secret, String quoted, String masked) {
        assertThat(redactorOf(secret).redact(quoted)).isEqualTo(masked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\\\"password\\\":\\\"p\\\\\\\"q<\\\\u00e4\\\"}",
                "{\\\"password\\\":\\\"p%22q%3C%C3%A4\\\"}",
                "{\\\"password\\\":\\\"p&quot;q\\u003c&auml;\\\"}",
                "{\\\"password\\\":\\\"cCJxPMOk\\\"}"
            })
    void masks_a_secret_that_is_encoded_twice(String text) {
        assertThat(redactorOf("p\"q<\u00e4").redact(text)).isEqualTo("{\\\"password\\\":\\\"********\\\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunt%65", "hunt%6", "aHVudG", "68756e7", "hunt&#10", "hunt\\u006", "hunt"})
    void masks_the_beginning_of_an_encoded_secret_where_a_text_was_cut(String beginning) {
        assertThat(redactorOf("hunter2").redactTruncated("v=" + beginning)).isEqualTo("v=********");
        assertThat(redactorOf("hunter2").redact("v=" + beginning)).isEqualTo("v=" + beginning);
    }

    @Test
    void masks_the_end_of_a_long_secret_that_begins_in_another_one() {
        String first = "x".repeat(50) + "0123456789".repeat(20);
        String second = "0123456789".repeat(20) + "abc".repeat(50);

        assertThat(redactorOf(first, second).redact("<" + "x".repeat(50) + second + ">"))
                .isEqualTo("<********>");
    }
}
