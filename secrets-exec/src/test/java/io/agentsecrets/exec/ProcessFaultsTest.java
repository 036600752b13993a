package io.agentsecrets.exec;

import static io.agentsecrets.exec.Conditions.PATIENCE;
import static io.agentsecrets.exec.Scripts.GOOD_REPLY;
import static io.agentsecrets.exec.Scripts.REPLY;
import static io.agentsecrets.exec.Scripts.handles;
import static io.agentsecrets.exec.Scripts.handlesOf300Kilobytes;
import static io.agentsecrets.exec.Scripts.replying;
import static io.agentsecrets.exec.Scripts.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong with processes: how the call ends, when, and that it leaves nothing. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessFaultsTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String TIMED_OUT =
            "the executable was not done within 0.3 s and was killed;" + " secret_backend_timeout is the limit";

    @TempDir
    Path folder;

    private final Traces traces = new Traces();

    @BeforeAll
    static void loads_the_classes_whose_files_would_be_counted(@TempDir Path folder) throws IOException {
        try (ExecBackend backend = ExecBackend.builder(script(folder, REPLY + "; yes"))
                .maxOutput(100)
                .build()) {
            failureOf(backend, handlesOf300Kilobytes());
        }
        new Traces().assertNothingIsLeft();
    }

    @AfterEach
    void ends_grandchildren_that_a_test_left_on_purpose() {
        traces.endProcesses();
    }

    @Test
    void a_value_is_found_from_end_to_end() throws IOException {
        ExecBackend backend =
                traces.backend(script(folder, "cat >\"$0.request\"", REPLY)).build();

        assertThat(backend.fetch(handles("h"))).isEqualTo(Map.of(new Handle("h"), FetchResult.found("v")));
        assertThat(folder.resolve("backend.request")).hasContent("{\"version\":\"1.0\",\"secrets\":[\"h\"]}");
        traces.assertNothingIsLeft();
    }

    @Test
    void an_exit_status_fails_the_call_whatever_the_reply_says() throws IOException {
        Path script = script(folder, REPLY, "exit 3");

        BackendException failure = failureOf(traces.backend(script).build());

        assertFailed(
                failure,
                FailureKind.EXIT,
                "the executable '" + script + "' ended with exit status 3; it printed nothing on standard error");
    }

    @Test
    void an_exit_status_sends_the_operator_to_the_log_if_the_executable_said_why() throws IOException {
        Path script = script(folder, "echo why >&2", "exit 3");

        assertFailed(
                failureOf(traces.backend(script).build()),
                FailureKind.EXIT,
                "the executable '" + script + "' ended with exit status 3; what it printed on standard error is in the"
                        + " agent's log");
    }

    @Test
    void a_command_that_a_script_cannot_find_is_named_as_the_reason_of_status_127() throws IOException {
        Path script = script(folder, "no-such-command-anywhere");

        BackendException failure = failureOf(traces.backend(script).build());

        assertThat(failure.kind()).isEqualTo(FailureKind.EXIT);
        assertThat(failure)
                .hasMessageContaining("ended with exit status 127 (a command in it was not found; the agent's PATH may"
                        + " be shorter than yours)");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 11, 15})
    void death_by_a_signal_is_an_exit_that_names_the_signal(int signal) throws IOException {
        Path script = script(folder, REPLY, "kill -" + signal + " $$");

        BackendException failure = failureOf(traces.backend(script).build());

        assertThat(failure.kind()).isEqualTo(FailureKind.EXIT);
        assertThat(failure).hasMessageContaining("exit status " + (128 + signal) + " (ended by signal " + signal + ")");
        traces.assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec sleep 1000",
                "sleep 1000",
                "trap '' TERM INT HUP; sleep 1000; sleep 1000",
                "trap '' TERM; while :; do sleep 1000; done",
                "sh -c 'sleep 1000 & sleep 1000 & wait' & sh -c 'sh -c \"sleep 1000; :\"; :' & wait",
                "sh -c 'trap \"\" TERM; sleep 1000; :'; :",
                REPLY + "; sleep 1000",
                "cat; " + REPLY + "; exec 0<&- 1>&- 2>&-; sleep 1000",
            })
    void at_the_deadline_the_process_and_its_descendants_are_killed(String line) throws IOException {
        ExecBackend backend =
                traces.backend(script(folder, line)).timeout(SHORT).build();

        long start = System.nanoTime();
        BackendException failure = failureOf(backend);

        assertThat(since(start)).isBetween(SHORT, SHORT.plus(PATIENCE));
        assertFailed(failure, FailureKind.TIMEOUT, TIMED_OUT);
    }

    @Test
    void descendants_whose_parent_has_gone_are_killed() throws IOException {
        ExecBackend backend = traces.backend(script(folder, "sh -c 'sleep 1000 &'", "sleep 1000"))
                .timeout(SHORT)
                .build();

        assertFailed(failureOf(backend), FailureKind.TIMEOUT, TIMED_OUT);
    }

    @RepeatedTest(20)
    void descendants_that_are_born_while_others_are_killed_are_killed_too(RepetitionInfo repetition)
            throws IOException {
        Path script = script(folder, "i=0; while [ $i -lt 100 ]; do (sleep 1000; :) & i=$((i+1)); done; wait");
        Duration timeout = Duration.ofMillis(10 + 4L * repetition.getCurrentRepetition());
        ExecBackend backend = traces.backend(script).timeout(timeout).build();

        long start = System.nanoTime();
        BackendException failure = failureOf(backend, handlesOf300Kilobytes());

        assertThat(since(start)).isLessThan(PATIENCE);
        assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
        traces.assertNothingIsLeft();
    }

    /** Of a chain of processes that each end when they have started the next, the last one has no parent to be asked. */
    @Test
    void the_end_of_a_chain_of_processes_is_killed() throws IOException {
        Path link = Scripts.file(
                folder,
                "link",
                "#!/bin/sh\n[ $1 = 0 ] && touch \"$0.end\" && exec sleep 1000\n\"$0\" $(($1 - 1)) &\nexit 0\n",
                "rwx------");
        ExecBackend backend = traces.backend(script(folder, "'" + link + "' 30 &", "exec sleep 1000"))
                .build();
        Caller<BackendException> call = started(() -> failureOf(backend));
        awaitFile("link.end");

        backend.close();

        Conditions.await("the call ends", call::isDone);
        traces.assertNothingIsLeft();
    }

    @Test
    void a_process_that_has_to_live_on_takes_off_the_mark() throws IOException {
        Path script = script(folder, "env -u " + ProcessTree.MARK + " sh -c 'sleep 1000 >/dev/null 2>&1 &'", REPLY);

        assertFound(traces.backend(script).build().fetch(handles("h")));

        Conditions.await("the daemon lives", () -> traces.processes().size() == 1);
    }

    @Test
    void a_timeout_of_whole_seconds_is_told_so() throws IOException {
        ExecBackend backend = traces.backend(script(folder, "sleep 1000"))
                .timeout(Duration.ofSeconds(1))
                .build();

        assertThat(failureOf(backend)).hasMessageContaining("was not done within 1 s and was killed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep 1000", "exec sleep 1000", "sh -c 'sleep 1000; :'; :"})
    void at_the_deadline_a_request_that_nobody_reads_holds_up_nothing(String line) throws IOException {
        ExecBackend backend =
                traces.backend(script(folder, line)).timeout(SHORT).build();

        long start = System.nanoTime();
        BackendException failure = failureOf(backend, handlesOf300Kilobytes());

        assertThat(since(start)).isBetween(SHORT, SHORT.plus(PATIENCE));
        assertFailed(failure, FailureKind.TIMEOUT, TIMED_OUT);
    }

    @Test
    void the_reply_is_used_at_once_when_a_grandchild_keeps_the_pipe_open() throws IOException {
        ExecBackend backend =
                traces.backend(script(folder, "sleep 1000 &", REPLY)).build();

        long start = System.nanoTime();
        Map<Handle, FetchResult> results = backend.fetch(handles("h"));

        assertThat(since(start)).isLessThan(PATIENCE);
        assertFound(results);
        traces.assertNothingIsLeft();
    }

    @Test
    void a_daemon_that_keeps_the_pipe_open_at_the_deadline_is_not_waited_for() throws IOException {
        ExecBackend backend = traces.backend(script(folder, "(sleep 1000 &)", "sleep 1000"))
                .timeout(SHORT)
                .build();

        long start = System.nanoTime();
        BackendException failure = failureOf(backend);

        assertThat(since(start)).isLessThan(SHORT.plus(PATIENCE));
        assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
        traces.assertNothingIsLeft();
    }

    @Test
    void a_daemon_that_keeps_the_request_open_is_not_waited_for() throws IOException {
        ExecBackend backend = traces.backend(
                        script(folder, "exec 3<&0", "sleep 1000 <&3 >/dev/null 2>&1 &", "exec 3<&-", REPLY))
                .build();

        long start = System.nanoTime();
        Map<Handle, FetchResult> results = backend.fetch(handlesOf300Kilobytes());

        assertThat(since(start)).isLessThan(PATIENCE);
        assertFound(results);
        traces.assertNothingIsLeft();
    }

    /**
     * The kernel shows no environment, or only a part of it, of a process whose program it is replacing; so one that is
     * looked at in that moment could be taken for somebody else's.
     */
    @ParameterizedTest
    @ValueSource(strings = {"sleep 1000", "sh -c 'exec env sleep 1000'"})
    void daemons_that_are_just_being_started_are_found(String daemon) throws IOException {
        ExecBackend backend = traces.backend(script(folder, daemon + " </dev/null >/dev/null 2>&1 &", REPLY))
                .environment("LARGE", "x".repeat(60_000))
                .build();

        for (int i = 0; i < 300; i++) {
            assertFound(backend.fetch(handles("h")));
        }

        traces.assertNothingIsLeft();
    }

    @Test
    void an_agent_that_ends_right_after_a_timeout_leaves_no_process() throws Exception {
        Path script = script(folder, "i=0; while [ $i -lt 100 ]; do (sleep 1000; :) & i=$((i+1)); done; wait");
        List<String> commandLine = new ArrayList<>(JavaProgram.commandLine(HurriedAgentProgram.class));
        commandLine.add(script.toString());

        assertThat(endOf(commandLine)).isEqualTo(3);

        traces.assertNothingIsLeft();
    }

    @RepeatedTest(5)
    void an_agent_that_ends_right_after_the_deadline_of_its_routes_leaves_no_process() throws Exception {
        List<String> commandLine = new ArrayList<>(JavaProgram.commandLine(HurriedAgentProgram.class));
        commandLine.addAll(List.of(script(folder, "exec sleep 1000").toString(), "as a route"));

        assertThat(endOf(commandLine)).isEqualTo(3);

        traces.assertNothingIsLeft();
    }

    private int endOf(List<String> commandLine) throws Exception {
        ProcessBuilder agent = new ProcessBuilder(commandLine)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        traces.mark(agent);
        return agent.start().waitFor();
    }

    /** Its parent still lives when the call is killed, and leads to it. */
    @Test
    void an_unmarked_daemon_ends_with_a_call_that_is_killed() throws IOException {
        Path script = script(
                folder,
                "env -i setsid /bin/sh -c 'echo $$ >\"$0\"; exec sleep 1000' \"$0.$$.daemon\" </dev/null >/dev/null"
                        + " 2>&1 &",
                "while [ ! -s \"$0.$$.daemon\" ]; do :; done",
                "yes");

        assertThat(failureOf(traces.backend(script).build()).kind()).isEqualTo(FailureKind.OUTPUT);

        traces.assertNothingIsLeft();
        assertThat(livingDaemons()).isEmpty();
    }

    /** It cannot be found: it bears no mark and has no parent. docs/executables.md says that it lives on. */
    @Test
    void an_unmarked_daemon_that_keeps_the_request_open_costs_no_thread_and_no_descriptor() throws IOException {
        Path script = script(
                folder,
                "exec 3<&0",
                "env -i /bin/sh -c 'echo $$ >\"$0\"; exec sleep 1000' \"$0.$$.daemon\" <&3 >/dev/null 2>&1 &",
                "exec 3<&-",
                "while [ ! -s \"$0.$$.daemon\" ]; do :; done",
                REPLY);
        ExecBackend backend = traces.backend(script).build();

        for (int i = 0; i < 3; i++) {
            assertFound(backend.fetch(handlesOf300Kilobytes()));
        }

        traces.assertNothingIsLeft();
        List<ProcessHandle> daemons = livingDaemons();
        daemons.forEach(ProcessHandle::destroyForcibly);
        assertThat(daemons).hasSize(3);
    }

    /** Those that have written their id and are no zombies, which have no command. */
    private List<ProcessHandle> livingDaemons() throws IOException {
        List<ProcessHandle> daemons = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.daemon")) {
            for (Path file : files) {
                ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                        .filter(process -> process.info().command().isPresent())
                        .ifPresent(daemons::add);
            }
        }
        return daemons;
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "exec yes", "yes & sleep 1000", "sh -c 'yes & sleep 1000'; :"})
    void a_flood_of_output_is_killed_at_once(String line) throws IOException {
        ExecBackend backend = traces.backend(script(folder, line)).build();

        long start = System.nanoTime();
        BackendException failure = failureOf(backend);

        assertThat(since(start)).isLessThan(PATIENCE);
        assertFailed(
                failure,
                FailureKind.OUTPUT,
                "the executable printed more than 1048576 bytes on standard output and was killed;"
                        + " secret_backend_output_max_size is the limit");
    }

    @Test
    void a_grandchild_that_floods_the_output_after_the_exit_holds_up_nothing() throws IOException {
        ExecBackend backend = traces.backend(script(folder, "yes &", "exit 0")).build();

        long start = System.nanoTime();
        BackendException failure = failureOf(backend);

        assertThat(since(start)).isLessThan(PATIENCE);
        assertThat(failure.kind()).isEqualTo(FailureKind.OUTPUT);
        traces.assertNothingIsLeft();
    }

    @Test
    void output_of_exactly_the_limit_is_fine() throws IOException {
        Path script = replying(folder, GOOD_REPLY.getBytes(StandardCharsets.UTF_8));
        ExecBackend backend =
                traces.backend(script).maxOutput(GOOD_REPLY.length()).build();

        assertFound(backend.fetch(handles("h")));
    }

    @Test
    void output_of_one_byte_more_than_the_limit_is_refused() throws IOException {
        Path script = replying(folder, (GOOD_REPLY + "\n").getBytes(StandardCharsets.UTF_8));
        ExecBackend backend =
                traces.backend(script).maxOutput(GOOD_REPLY.length()).build();

        assertFailed(
                failureOf(backend),
                FailureKind.OUTPUT,
                "the executable printed more than " + GOOD_REPLY.length() + " bytes on standard output and was killed;"
                        + " secret_backend_output_max_size is the limit");
    }

    @Test
    void a_mebibyte_of_output_is_read_by_default() throws IOException {
        String padding = " ".repeat((1 << 20) - GOOD_REPLY.length());
        Path script = replying(folder, (GOOD_REPLY + padding).getBytes(StandardCharsets.UTF_8));

        assertFound(traces.backend(script).build().fetch(handles("h")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "head -c 200000 /dev/zero | tr '\\0' x >&2; " + REPLY,
                "yes >&2 & " + REPLY,
                "head -c 20000000 /dev/zero >&2; " + REPLY,
            })
    void any_amount_of_standard_error_leaves_a_good_reply_good(String line) throws IOException {
        ExecBackend backend = traces.backend(script(folder, line)).build();

        long start = System.nanoTime();
        Map<Handle, FetchResult> results = backend.fetch(handles("h"));

        assertThat(since(start)).isLessThan(PATIENCE);
        assertFound(results);
        traces.assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {REPLY, "exec 0<&-; " + REPLY, "head -c 10 >/dev/null; exec 0<&-; " + REPLY})
    void a_reply_counts_even_if_the_request_was_not_read(String line) throws IOException {
        ExecBackend backend = traces.backend(script(folder, line)).build();

        assertFound(backend.fetch(handlesOf300Kilobytes()));
        assertFound(backend.fetch(handles("h")));
        traces.assertNothingIsLeft();
    }

    @Test
    void a_large_request_is_read_while_a_large_reply_is_written() throws IOException {
        Path script =
                script(folder, "printf '{\"h\":{\"value\":\"v\",\"x\":\"'", "cat | tr -d '\"\\n'", "printf '\"}}'");

        assertFound(traces.backend(script).build().fetch(handlesOf300Kilobytes()));
        traces.assertNothingIsLeft();
    }

    @Test
    void an_interrupt_ends_the_call_and_stays_set() throws Exception {
        ExecBackend backend = traces.backend(script(folder, "touch \"$0.runs\"", "sleep 1000"))
                .build();
        AtomicBoolean interrupted = new AtomicBoolean();
        Caller<BackendException> call = started(() -> {
            BackendException failure = failureOf(backend, handlesOf300Kilobytes());
            interrupted.set(Thread.currentThread().isInterrupted());
            return failure;
        });
        awaitFile("backend.runs");

        long start = System.nanoTime();
        call.interruptCaller();
        BackendException failure = call.get(2, TimeUnit.MINUTES);

        assertThat(since(start)).isLessThan(PATIENCE);
        assertThat(interrupted).isTrue();
        assertFailed(failure, FailureKind.INTERRUPTED, "the call was interrupted");
    }

    @Test
    void a_thread_that_is_interrupted_already_starts_nothing() throws IOException {
        ExecBackend backend =
                traces.backend(script(folder, "touch \"$0.runs\"", REPLY)).build();

        Thread.currentThread().interrupt();
        BackendException failure = failureOf(backend);

        assertThat(Thread.interrupted()).isTrue();
        assertFailed(failure, FailureKind.INTERRUPTED, "the call was interrupted");
        assertThat(folder.resolve("backend.runs")).doesNotExist();
    }

    @Test
    void closing_the_backend_ends_calls_of_other_threads() throws Exception {
        ExecBackend backend = traces.backend(script(folder, "touch \"$0.runs\"", "sleep 1000"))
                .build();
        Caller<BackendException> call = started(() -> failureOf(backend, handlesOf300Kilobytes()));
        awaitFile("backend.runs");

        long start = System.nanoTime();
        backend.close();
        BackendException failure = call.get(2, TimeUnit.MINUTES);

        assertThat(since(start)).isLessThan(PATIENCE);
        assertFailed(failure, FailureKind.INTERRUPTED, "the backend was closed");
    }

    @Test
    void an_executable_that_changes_while_it_is_started_is_killed_before_it_is_told_anything() throws Exception {
        Path script = script(folder, "cat >>\"$0.told\"", "exec sleep 1000");
        ExecBackend backend =
                traces.backend(script).timeout(Duration.ofMillis(50)).build();
        AtomicBoolean stop = new AtomicBoolean();
        Caller<Boolean> changes = started(() -> {
            while (!stop.get()) {
                Files.setLastModifiedTime(script, FileTime.fromMillis(System.nanoTime() / 1000));
            }
            return true;
        });

        BackendException failure;
        do {
            Files.deleteIfExists(folder.resolve("backend.told"));
            failure = failureOf(backend);
        } while (failure.kind() == FailureKind.TIMEOUT);
        stop.set(true);

        assertThat(changes.get(2, TimeUnit.MINUTES)).isTrue();
        assertFailed(
                failure,
                FailureKind.PERMISSIONS,
                "invalid executable '" + script
                        + "': it was changed each time while it was started, so it was killed before"
                        + " it was told anything; see who changes it, and put new versions in place by renaming them");
        Path told = folder.resolve("backend.told");
        assertThat(Files.exists(told) ? Files.readString(told) : "").isEmpty();
    }

    @Test
    void a_file_that_is_exchanged_by_a_rename_before_its_start_is_checked_again_and_started() throws Exception {
        Path script = script(folder, "echo >\"$0.old\"", REPLY);
        Path next = Scripts.file(folder, "next", "#!/bin/sh\n" + REPLY + "\n", "rwx------");
        ExecBackend backend = traces.backend(script).build();

        OutputStream writer = Files.newOutputStream(script, StandardOpenOption.APPEND);
        Caller<Map<Handle, FetchResult>> call = started(() -> backend.fetch(handlesOf300Kilobytes()));
        Conditions.await("the checked file is not started yet", call::waitsToTryAgain);
        Files.move(next, script, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        assertFound(call.get(2, TimeUnit.MINUTES));
        writer.close();
        assertThat(folder.resolve("backend.old")).doesNotExist();
        traces.assertNothingIsLeft();
    }

    @Test
    void a_file_that_is_exchanged_for_one_that_others_may_write_is_not_told_anything() throws Exception {
        Path script = script(folder, REPLY);
        Path next = Scripts.file(folder, "next", "#!/bin/sh\ncat >\"$0.told\"; " + REPLY + "\n", "rwxrwxrwx");
        ExecBackend backend = traces.backend(script).build();

        OutputStream writer = Files.newOutputStream(script, StandardOpenOption.APPEND);
        Caller<BackendException> call = started(() -> failureOf(backend));
        Conditions.await("the checked file is not started yet", call::waitsToTryAgain);
        Files.move(next, script, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        assertThat(call.get(2, TimeUnit.MINUTES).kind()).isEqualTo(FailureKind.PERMISSIONS);
        writer.close();
        Path told = folder.resolve("backend.told");
        assertThat(Files.exists(told) ? Files.readString(told) : "").isEmpty();
    }

    @Test
    void a_closed_backend_starts_nothing() throws IOException {
        ExecBackend backend =
                traces.backend(script(folder, "touch \"$0.runs\"", REPLY)).build();

        backend.close();
        backend.close();

        assertFailed(failureOf(backend), FailureKind.INTERRUPTED, "the backend was closed");
        assertThat(folder.resolve("backend.runs")).doesNotExist();
    }

    @Test
    void a_file_that_is_being_written_is_tried_again() throws Exception {
        Path script = script(folder, REPLY);
        ExecBackend backend = traces.backend(script).build();

        OutputStream writer = Files.newOutputStream(script, StandardOpenOption.APPEND);
        Caller<Map<Handle, FetchResult>> call = started(() -> backend.fetch(handles("h")));
        Conditions.await("the start is tried again", call::waitsToTryAgain);
        writer.close();

        assertFound(call.get(2, TimeUnit.MINUTES));
        traces.assertNothingIsLeft();
    }

    @Test
    void a_file_that_stays_open_for_writing_is_not_tried_for_ever() throws Exception {
        Path script = script(folder, REPLY);
        ExecBackend backend = traces.backend(script).build();

        OutputStream writer = Files.newOutputStream(script, StandardOpenOption.APPEND);
        long start = System.nanoTime();
        BackendException failure = failureOf(backend);
        writer.close();

        assertThat(since(start)).isBetween(Duration.ofMillis(300), PATIENCE);
        assertFailed(
                failure,
                FailureKind.START,
                "the executable '" + script + "' cannot be started: it is being written (text file busy); put a new"
                        + " version in place by renaming it");
    }

    @Test
    void the_wait_for_a_busy_file_ends_with_the_deadline_and_with_an_interrupt() throws Exception {
        Path script = script(folder, REPLY);
        ExecBackend hasty =
                traces.backend(script).timeout(Duration.ofMillis(30)).build();
        ExecBackend patient = traces.backend(script).build();

        OutputStream writer = Files.newOutputStream(script, StandardOpenOption.APPEND);
        assertThat(failureOf(hasty).kind()).isEqualTo(FailureKind.START);

        Caller<BackendException> busy = started(() -> failureOf(patient));
        Conditions.await("the start is tried again", busy::waitsToTryAgain);
        busy.interruptCaller();
        assertThat(busy.get(2, TimeUnit.MINUTES).kind()).isEqualTo(FailureKind.INTERRUPTED);
        writer.close();
    }

    @Test
    void five_hundred_calls_leave_no_descriptor_thread_or_process() throws IOException {
        ExecBackend backend = traces.backend(script(folder, REPLY)).build();

        for (int i = 0; i < 500; i++) {
            assertFound(backend.fetch(i % 10 == 0 ? handlesOf300Kilobytes() : handles("h")));
        }

        traces.assertNothingIsLeft();
    }

    @Test
    void many_threads_call_at_once() throws Exception {
        Path script = script(folder, "n=$(sed 's/.*\\[\"//; s/\".*//')", "printf '{\"%s\":{\"value\":\"v%s\"}}' $n $n");
        ExecBackend backend = traces.backend(script).build();

        Caller<?>[] callers = new Caller<?>[16];
        for (int i = 0; i < callers.length; i++) {
            String name = "h" + i;
            callers[i] = started(() -> {
                for (int call = 0; call < 5; call++) {
                    assertThat(backend.fetch(handles(name)))
                            .isEqualTo(Map.of(new Handle(name), FetchResult.found("v" + name)));
                }
                return name;
            });
        }

        for (Caller<?> caller : callers) {
            caller.get(2, TimeUnit.MINUTES);
        }
        traces.assertNothingIsLeft();
    }

    /** A call on a thread of its own. */
    private static final class Caller<T> extends FutureTask<T> {

        private final Thread thread = new Thread(this, "caller");

        Caller(Callable<T> call) {
            super(call);
        }

        void interruptCaller() {
            thread.interrupt();
        }

        boolean waitsToTryAgain() {
            for (StackTraceElement frame : thread.getStackTrace()) {
                if (frame.getMethodName().equals("pauseBeforeNextStart")) {
                    return true;
                }
            }
            return false;
        }
    }

    private static <T> Caller<T> started(Callable<T> call) {
        Caller<T> caller = new Caller<>(call);
        caller.thread.start();
        return caller;
    }

    private void awaitFile(String name) {
        Conditions.await("the script runs", () -> Files.exists(folder.resolve(name)));
    }

    private void assertFailed(BackendException failure, FailureKind kind, String message) {
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessage(message).hasNoCause();
        traces.assertNothingIsLeft();
    }

    private static void assertFound(Map<Handle, FetchResult> results) {
        assertThat(results).containsEntry(new Handle("h"), FetchResult.found("v"));
    }

    private static BackendException failureOf(ExecBackend backend) {
        return failureOf(backend, handles("h"));
    }

    private static BackendException failureOf(ExecBackend backend, Set<Handle> handles) {
        return catchThrowableOfType(BackendException.class, () -> backend.fetch(handles));
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
