package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code agent doctor} on small executables, each with one fault. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executables are shell scripts")
class DoctorTest {

    /** Lines of a script that answer {@code a} and {@code b} as asked and leave out all else. */
    private static final String GOOD = """
            request=$(cat)
            has() { case $request in *"\\"$1\\""*) return 0 ;; *) return 1 ;; esac; }
            printf '{'
            comma=
            for handle in a b; do
              if has "$handle"; then printf '%s"%s":{"value":"c4nary"}' "$comma" "$handle"; comma=,; fi
            done
            printf '}'
            """;

    @TempDir
    private Path home;

    private Path executable;

    @BeforeEach
    void nameTheExecutable() {
        executable = home.resolve("backend");
    }

    private DoctorRun doctor(String script, String... arguments) throws IOException {
        AgentRun.script(executable, "#!/bin/sh\n" + script + "\n");
        return DoctorRun.of(home, executable, "secret_backend_timeout: 20\n", arguments);
    }

    private DoctorRun doctorWithTimeout(String seconds, String script, String... arguments) throws IOException {
        AgentRun.script(executable, "#!/bin/sh\n" + script + "\n");
        return DoctorRun.of(home, executable, "secret_backend_timeout: " + seconds + "\n", arguments);
    }

    @Nested
    class Of_a_good_executable {

        @Test
        void finds_nothing_to_mend() throws IOException {
            DoctorRun run = doctor(GOOD, "a", "b");

            assertThat(run.status()).as(run.all()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .contains("OK    start           started 5 times\n")
                    .contains("OK    exit            exit status 0\n")
                    .contains("OK    output          one JSON object and nothing else\n")
                    .contains("OK    protocol        each entry is as it should be\n")
                    .contains("OK    values          2 of 2 handles found\n")
                    .contains("OK    unknown handle  left out of the reply\n")
                    .contains("OK    empty request   a request for no handle is answered\n")
                    .contains("OK    closed input    without a request it ends, with exit status 0\n")
                    .contains("OK    stderr          nothing printed\n")
                    .doesNotContain("FAIL", "SKIP", "c4nary");
        }

        @Test
        void says_what_it_inherits() throws IOException {
            DoctorRun run = doctor(GOOD, "a");

            assertThat(run.out())
                    .startsWith("=== Doctor ===\nExecutable: " + executable + "\n")
                    .contains("\nUser:       " + System.getProperty("user.name"))
                    .contains("\nFolder:     " + Path.of("").toAbsolutePath() + "\n")
                    .contains("\nPATH:       " + System.getenv("PATH") + "\n");
        }

        @Test
        void tells_all_that_the_report_knows_of_its_rights() throws IOException {
            Map<String, Object> file = Files.readAttributes(AgentRun.script(executable, "x"), "posix:owner,group");

            assertThat(doctor(GOOD, "a").judgement("rights"))
                    .startsWith("OK mode 100700, owner " + file.get("owner") + ", group " + file.get("group"));
        }

        @Test
        void asks_for_the_handles_of_the_configuration_if_none_is_named() throws IOException {
            Files.createDirectory(home.resolve("conf.d"));
            Files.writeString(home.resolve("conf.d/x.yaml"), "p: ENC[a]\nq: ENC[]\n");
            Files.writeString(home.resolve("conf.d/y.yaml"), "p: [ENC[b]]\n");
            AgentRun.script(executable, "#!/bin/sh\n" + GOOD);

            DoctorRun run = DoctorRun.of(home, executable, "api_key: ENC[b]\n");

            assertThat(run.status()).as(run.all()).isZero();
            assertThat(run.out()).contains("\nHandles:    2\n");
            assertThat(run.judgement("configuration")).startsWith("WARN y.yaml").contains("line 1", "configcheck");
        }

        @Test
        void takes_handles_as_they_stand_in_a_configuration() throws IOException {
            assertThat(doctor(GOOD, "ENC[a]", "a").out()).contains("\nHandles:    1\n");
        }

        @Test
        void has_less_to_say_if_there_is_no_handle() throws IOException {
            DoctorRun run = doctor(GOOD);

            assertThat(run.status()).isZero();
            assertThat(run.judgement("values")).isEqualTo("SKIP no handle to ask for; name one: agent doctor HANDLE");
            assertThat(run.judgement("unknown handle")).isEqualTo("OK left out of the reply");
        }
    }

