package io.agentsecrets.exec.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.exec.doctor.Judgement.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor finds, as data; how it reads is tried with the command line of the examples. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executables are shell scripts")
class DoctorTest {

    private static final SortedSet<Handle> HANDLES = new TreeSet<>(List.of(new Handle("a"), new Handle("b")));

    @TempDir
    private Path folder;

    private Diagnosis examine(String script) throws IOException {
        Path file = Files.writeString(folder.resolve("backend"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return examine(ExecBackend.builder(file).timeout(Duration.ofSeconds(20)));
    }

    private static Diagnosis examine(ExecBackend.Builder builder) {
        try (ExecBackend backend = builder.build()) {
            return Doctor.examine(backend, HANDLES);
        }
    }

    private static Judgement judgement(Diagnosis diagnosis, String name) {
        return diagnosis.judgements().stream()
                .filter(judgement -> judgement.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Answers a and b; {@code $r} is the request. */
    private static String replying(String before) {
        return "r=$(cat); " + before
                + "; case $r in *'\"b\"'*) printf '{\"a\":{\"value\":\"c4nary\"},\"b\":{\"value\":\"c4nary2\"}}' ;;"
                + " *'\"a\"'*) printf '{\"a\":{\"value\":\"c4nary\"}}' ;; *) printf '{}' ;; esac";
    }

    @Test
    void finds_nothing_wrong_with_a_good_executable_and_makes_five_calls() throws IOException {
        Diagnosis diagnosis = examine(replying(":"));

        assertThat(diagnosis.isOk()).isTrue();
        assertThat(diagnosis.count(Verdict.SKIP)).isZero();
        assertThat(diagnosis.calls())
                .extracting(Diagnosis.Call::code)
                .containsExactly("several", "one", "unknown", "nothing", "no_request");
        assertThat(diagnosis.calls())
                .allMatch(call -> call.failure() == null && call.took().toNanos() > 0);
        assertThat(diagnosis.handles()).containsOnlyKeys(HANDLES).containsValue(Optional.of("found"));
        assertThat(judgement(diagnosis, "unknown_handle").verdict()).isEqualTo(Verdict.OK);
        assertThat(diagnosis.toString()).doesNotContain("c4nary");
    }

    @Test
    void tells_of_each_handle_what_came_of_it() throws IOException {
        Diagnosis diagnosis = examine("cat >/dev/null; echo '{\"a\":{\"error\":\"locked\"}}'");

        assertThat(diagnosis.handles())
                .containsEntry(new Handle("a"), Optional.of("backend_error"))
                .containsEntry(new Handle("b"), Optional.of("missing"));
        assertThat(judgement(diagnosis, "values").finding()).isEqualTo("a: locked; b: the backend has no such handle");
        assertThat(diagnosis.isOk()).isFalse();
    }

    @Test
    void judges_nothing_behind_a_call_that_fails_as_a_whole() throws IOException {
        Diagnosis diagnosis = examine("exit 3");

        assertThat(diagnosis.handles()).containsValue(Optional.empty());
        assertThat(diagnosis.calls().get(0).failure()).isEqualTo(FailureKind.EXIT);
        assertThat(judgement(diagnosis, "exit").verdict()).isEqualTo(Verdict.FAIL);
        for (String name : List.of("output", "protocol", "values", "unknown_handle", "empty_request")) {
            assertThat(judgement(diagnosis, name).verdict()).as(name).isEqualTo(Verdict.SKIP);
        }
    }

    @Test
    void does_not_try_again_what_cannot_be_started() {
        Diagnosis diagnosis = examine(ExecBackend.builder(folder.resolve("none")));

        assertThat(diagnosis.calls()).extracting(Diagnosis.Call::failure).containsExactly(FailureKind.START);
        assertThat(judgement(diagnosis, "rights").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judgement(diagnosis, "start").verdict()).isEqualTo(Verdict.SKIP);
    }

    @Test
    void masks_secrets_that_an_error_tells() throws IOException {
        Diagnosis diagnosis = examine(
                "cat >/dev/null; echo '{\"a\":{\"value\":\"c4nary\"},\"b\":{\"error\":\"not c4nary\"}}'; echo c4nary >&2");

        assertThat(judgement(diagnosis, "values").finding()).isEqualTo("b: not ********");
        assertThat(judgement(diagnosis, "stderr").verdict()).isEqualTo(Verdict.WARN);
        assertThat(diagnosis.toString()).doesNotContain("c4nary");
    }

    @Test
    void has_one_thing_to_say_without_an_executable() {
        Diagnosis diagnosis = Doctor.withoutExecutable(HANDLES);

        assertThat(diagnosis.judgements()).extracting(Judgement::name).containsExactly("command");
        assertThat(diagnosis.isOk()).isFalse();
    }

    @Test
    void what_the_agent_knows_better_stands_in_front() {
        Diagnosis diagnosis = Doctor.withoutExecutable(HANDLES).with(Judgement.warn("configuration", "why", "mend"));

        assertThat(diagnosis.judgements()).extracting(Judgement::name).containsExactly("configuration", "command");
        assertThat(diagnosis.count(Verdict.WARN)).isOne();
    }

    @Test
    void warns_of_a_first_process_that_reaps_nothing() {
        Environment container =
                new Environment("agent", 997, "/", "/bin", folder.toString(), Set.of(), Optional.of("java"), List.of());
        Environment machine =
                new Environment("agent", null, "/", "/bin", folder.toString(), Set.of(), Optional.of("systemd"), null);

        assertThat(EnvironmentChecks.judge(container).verdict()).isEqualTo(Verdict.WARN);
        assertThat(EnvironmentChecks.judge(container).next()).contains("--init");
        assertThat(EnvironmentChecks.judge(machine).verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void warns_of_an_environment_without_path_or_home() {
        Environment bare = new Environment("agent", 997, "/", null, null, Set.of(), Optional.empty(), null);
        Environment homeless = new Environment("agent", 997, "/", "/bin", null, Set.of(), Optional.empty(), null);

        assertThat(EnvironmentChecks.judge(bare).finding()).startsWith("PATH is not set");
        assertThat(EnvironmentChecks.judge(homeless).finding()).isEqualTo("HOME is not set");
    }
}
