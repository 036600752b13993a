package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.handles;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every backend does that has the secrets of {@link FakeBackendProgram#withSecrets}. */
abstract class SecretBackendContract {

    abstract SecretBackend backend();

    @Test
    void gives_values_to_the_letter() {
        assertThat(backend().fetch(handles("plain", "strange")))
                .isEqualTo(Map.of(
                        new Handle("plain"), FetchResult.found("hunter22"),
                        new Handle("strange"), FetchResult.found(" \"\\\n\t\u0000zażółć \ud83d\udd11 ")));
    }

    @Test
    void tells_how_long_a_value_may_be_cached() {
        assertThat(backend().fetch(handles("short-lived")))
                .containsEntry(
                        new Handle("short-lived"),
                        new FetchResult.Found(SecretValue.of("s3cret99"), Duration.ofMillis(1500)));
    }

    @Test
    void fails_single_handles_and_gives_the_others() {
        Map<Handle, FetchResult> results = backend().fetch(handles("refused", "plain", "unknown"));

        assertThat(results.get(new Handle("refused"))).isEqualTo(FetchResult.failed("no permission"));
        assertThat(results.get(new Handle("plain"))).isEqualTo(FetchResult.found("hunter22"));
        assertThat(results.getOrDefault(new Handle("unknown"), FetchResult.missing()))
                .isInstanceOfSatisfying(
                        FetchResult.Failed.class,
                        failed -> assertThat(failed.kind()).isEqualTo(FailureKind.MISSING));
    }

    @Test
    void answers_for_no_handle_that_was_not_asked_for() {
        assertThat(backend().fetch(handles("plain"))).containsOnlyKeys(new Handle("plain"));
    }

    @Test
    void leaves_the_asked_handles_alone() {
        Set<Handle> asked = Collections.unmodifiableSet(handles("plain", "unknown"));

        backend().fetch(asked);

        assertThat(asked).containsExactly(new Handle("plain"), new Handle("unknown"));
    }

    @Test
    void allows_calls_at_once() throws Exception {
        SecretBackend backend = backend();
        Callable<Map<Handle, FetchResult>> call = () -> backend.fetch(handles("plain"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Map<Handle, FetchResult>> result : threads.invokeAll(Collections.nCopies(4, call))) {
                assertThat(result.get()).containsEntry(new Handle("plain"), FetchResult.found("hunter22"));
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void describes_itself_without_secrets() {
        SecretBackend backend = backend();
        backend.fetch(handles("plain"));

        BackendStatus status = backend.status();

        assertThat(status.isOk()).isTrue();
        assertThat(status.lines()).isNotEmpty();
        assertThat(status + " " + backend).doesNotContain("hunter22");
    }
}
