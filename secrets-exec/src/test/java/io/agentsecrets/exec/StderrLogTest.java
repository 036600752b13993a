package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.REPLY;
import static io.agentsecrets.exec.Scripts.handles;
import static io.agentsecrets.exec.Scripts.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.BackendException;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class StderrLogTest {

    private static final String DEBUG = "DEBUG io.agentsecrets.exec.ExecBackend - ";
    private static final String WARN = "WARN io.agentsecrets.exec.ExecBackend - ";
    private static final String SAYS = "backend on standard error: ";

    private static final TextMask NO_SECRETS = new KnownRedactors().with(new Reply(Set.of()));

    @TempDir
    Path folder;

    @Test
    void standard_error_of_a_good_call_is_logged_at_debug_a_line_a_record() throws IOException {
        assertThat(logOf("printf 'one\\ntwo\\r\\n\\n  \\nthree' >&2; " + REPLY))
                .containsExactly(DEBUG + SAYS + "one", DEBUG + SAYS + "two", DEBUG + SAYS + "three");
    }

    @Test
    void standard_error_of_a_failed_call_is_a_warning() throws IOException {
        assertThat(logOf("echo no vault >&2; exit 1")).containsExactly(WARN + SAYS + "no vault");
        assertThat(logOf("echo no vault >&2; echo rubbish")).containsExactly(WARN + SAYS + "no vault");
        assertThat(logOf("echo no vault >&2; sleep 1000")).containsExactly(WARN + SAYS + "no vault");
        assertThat(logOf("echo no vault >&2; yes")).containsExactly(WARN + SAYS + "no vault");
    }

    @Test
    void a_line_that_each_failed_call_prints_is_a_warning_once_a_minute() {
        AtomicLong seconds = new AtomicLong();
        StderrLog log = new StderrLog(Path.of("/opt/backend"), () -> TimeUnit.SECONDS.toNanos(seconds.get()));

        assertThat(logOfFailure(log, "no vault")).containsExactly(WARN + SAYS + "no vault");
        seconds.set(59);
        assertThat(logOfFailure(log, "no vault\nfor h2"))
                .containsExactly(DEBUG + SAYS + "no vault", WARN + SAYS + "for h2");
        seconds.set(60);
        assertThat(logOfFailure(log, "no vault")).containsExactly(WARN + SAYS + "no vault");
    }

    @Test
    void a_call_that_succeeds_does_not_make_a_line_a_warning_again() {
        StderrLog log = new StderrLog(Path.of("/opt/backend"), () -> 0);

        logOfFailure(log, "no vault");
        log.write(printed("no vault"), false, NO_SECRETS);

        assertThat(logOfFailure(log, "no vault")).containsExactly(DEBUG + SAYS + "no vault");
    }

    @Test
    void nothing_is_logged_for_an_executable_that_prints_nothing() throws IOException {
        assertThat(logOf(REPLY)).isEmpty();
        assertThat(logOf("exit 1")).isEmpty();
    }

    @Test
    void control_characters_are_stripped() throws IOException {
        assertThat(logOf("printf '\\033[31mred\\007\\000\\tx\\302\\205\\342\\200\\256\\342\\200\\250y\\n' >&2; "
                        + REPLY))
                .containsExactly(DEBUG + SAYS + "[31mred xy");
    }

    @Test
    void bytes_that_are_not_utf_8_are_shown_as_such() throws IOException {
        assertThat(logOf("printf 'caf\\351\\n' >&2; " + REPLY)).containsExactly(DEBUG + SAYS + "caf\ufffd");
    }

    @Test
    void secrets_of_the_same_call_are_masked() throws IOException {
        assertThat(
                        logOf(
                                "echo got hunter22 and aHVudGVyMjI= >&2; printf '{\"h\":{\"value\":\"hunter22\",\"error\":null}}'"))
                .containsExactly(DEBUG + SAYS + "got ******** and ********=");
    }

    @Test
    void secrets_of_a_reply_that_failed_are_masked() throws IOException {
        String reply = "printf '{\"h\":{\"value\":\"hunter22\"}}'; ";

        assertThat(logOf("echo got hunter22 >&2; " + reply + "exit 1")).containsExactly(WARN + SAYS + "got ********");
        assertThat(logOf("echo got hunter22 >&2; " + reply + "sleep 1000"))
                .containsExactly(WARN + SAYS + "got ********");
        assertThat(logOf("echo got hunter22 >&2; " + reply + "echo done"))
                .containsExactly(WARN + SAYS + "got ********");
    }

    @Test
    void secrets_of_several_lines_are_masked() throws IOException {
        assertThat(logOf("printf 'key: ab\\ncd\\nef.\\n' >&2; printf '{\"h\":{\"value\":\"ab\\\\ncd\\\\nef\"}}'"))
                .containsExactly(DEBUG + SAYS + "key: ********.");
    }

    @Test
    void secrets_in_utf_16_are_masked() throws IOException {
        assertThat(logOf("printf 'g\\000o\\000t\\000 \\000h\\000u\\000n\\000t\\000e\\000r\\0002\\0002\\000' >&2;"
                        + " printf '{\"h\":{\"value\":\"hunter22\"}}'"))
                .containsExactly(DEBUG + SAYS + "got ********");
    }

    @Test
    void secrets_that_resolvers_know_are_masked_also_those_that_the_reply_replaces() throws IOException {
        ExecBackend backend = ExecBackend.builder(script(
                        folder,
                        "echo login with 0ldPassw0rd refused, now n3wPassw0rd, not 0therPassw0rd >&2",
                        "printf '{\"h\":{\"value\":\"n3wPassw0rd\"}}'"))
                .build();
        backend.maskWith(Redactor.of(List.of(SecretValue.of("0ldPassw0rd"))));
        backend.maskWith(Redactor.of(List.of(SecretValue.of("0therPassw0rd"))));

        assertThat(logOf(backend))
                .containsExactly(DEBUG + SAYS + "login with ******** refused, now ********, not ********");
    }

    @Test
    void of_secrets_that_overlap_no_part_is_logged() throws IOException {
        ExecBackend backend = ExecBackend.builder(script(
                        folder,
                        "echo changed hunter22-old to hunter22 >&2",
                        "printf '{\"h\":{\"value\":\"hunter22\"}}'"))
                .build();
        backend.maskWith(Redactor.of(List.of(SecretValue.of("hunter22-old"))));

        assertThat(logOf(backend)).containsExactly(DEBUG + SAYS + "********");
    }

    @Test
    void a_flood_is_cut_at_64_kibibytes_and_says_so() throws IOException {
        List<String> log = logOf("yes 'fifteen letters' | head -n 100000 >&2; " + REPLY);

        assertThat(log).hasSize(4097); // 4,096 lines of 16 bytes
        assertThat(log.get(4094)).isEqualTo(DEBUG + SAYS + "fifteen letters");
        assertThat(log.get(4096)).isEqualTo(DEBUG + SAYS + "... (more than 65536 bytes; the rest was left out)");
    }

    @Test
    void no_part_of_a_secret_that_the_cut_divides_is_logged() throws IOException {
        String flood = "head -c 65520 /dev/zero | tr '\\0' x >&2; echo 'hunter22hunter22hunter22' >&2; ";

        assertThat(logOf(flood + "printf '{\"h\":{\"value\":\"hunter22hunter22hunter22\"}}'"))
                .containsExactly(
                        DEBUG + SAYS + "x".repeat(65520) + "********",
                        DEBUG + SAYS + "... (more than 65536 bytes; the rest was left out)");
    }

    @Test
    void no_part_of_a_secret_of_wide_or_divided_characters_is_logged_where_the_cut_divides_it() throws IOException {
        String flood =
                "head -c 65525 /dev/zero | tr '\\0' x >&2; printf 'a\\000\\303\\266b\\000\\303\\266c\\000\\303\\266' >&2; ";

        assertThat(logOf(flood + "printf '{\"h\":{\"value\":\"a\u00f6b\u00f6c\u00f6d\"}}'"))
                .containsExactly(
                        DEBUG + SAYS + "x".repeat(65525) + "********",
                        DEBUG + SAYS + "... (more than 65536 bytes; the rest was left out)");
    }

    @Test
    void no_part_of_a_secret_that_json_writes_in_six_characters_each_is_logged() throws IOException {
        String flood = "head -c 65500 /dev/zero | tr '\\0' x >&2; printf '\\\\u003c%.0s' 1 2 3 4 5 6 7 8 >&2; ";

        assertThat(logOf(flood + "printf '{\"h\":{\"value\":\"<<<<<<<<\"}}'"))
                .containsExactly(
                        DEBUG + SAYS + "x".repeat(65500) + "********",
                        DEBUG + SAYS + "... (more than 65536 bytes; the rest was left out)");
    }

    private List<String> logOf(String line) throws IOException {
        Path own = Files.createTempDirectory(folder, "script");
        Duration timeout = Duration.ofSeconds(line.contains("sleep") ? 2 : 300);
        return logOf(ExecBackend.builder(script(own, line)).timeout(timeout).build());
    }

    private static List<String> logOf(ExecBackend backend) {
        try (CapturedLog log = new CapturedLog()) {
            fetch(backend);
            return log.records();
        }
    }

    private static List<String> logOfFailure(StderrLog log, String stderr) {
        try (CapturedLog captured = new CapturedLog()) {
            log.write(printed(stderr), true, NO_SECRETS);
            return captured.records();
        }
    }

    private static ProcessOutput printed(String stderr) {
        DrainedStream stream =
                new DrainedStream(new ByteArrayInputStream(stderr.getBytes(StandardCharsets.UTF_8)), 65_536);
        stream.drainAvailable();
        return ProcessOutput.ofExit(1, new DrainedStream(InputStream.nullInputStream(), 1), stream);
    }

    private static void fetch(ExecBackend backend) {
        try {
            backend.fetch(handles("h"));
        } catch (BackendException expectedOfSome) {
            // the log is what counts here
        }
    }
}
