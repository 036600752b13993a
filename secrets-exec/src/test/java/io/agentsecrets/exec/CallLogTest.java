package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.handles;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.BackendException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each call of an executable that prints nothing on standard error is still seen in the log. */
@DisabledOnOs(OS.WINDOWS)
class CallLogTest {

    private static final String DEBUG = "DEBUG io.agentsecrets.exec.ExecBackend - backend was asked for ";

    @TempDir
    private Path folder;

    @Test
    void a_call_is_logged_with_its_handles_its_outcome_and_its_time() throws IOException {
        String reply =
                "printf '{\"a\":{\"value\":\"hunter22\"},\"b\":{\"value\":\"hunter22\"},\"c\":{\"error\":\"locked\"}}'";

        assertThat(logOf(reply, 300, "a", "b", "c", "d"))
                .matches(DEBUG + "4 handles in \\d+ ms: 2 found, 1 missing, 1 backend_error\\R")
                .doesNotContain("hunter22", "locked");
        assertThat(logOf(reply, 300, "a")).matches(DEBUG + "1 handle in \\d+ ms: 1 found\\R");
    }

    @Test
    void a_call_that_failed_as_a_whole_is_logged_with_the_kind_of_the_failure() throws IOException {
        assertThat(logOf("exit 3", 300, "a"))
                .matches(DEBUG + "1 handle in \\d+ ms: the whole call failed \\(exit\\)\\R");
        assertThat(logOf("exec sleep 1000", 1, "a"))
                .matches(DEBUG + "1 handle in \\d+ ms: the whole call failed \\(timeout\\)\\R");
    }

    private String logOf(String line, int seconds, String... handles) throws IOException {
        ExecBackend backend = ExecBackend.builder(Scripts.script(folder, line))
                .timeout(Duration.ofSeconds(seconds))
                .build();
        try (CapturedLog log = new CapturedLog()) {
            fetch(backend, handles);
            return log.text();
        }
    }

    private static void fetch(ExecBackend backend, String... names) {
        try {
            backend.fetch(handles(names));
        } catch (BackendException expectedOfSome) {
            // the log is what counts here
        }
    }
}