    @Nested
    class Of_the_file_and_the_process {

        @Test
        void refuses_wrong_rights_with_the_librarys_words_and_starts_nothing() throws IOException {
            AgentRun.script(executable, "#!/bin/sh\ntouch '" + home + "/started'\n");
            Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));

            DoctorRun run = DoctorRun.of(home, executable, "", "a");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.judgement("rights"))
                    .startsWith("FAIL invalid executable '" + executable + "'")
                    .contains("chmod 0700");
            assertThat(run.judgement("start")).isEqualTo("SKIP nothing was started");
            assertThat(home.resolve("started")).doesNotExist();
        }

        @Test
        void warns_of_rights_that_are_not_checked() throws IOException {
            AgentRun.script(executable, "#!/bin/sh\n" + GOOD);
            Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwxr-xr-x"));

            DoctorRun run = DoctorRun.of(home, executable, "secret_backend_skip_rights_checks: true\n", "a");

            assertThat(run.status()).isZero();
            assertThat(run.judgement("rights")).startsWith("WARN not checked").contains("mode 100755");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "#!/no/such/interpreter | the interpreter '/no/such/interpreter'",
                    "#!/bin/sh\\r           | carriage return",
                    "echo hello             | neither a program of this system nor a script",
                })
        void tells_why_it_cannot_be_started(String firstLine, String reason) throws IOException {
            AgentRun.script(executable, firstLine.replace("\\r", "\r") + "\n");

            DoctorRun run = DoctorRun.of(home, executable, "", "a");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.judgement("start")).startsWith("FAIL ").contains(reason);
        }

        @Test
        void tells_what_a_missing_file_is() throws IOException {
            DoctorRun run = DoctorRun.of(home, executable, "", "a");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.judgement("rights")).startsWith("FAIL ").contains("no such file");
        }

        @Test
        void fails_what_is_not_done_in_time_and_does_not_wait_for_it_five_times() throws IOException {
            DoctorRun run = doctorWithTimeout("4", "echo x >>'" + home + "/starts'; exec sleep 1000", "a", "b");

            assertThat(home.resolve("starts")).hasContent("x\nx\n");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.judgement("time"))
                    .startsWith("FAIL several handles, one handle: the executable was not done within 4 s");
            assertThat(run.judgement("closed input")).startsWith("SKIP");
        }

        @Test
        void tells_when_only_many_handles_take_too_long() throws IOException {
            DoctorRun run =
                    doctorWithTimeout("6", "case $(cat) in *b*'\"]'*) sleep 1000 ;; *) echo '{}' ;; esac", "a", "b");

            assertThat(run.judgement("time")).startsWith("FAIL several handles: the executable was not done");
        }

        @Test
        void warns_of_a_time_that_is_near_the_limit() throws IOException {
            DoctorRun run = doctorWithTimeout(
                    "20", "cd '" + home + "'; mkdir slow && sleep 10.5; echo '{\"a\":{\"value\":\"v\"}}'", "a");

            assertThat(run.judgement("time"))
                    .startsWith("WARN ")
                    .contains(" of 20 s | next: ")
                    .contains("secret_backend_timeout");
        }

        @Test
        void fails_an_exit_status_and_says_what_it_means() throws IOException {
            DoctorRun run = doctor("no_such_command_here", "a");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.judgement("exit"))
                    .startsWith("FAIL one handle: ")
                    .contains("exit status 127", "PATH may be shorter than yours");
            assertThat(run.judgement("values")).isEqualTo("SKIP no reply was read");
            assertThat(run.judgement("stderr")).isEqualTo("OK 4 lines in 4 calls; agent -v doctor logs all of them");
            assertThat(run.all()).doesNotContain("no_such_command_here");
        }

        @Test
        void shows_standard_error_of_a_call_that_fails_if_its_reply_tells_what_to_mask() throws IOException {
            DoctorRun run = doctor("echo no vault for c4nary >&2\n" + GOOD + "exit 3", "a");

            assertThat(run.out()).contains("\nStandard error of the executable (one):\n  no vault for ********\n\n");
            assertThat(run.all()).doesNotContain("c4nary");
        }

        @Test
        void counts_what_is_printed_on_standard_error() throws IOException {
            assertThat(doctor("echo one >&2; echo two >&2\n" + GOOD, "a").judgement("stderr"))
                    .startsWith("OK 8 lines in 4 calls");
        }

        @Test
        void warns_of_secrets_on_standard_error() throws IOException {
            DoctorRun run = doctor("echo password=c4nary >&2\n" + GOOD, "a");

            assertThat(run.judgement("stderr")).startsWith("WARN 4 lines in 4 calls; a secret stands there");
            assertThat(run.all()).doesNotContain("c4nary");
        }

        @Test
        void warns_of_one_that_does_not_end_with_its_input() throws IOException {
            DoctorRun run = doctorWithTimeout(
                    "6", "r=$(cat); [ -n \"$r\" ] || exec sleep 1000; echo '{\"a\":{\"value\":\"v\"}}'", "a");

            assertThat(run.judgement("closed input")).startsWith("WARN without a request: the executable was not done");
        }

        @Test
        void accepts_that_no_request_is_an_error() throws IOException {
            DoctorRun run = doctor("r=$(cat); [ -n \"$r\" ] || exit 2\nprintf '%s' \"$r\" | { " + GOOD + "}", "a");

            assertThat(run.judgement("closed input")).isEqualTo("OK without a request it ends, with exit status 2");
        }
    }

    @Nested
    class Of_the_reply {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "echo Connecting...; printf '{}' | not valid JSON",
                    "printf '{} done'                | not valid JSON",
                    "printf '{}{}'                   | goes on after the JSON object",
                    "printf '{\"a\":{\"value\":\"\\377\"}}' | is not UTF-8",
                    "printf '[]'                     | is not a JSON object",
                    ":                               | is empty",
                    "printf '{\"a\":{},\"a\":{}}'    | holds the handle a twice",
                    "head -c 2000000 /dev/zero       | more than 1048576 bytes",
                })
        void fails_what_is_not_one_json_object(String line, String reason) throws IOException {
            DoctorRun run = doctor("cat >/dev/null\n" + line, "a");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.judgement("output")).startsWith("FAIL one handle: ").contains(reason);
        }

        @Test
        void warns_of_a_byte_order_mark() throws IOException {
            DoctorRun run = doctor("printf '\\357\\273\\277'\n" + GOOD, "a");

            assertThat(run.status()).isZero();
            assertThat(run.judgement("output")).startsWith("WARN it starts with a byte order mark");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{\"a\":{\"value\":7}}                                  | a: the executable's reply is wrong: value must be a string or null",
                    "{\"a\":\"c4nary\"}                                     | a: the executable's reply is wrong: the entry must be an object, {\"value\":\"...\",\"error\":null}",
                    "{\"a\":{\"value\":\"c4nary\",\"value\":\"c4nary\"}}    | a: the executable's reply is wrong: value stands twice",
                })
        void fails_entries_that_are_wrong(String reply, String reason) throws IOException {
            DoctorRun run = doctor("cat >/dev/null; printf '%s' '" + reply + "'", "a");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.judgement("protocol")).startsWith("FAIL " + reason).contains("docs/protocol.md");
            assertThat(run.all()).doesNotContain("c4nary");
        }

        @Test
        void warns_of_what_nobody_asked_for() throws IOException {
            DoctorRun run = doctor("cat >/dev/null; echo '{\"a\":{\"value\":\"v\"},\"c4nary\":{}}'", "a");

            assertThat(run.judgement("protocol")).startsWith("WARN it answers handles that nobody asked for");
            assertThat(run.all()).doesNotContain("c4nary");
        }

        @Test
        void warns_of_a_value_beside_an_error() throws IOException {
            DoctorRun run =
                    doctor("cat >/dev/null; echo '{\"a\":{\"value\":\"c4nary\",\"error\":\"c4nary is old\"}}'", "a");

            assertThat(run.judgement("protocol")).contains("a value stands beside an error, and the error counts");
            assertThat(run.judgement("values")).startsWith("FAIL a: ******** is old");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{}                                 | a: the backend has no such handle",
                    "{\"a\":{\"value\":\"\"}}             | a: the executable gave an empty value",
                    "{\"a\":{\"error\":\"access denied\"}} | a: access denied",
                })
        void fails_handles_without_a_value(String reply, String reason) throws IOException {
            DoctorRun run = doctor("cat >/dev/null; printf '%s' '" + reply + "'", "a");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.judgement("values")).startsWith("FAIL " + reason);
        }

        @Test
        void lists_five_handles_and_counts_the_rest() throws IOException {
            DoctorRun run = doctor("cat >/dev/null; echo '{}'", "1", "2", "3", "4", "5", "6", "7");

            assertThat(run.judgement("values"))
                    .contains("5: the backend", "; and 2 more")
                    .doesNotContain("6: ");
        }

        @Test
        void suggests_the_setting_that_takes_line_breaks_off() throws IOException {
            String script = "cat >/dev/null; printf '%s' '{\"a\":{\"value\":\"c4nary\\n\"}}'";
            DoctorRun run = doctor(script, "a");
            DoctorRun withSetting =
                    DoctorRun.of(home, executable, "secret_backend_remove_trailing_line_break: true\n", "a");

            assertThat(run.status()).isZero();
            assertThat(run.judgement("values"))
                    .startsWith("WARN a line break at the end: a | next: ")
                    .contains("secret_backend_remove_trailing_line_break: true");
            assertThat(withSetting.judgement("values")).startsWith("OK 1 of 1 handle found");
        }

        @Test
        void names_all_that_is_wrong_with_values_at_once() throws IOException {
            DoctorRun run = doctor(
                    "cat >/dev/null; printf '%s' '{\"a\":{\"value\":\"c4nary\\n\"},\"b\":{\"error\":\"revoked\"}}'",
                    "a", "b");

            assertThat(run.judgement("values"))
                    .startsWith("FAIL b: revoked; a line break at the end: a | next: see")
                    .contains("secret_backend_remove_trailing_line_break");
        }

        @Test
        void fails_one_that_an_unknown_handle_breaks() throws IOException {
            String breaks = "r=$(cat); case $r in *no_such_handle*) exit 3 ;; esac; printf %s \"$r\" | { " + GOOD + "}";
            String spoils = "case $(cat) in *no_such_handle*) echo '{}' ;; *) echo '{\"a\":{\"value\":\"v\"}}' ;; esac";

            assertThat(doctor(breaks, "a").judgement("unknown handle"))
                    .startsWith("FAIL it spoils the whole call: ")
                    .contains("exit status 3", "leave a handle that does not exist out of the reply");
            assertThat(doctor(spoils, "a").judgement("unknown handle"))
                    .startsWith("FAIL beside it, a has no value any more");
        }

        @Test
        void warns_of_one_that_calls_an_unknown_handle_an_error() throws IOException {
            DoctorRun run = doctor(
                    "case $(cat) in *such*) e=',\"agent_doctor_no_such_handle\":{\"error\":\"no such key\"}' ;; esac;"
                            + " printf '%s' '{\"a\":{\"value\":\"v\"}'\"$e}\"",
                    "a");

            assertThat(run.status()).isZero();
            assertThat(run.judgement("unknown handle"))
                    .startsWith("WARN it gets an error text, no such key, which counts as an outage");
        }

        @Test
        void warns_of_one_that_answers_whatever_is_asked() throws IOException {
            AgentRun.mendRightsOfDummyBackend();
            DoctorRun run = DoctorRun.of(home, AgentRun.HOME.resolve("secret-backend"), "", "a");

            assertThat(run.judgement("unknown handle")).startsWith("WARN it has a value");
        }

        @Test
        void warns_of_one_that_cannot_be_asked_for_nothing() throws IOException {
            DoctorRun run =
                    doctor("r=$(cat); case $r in *'[]'*) exit 4 ;; esac; printf %s \"$r\" | { " + GOOD + "}", "a");

            assertThat(run.status()).isZero();
            assertThat(run.judgement("empty request")).startsWith("WARN ").contains("exit status 4");
        }
    }

    @Test
    void judges_the_executable_of_a_route_with_the_handles_of_that_route() throws IOException {
        AgentRun.script(executable, "#!/bin/sh\n" + GOOD + "\n");
        Path mainFile = Files.writeString(home.resolve("agent.yaml"), """
                multi_secret_backends:
                  files: {command: %s}
                  other: {command: /nowhere}
                user: ENC[files;a]
                password: ENC[other;p]
                """.formatted(executable));

        DoctorRun used = DoctorRun.of(mainFile, "--route", "files");
        DoctorRun named = DoctorRun.of(mainFile, "--route", "files", "ENC[files;a]", "b");
        DoctorRun unnamed = DoctorRun.of(mainFile);
        DoctorRun unknown = DoctorRun.of(mainFile, "--route", "vault");

        assertThat(used.judgement("values")).startsWith("OK 1 of 1 handle found");
        assertThat(named.judgement("values")).startsWith("OK 2 of 2 handles found");
        assertThat(unnamed.status()).isEqualTo(1);
        assertThat(unnamed.judgement("routes"))
                .isEqualTo("FAIL each route has an executable of its own, and one is judged at a time"
                        + " | next: agent doctor --route files, or --route other");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.err()).contains("--route must name a route; one of [files, other]");
    }

    @Test
    void fails_a_configuration_without_an_executable() throws IOException {
        Path mainFile = Files.writeString(home.resolve("agent.yaml"), "hostname: x\n");

        DoctorRun run = DoctorRun.of(mainFile, "a");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.judgement("command")).startsWith("FAIL no secret_backend_command is set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret_typo: 1\n", "a: [\n", "secret_backend_timeout: soon\n"})
    void a_main_configuration_that_cannot_be_used_is_status_2(String text) throws IOException {
        DoctorRun run = DoctorRun.of(home, executable, text, "a");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("agent: agent.yaml");
    }

    @Test
    void a_handle_without_a_name_is_status_2() throws IOException {
        assertThat(doctor(GOOD, "ENC[]").status()).isEqualTo(2);
        assertThat(doctor(GOOD, "").status()).isEqualTo(2);
        assertThat(doctor(GOOD, "--jsn").status()).isEqualTo(2);
    }

    @Test
    void json_is_a_contract_for_scripts() throws IOException {
        DoctorRun run =
                doctor("cat >/dev/null; echo x >&2; echo '{\"a\":{\"value\":\"c4nary\"}}'", "--json", "a", "b\nc");

        String executableJson =
                "\"executable\":{\"path\":\"" + executable + "\",\"ok\":true,\"error\":null,\"details\":{";
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("{\"ok\":false," + executableJson)
                .contains("\"timeoutMillis\":20000,\"environment\":{\"user\":")
                .contains("\"handles\":[{\"handle\":\"a\",\"result\":\"found\"},"
                        + "{\"handle\":\"b\\nc\",\"result\":\"missing\"}]")
                .containsPattern("\"calls\":\\[\\{\"call\":\"several\",\"failure\":null,\"exitStatus\":0,"
                        + "\"millis\":\\d+,\"stderrLines\":1},\\{\"call\":\"one\",")
                .contains("{\"name\":\"exit\",\"verdict\":\"ok\",\"finding\":\"exit status 0\",\"next\":null}")
                .contains("{\"name\":\"protocol\",\"verdict\":\"warn\","
                        + "\"finding\":\"it answers handles that nobody asked for\",\"next\":\"")
                .contains("{\"name\":\"values\",\"verdict\":\"fail\","
                        + "\"finding\":\"b?c: the backend has no such handle\",\"next\":\"")
                .doesNotContain("c4nary");
        assertThat(isOneJsonObject(run.out())).isTrue();
    }

    private static boolean isOneJsonObject(String text) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(text)) {
            json.nextToken();
            json.skipChildren();
            return json.nextToken() == null;
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shows_what_differs_where_the_agent_was_started() throws Exception {
        AgentRun.script(executable, "#!/bin/sh\n" + GOOD);
        Path mainFile = Files.writeString(home.resolve("agent.yaml"), "secret_backend_command: " + executable + "\n");
        String agent = String.join(
                "' '", AgentRun.commandLine(List.of("-Xmx64m"), "-c", mainFile.toString(), "doctor", "a", "b"));
        Path script = AgentRun.script(
                home.resolve("start"), "#!/bin/sh\nulimit -S -n 500\n'" + agent + "' >'" + home + "/out'\nexit $?\n");
        ProcessBuilder builder = new ProcessBuilder(script.toString()).directory(home.toFile());
        builder.environment().remove("HOME");
        builder.environment().put("JDK_JAVA_OPTIONS", "-Dx=y");
        int status = builder.redirectErrorStream(true)
                .redirectOutput(home.resolve("err").toFile())
                .start()
                .waitFor();

        assertThat(Files.readString(home.resolve("out")))
                .contains("\nFolder:     " + home + "\n")
                .contains("\nHOME:       not set\n")
                .contains("\nWithheld:   JDK_JAVA_OPTIONS\n")
                .containsPattern("\nLimits:     open files \\d+ \\(500 where this was started\\)\n")
                .contains("\nWARN  environment     HOME is not set\n");
        assertThat(status).isZero();
    }
}
