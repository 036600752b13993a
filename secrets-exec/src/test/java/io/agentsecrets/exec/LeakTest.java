package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.handles;
import static io.agentsecrets.exec.Scripts.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.agentsecrets.BackendException;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretValue;
import io.agentsecrets.resolver.SecretResolver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushes a secret down every path of failure and searches all that comes out for it, or for half of it. */
@DisabledOnOs(OS.WINDOWS)
class LeakTest {

    private static final String CANARY = "c4naryW1thW1ngs";
    private static final String GOOD = "printf '{\"h\":{\"value\":\"" + CANARY + "\"},\"g\":{\"value\":\"other\"}}'; ";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                // not a reply
                "echo " + CANARY,
                "echo '{\"" + CANARY,
                "echo '{\"" + CANARY + "\":1,\"" + CANARY + "\":2}'",
                "echo '[\"" + CANARY + "\"]'",
                "echo '\"" + CANARY + "\"'",
                "echo '{\"h\":" + CANARY + "}'",
                "echo '{\"h\":{\"value\":\"" + CANARY + "'",
                "echo '{\"h\":{\"value\":\"" + CANARY + "\"'",
                "echo '{\"h\":{\"value\":\"\\u0" + CANARY + "\"}}'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\\377\"}}'",
                "echo '{\"h\":{\"value\":\"" + CANARY + "\"},\"h\":{\"value\":\"" + CANARY + "\"}}'",
                GOOD + GOOD,
                GOOD + "echo " + CANARY,
                "echo " + CANARY + "; " + GOOD,
                // single handles
                "printf '{\"h\":{\"value\":[\"" + CANARY + "\"]},\"g\":\"" + CANARY + "\"}'",
                "printf '{\"h\":{\"" + CANARY + "\":\"" + CANARY + "\"}}'",
                "printf '{\"h\":{\"value\":\"x\",\"ttl\":\"" + CANARY + "\"}}'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\",\"error\":\"" + CANARY + " is locked\"}}'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\"},\"g\":{\"error\":\"" + CANARY + " is locked\"}}'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\"},\"g\":{\"error\":\"%0495d" + CANARY + "\"}}'",
                // the end of the process
                GOOD + "exit 1",
                GOOD + "kill -9 $$",
                GOOD + "sleep 1000",
                GOOD + "yes " + CANARY,
                "yes " + CANARY,
                // what a script with set -x says
                GOOD + "echo " + CANARY + " >&2",
                GOOD + "echo " + CANARY + " >&2; exit 1",
                GOOD + "echo " + CANARY + " >&2; sleep 1000",
                GOOD + "echo x" + CANARY + "x " + "YzRuYXJ5VzF0aFcxbmdz" + " >&2; echo rubbish",
                GOOD + "yes " + CANARY + " | head -n 10000 >&2",
                // what is read but not used
                "printf '{\"h\":{\"value\":\"" + CANARY + "\",\"Value\":\"zz\"}}'; echo " + CANARY + " >&2; exit 1",
                "printf '{\"h\":\"" + CANARY + "\"}'; echo " + CANARY + " >&2; exit 1",
                "printf '{\"h\":{\"value\":{\"x\":[\"" + CANARY + "\"]}}}'; echo " + CANARY + " >&2; exit 1",
                "printf '{\"nobody asked\":{\"value\":\"" + CANARY + "\"}}'; echo " + CANARY + " >&2; exit 1",
                "printf '{\"h\":{\"value\":\"  " + CANARY + "\\\\n\"}}'; echo " + CANARY + " >&2; exit 1",
                // secrets with something in between
                GOOD + "echo " + CANARY + " | sed 's/./&\\x00/g' >&2; exit 1",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\",\"error\":\"c4nary\\342\\200\\213W1thW1ngs is bad\"}}'",
                GOOD + "yes " + CANARY + " | tr -d '\\n' | head -c 100000 >&2; exit 1",
            })
    void no_secret_gets_out(String line) throws IOException {
        Path script = script(folder, line);

        Duration timeout = Duration.ofSeconds(line.contains("sleep") ? 2 : 300);
        String seen = everythingThatComesOutOf(script, timeout);

        assertThat(seen).isNotEmpty().doesNotContain("c4nary", "W1ngs", "YzRuYXJ5");
    }

    @Test
    void a_secret_of_an_earlier_call_does_not_get_out() throws IOException {
        Path script = script(
                folder,
                "cd \"$(dirname \"$0\")\"",
                "if [ -e first ]; then",
                "echo " + CANARY + " >&2; printf '{\"h\":{\"error\":\"" + CANARY + " is locked\"}}'; exit 0; fi",
                "touch first",
                GOOD);
        ExecBackend backend = ExecBackend.builder(script).build();
        backend.maskWith(Redactor.of(List.of(SecretValue.of(CANARY))));

        backend.fetch(handles("h"));
        try (CapturedLog log = new CapturedLog()) {
            Map<Handle, FetchResult> results = backend.fetch(handles("h"));

            assertThat(results).containsEntry(new Handle("h"), FetchResult.failed("******** is locked"));
            assertThat(log.text()).contains("on standard error: ********").doesNotContain("c4nary");
        }
    }

    @Test
    void closing_the_backend_does_not_unmask_what_a_killed_call_has_to_log() throws Exception {
        Path script = script(
                folder,
                "cd \"$(dirname \"$0\")\"",
                "if [ -e first ]; then echo " + CANARY + " >&2; touch second; exec sleep 1000; fi",
                "touch first",
                GOOD);
        ExecBackend backend = ExecBackend.builder(script).build();
        backend.maskWith(Redactor.of(List.of(SecretValue.of(CANARY))));
        backend.fetch(handles("h"));

        try (CapturedLog log = new CapturedLog()) {
            Thread call = new Thread(() -> assertThatThrownBy(() -> backend.fetch(handles("h"))));
            call.start();
            Conditions.await("the script hangs", () -> Files.exists(folder.resolve("second")));
            backend.close();
            call.join(Conditions.PATIENCE.toMillis());

            assertThat(log.text()).contains("on standard error: ********").doesNotContain("c4nary");
        }
    }

    @Test
    void a_long_secret_that_repeats_itself_does_not_hold_up_the_call() throws IOException {
        Path script = Scripts.replying(
                folder,
                ("{\"h\":{\"value\":\"" + "a".repeat(400_000) + "\"},\"g\":{\"error\":\"" + "a".repeat(600_000)
                                + "\"}}")
                        .getBytes(StandardCharsets.UTF_8));
        ExecBackend backend =
                ExecBackend.builder(script).timeout(Conditions.BEYOND_PATIENCE).build();

        Map<Handle, FetchResult> results = assertTimeout(Conditions.PATIENCE, () -> backend.fetch(handles("h", "g")));

        assertThat(results).containsEntry(new Handle("g"), FetchResult.failed("********"));
    }

    /** A script's own text may hold a password; the message about its first line must not show it. */
    @ParameterizedTest
    @ValueSource(strings = {"#!/bin/sh\rpassword=" + CANARY, CANARY, "#! " + "\r\n" + CANARY})
    void the_text_of_the_executable_does_not_get_out(String text) throws IOException {
        Path script = Scripts.file(folder, "backend", text, "rwx------");

        assertThat(everythingThatComesOutOf(script, Conditions.PATIENCE))
                .isNotEmpty()
                .doesNotContain("c4nary", "W1ngs");
    }

    private static String everythingThatComesOutOf(Path script, Duration timeout) {
        ExecBackend backend = ExecBackend.builder(script).timeout(timeout).build();
        StringWriter seen = new StringWriter();
        PrintWriter printer = new PrintWriter(seen, true);
        try (CapturedLog log = new CapturedLog()) {
            try {
                printer.println(backend.fetch(handles("h", "g")));
            } catch (BackendException e) {
                e.printStackTrace(printer);
                printer.println(e);
            }
            SecretResolver resolver = SecretResolver.builder(backend).build();
            Map<String, ?> trees =
                    Map.of("a.yaml", Map.of("p", "ENC[h]", "q", "ENC[g]"), "b.yaml", Map.of("p", "ENC[missing]"));
            for (Resolution<Object> resolution : resolver.resolveAll(trees).values()) {
                if (resolution instanceof Resolution.Dropped<Object> dropped) {
                    dropped.reason().printStackTrace(printer);
                    printer.println(dropped);
                }
            }
            printer.println(resolver.report());
            printer.println(List.of(backend, backend.status()));
            printer.print(log.text());
        }
        return seen.toString();
    }
}
