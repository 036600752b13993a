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

@DisabledOnOs(OS.WINDOWS)
class TrialTest {

    @TempDir
    private Path folder;

    private Trial tryOut(Path script) {
        try (ExecBackend backend = ExecBackend.builder(script).build()) {
            return backend.tryOut(handles("h"));
        }
    }

    private Trial tryOutOneThatReplies(String reply) throws IOException {
        return tryOut(Scripts.replying(folder, reply.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void tells_what_a_fetch_tells() throws IOException {
        Trial good = tryOut(script(folder, REPLY));
        Trial bad = tryOut(script(folder, "exit 3"));

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

        Trial trial = tryOut(script);

        assertThat(trial.failure()).extracting(BackendException::kind).isEqualTo(FailureKind.PERMISSIONS);
        assertThat(trial.exitStatus()).isNull();
        assertThat(trial.remarks()).isEmpty();
    }

    @Test
    void has_no_exit_status_of_what_was_killed() throws IOException {
        Path script = script(folder, "exec sleep 1000");
        try (ExecBackend backend =
                ExecBackend.builder(script).timeout(Duration.ofMillis(50)).build()) {

            Trial trial = backend.tryOut(handles("h"));

            assertThat(trial.failure()).extracting(BackendException::kind).isEqualTo(FailureKind.TIMEOUT);
            assertThat(trial.exitStatus()).isNull();
        }
    }

    @Test
    void remarks_what_a_fetch_passes_over() throws IOException {
        assertThat(tryOutOneThatReplies("\ufeff" + GOOD_REPLY).remarks()).containsOnly(Trial.Remark.BYTE_ORDER_MARK);
        assertThat(tryOutOneThatReplies("{\"h\":{\"value\":\"v\"},\"x\":[1]}").remarks())
                .containsOnly(Trial.Remark.UNASKED_HANDLE);
        assertThat(tryOutOneThatReplies("{\"h\":{\"value\":\"v\",\"error\":\"e\"}}")
                        .remarks())
                .containsOnly(Trial.Remark.VALUE_BESIDE_ERROR);
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
        assertThat(tryOut(script(folder, "printf 'a\\n\\nb' >&2", REPLY)).stderrLines())
                .isEqualTo(2);
    }

    @Test
    void remarks_secrets_and_too_much_on_standard_error() throws IOException {
        String reply = "printf '%s' '{\"h\":{\"value\":\"c4nary\"}}'";

        assertThat(tryOut(script(folder, reply, "echo password=c4nary >&2")).remarks())
                .containsOnly(Trial.Remark.SECRET_ON_STDERR);
        assertThat(tryOut(script(folder, reply, "head -c 70000 /dev/zero | tr '\\0' x >&2"))
                        .remarks())
                .containsOnly(Trial.Remark.STDERR_CUT);
    }

    @Test
    void may_ask_for_nothing_or_without_a_request() throws IOException {
        Path script = script(folder, "test \"$(cat)\" = '{\"version\":\"1.0\",\"secrets\":[]}' || exit 7", "echo '{}'");
        try (ExecBackend backend = ExecBackend.builder(script).build()) {

            assertThat(backend.tryOut(handles()).failure()).isNull();
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
        Trial trial = tryOutOneThatReplies("{\"h\":{\"value\":\"c4nary\"},\"c4nary\":{\"value\":\"c4nary\"}}");

        assertThat(trial.toString()).contains("********").doesNotContain("c4nary");
    }
}
