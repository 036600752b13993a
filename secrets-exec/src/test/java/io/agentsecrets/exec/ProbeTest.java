package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.GOOD_REPLY;
import static io.agentsecrets.exec.Scripts.REPLY;
import static io.agentsecrets.exec.Scripts.handles;
import static io.agentsecrets.exec.Scripts.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class ProbeTest {

    @TempDir
    private Path folder;

    private Probe probe(Path script) {
        try (ExecBackend backend = ExecBackend.builder(script).build()) {
            return backend.probe(handles("h"));
        }
    }

    private Probe tryOutOneThatReplies(String reply) throws IOException {
        return probe(Scripts.replying(folder, reply.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void tells_what_a_fetch_tells() throws IOException {
        Probe good = probe(script(folder, REPLY));
        Probe bad = probe(script(folder, "exit 3"));

        assertThat(good.results()).containsOnlyKeys(new Handle("h")).containsValue(FetchResult.found("v"));
        assertThat(good.failure()).isNull();
        assertThat(good.exitStatus()).isZero();
        assertThat(good.remarks()).isEmpty();
        assertThat(good.took()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(30));
        assertThat(bad.results()).isEmpty();
        assertThat(bad.exitStatus()).isEqualTo(3);
        assertThat(bad.failure()).extracting(BackendException::kind).isEqualTo(FailureKind.EXIT);
    }

    @Test
    void tells_a_failed_start() throws IOException {
        Path script = Scripts.file(folder, "backend", "#!/bin/sh\n" + REPLY + "\n", "rwxr-xr-x");

        Probe trial = probe(script);

        assertThat(trial.failure()).extracting(BackendException::kind).isEqualTo(FailureKind.PERMISSIONS);
        assertThat(trial.exitStatus()).isNull();
        assertThat(trial.remarks()).isEmpty();
    }

    @Test
    void has_no_exit_status_of_what_was_killed() throws IOException {
        Path script = script(folder, "exec sleep 1000");
        try (ExecBackend backend =
                ExecBackend.builder(script).timeout(Duration.ofMillis(50)).build()) {

            Probe trial = backend.probe(handles("h"));

            assertThat(trial.failure()).extracting(BackendException::kind).isEqualTo(FailureKind.TIMEOUT);
            assertThat(trial.exitStatus()).isNull();
        }
    }

    @Test
    void remarks_what_a_fetch_passes_over() throws IOException {
        assertThat(tryOutOneThatReplies("\ufeff" + GOOD_REPLY).remarks()).containsOnly(Probe.Remark.BYTE_ORDER_MARK);
        assertThat(tryOutOneThatReplies("{\"h\":{\"value\":\"v\"},\"x\":[1]}").remarks())
                .containsOnly(Probe.Remark.UNASKED_HANDLE);
        assertThat(tryOutOneThatReplies("{\"h\":{\"value\":\"v\",\"error\":\"e\"}}")
                        .remarks())
                .containsOnly(Probe.Remark.VALUE_BESIDE_ERROR);
    }

    @Test
    void does_not_take_an_empty_value_beside_an_error_for_one() throws IOException {
        assertThat(tryOutOneThatReplies("{\"h\":{\"value\":\"\",\"error\":\"e\"}}")
                        .remarks())
                .isEmpty();
        assertThat(tryOutOneThatReplies("{\"h\":{\"value\":\"v\",\"error\":\"\"}}")
                        .remarks())
                .isEmpty();
    }

    @Test
    void counts_the_lines_of_standard_error() throws IOException {
        assertThat(probe(script(folder, "printf 'a\\n\\nb' >&2", REPLY)).stderrLines())
                .isEqualTo(2);
    }

    @Test
    void tells_what_was_printed_on_standard_error_itself_and_warns_nobody() throws IOException {
        try (CapturedLog log = new CapturedLog()) {
            Probe probe = probe(script(
                    folder,
                    "printf '\\033[1mno vault for c4nary\\n\\n' >&2",
                    "printf '{\"h\":{\"value\":\"c4nary\"}}'; exit 3"));

            assertThat(probe.stderr()).containsExactly("[1mno vault for ********");
            assertThat(log.text())
                    .doesNotContain("WARN")
                    .contains("DEBUG io.agentsecrets.exec.ExecBackend - backend on standard error: ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "printf '{\"h\":{\"value\":\"c4n'",
                "printf '{\"h\":{\"error\":\"locked\"}}'",
                "printf '{}'",
                ":",
            })
    void tells_nothing_that_was_printed_on_standard_error_if_a_value_is_not_known(String reply) throws IOException {
        Probe probe = probe(script(folder, "echo no vault for c4nary >&2", reply, "exit 3"));

        assertThat(probe.stderr()).isEmpty();
        assertThat(probe.stderrLines()).isOne();
    }

    @Test
    void tells_only_the_beginning_of_a_flood() throws IOException {
        Probe probe =
                probe(script(folder, "head -c 300 /dev/zero | tr '\\0' x >&2; echo >&2; yes | head -n 100 >&2", REPLY));

        assertThat(probe.stderr()).hasSize(20).startsWith("x".repeat(200) + "...");
    }

    @Test
    void remarks_secrets_and_too_much_on_standard_error() throws IOException {
        String reply = "printf '%s' '{\"h\":{\"value\":\"c4nary\"}}'";

        assertThat(probe(script(folder, reply, "echo password=c4nary >&2")).remarks())
                .containsOnly(Probe.Remark.SECRET_ON_STDERR);
        assertThat(probe(script(folder, reply, "head -c 70000 /dev/zero | tr '\\0' x >&2"))
                        .remarks())
                .containsOnly(Probe.Remark.STDERR_CUT);
    }

    @Test
    void knows_the_secrets_of_the_probe_before() throws IOException {
        Path script = script(
                folder,
                "[ -e \"$0.asked\" ] && echo password=c4nary >&2 && exit 3",
                "touch \"$0.asked\"; printf '%s' '{\"h\":{\"value\":\"c4nary\"}}'");
        try (ExecBackend backend = ExecBackend.builder(script).build();
                CapturedLog log = new CapturedLog()) {
            backend.probe(handles("h"));

            assertThat(backend.probe(handles("h")).remarks()).containsOnly(Probe.Remark.SECRET_ON_STDERR);
            assertThat(log.text()).contains("password=********").doesNotContain("c4nary");
        }
    }

    @Test
    void may_ask_for_nothing_or_without_a_request() throws IOException {
        Path script = script(folder, "test \"$(cat)\" = '{\"version\":\"1.0\",\"secrets\":[]}' || exit 7", "echo '{}'");
        try (ExecBackend backend = ExecBackend.builder(script).build()) {

            assertThat(backend.probe(handles()).failure()).isNull();
            assertThat(backend.tryOutWithoutRequest().failure())
                    .hasMessageContaining("ended with exit status 7")
                    .extracting(BackendException::kind)
                    .isEqualTo(FailureKind.EXIT);
        }
    }

    @Test
    void names_the_variables_that_are_withheld() {
        try (ExecBackend backend = ExecBackend.builder(folder.resolve("backend"))
                .withhold(List.of("TOKEN"))
                .build()) {
            assertThat(backend.withheld())
                    .containsExactly("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "TOKEN", "_JAVA_OPTIONS");
        }
    }

    @Test
    void prints_no_value() throws IOException {
        Probe trial = tryOutOneThatReplies("{\"h\":{\"value\":\"c4nary\"},\"c4nary\":{\"value\":\"c4nary\"}}");

        assertThat(trial.toString()).contains("********").doesNotContain("c4nary");
    }
}
