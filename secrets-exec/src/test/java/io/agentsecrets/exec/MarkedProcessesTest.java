package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is taken for a process that an executable may have left behind. */
@EnabledOnOs(OS.LINUX)
class MarkedProcessesTest {

    /** By the clock of {@link System#nanoTime}; the largest number of ids that Linux allows is assigned in a minute. */
    private static final long LONG_AGO = System.nanoTime() - Duration.ofHours(1).toNanos();

    @Test
    void no_call_has_the_mark_of_another_one_or_a_part_of_it(@TempDir Path folder) throws IOException {
        Path script = Scripts.script(folder, "printf '{\"h\":{\"value\":\"CALL=%s\"}}' \"$AGENT_SECRETS_CALL\"");
        List<String> marks = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            // every second call by a backend that was just built
            try (ExecBackend backend = ExecBackend.builder(script).build()) {
                marks.add(valueFrom(backend));
                marks.add(valueFrom(backend));
            }
        }

        assertThat(marks).allSatisfy(mark -> assertThat(marks.toString()).containsOnlyOnce(mark));
        assertThat(marks).allSatisfy(mark -> assertThat(mark).hasSizeGreaterThan(20));
    }

    private static String valueFrom(ExecBackend backend) {
        FetchResult result = backend.fetch(Scripts.handles("h")).get(new Handle("h"));
        return ((FetchResult.Found) result).value().reveal();
    }

    @Test
    void a_process_that_was_started_since_may_be_one() throws Exception {
        long before = LastId.read();

        new ProcessBuilder("/bin/sh", "-c", ":").start().waitFor();

        assertThat(mayBeSomeAfter(before)).isTrue();
    }

    @Test
    void the_last_id_is_read_when_it_is_asked_for_and_not_when_the_file_is_opened() throws Exception {
        try (LastId last = LastId.open()) {
            long before = LastId.read();
            new ProcessBuilder("/bin/sh", "-c", ":").start().waitFor();

            assertThat(last.now()).isNotIn(before, -1L);
        }
    }

    @Test
    void there_may_be_some_if_the_last_id_is_not_known() {
        assertThat(new MarkedProcesses(LastId.read(), System.nanoTime(), "mark").mayBeSome(-1))
                .isTrue();
    }

    @Test
    void a_thread_of_this_process_is_none() {
        // other programs start processes as well; between two of them there is a moment
        Conditions.await("nothing but a thread is started", () -> {
            CountDownLatch done = new CountDownLatch(1);
            try {
                long before = LastId.read();
                new Thread(() -> await(done)).start();
                return LastId.read() != before && !mayBeSomeAfter(before);
            } finally {
                done.countDown();
            }
        });
    }

    @Test
    void there_may_be_some_if_the_ids_may_have_come_round_to_the_first_one() {
        assertThat(new MarkedProcesses(LastId.read(), LONG_AGO, "mark").mayBeSome(LastId.read()))
                .isTrue();
    }

    @Test
    void one_whose_id_is_not_after_the_first_one_is_killed_if_the_ids_may_have_come_round() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "exec sleep 1000");
        builder.environment().put("CALL", "come-round");
        Process daemon = builder.start();
        try {
            MarkedProcesses marked = new MarkedProcesses(LastId.read(), LONG_AGO, "CALL=come-round");

            Conditions.await("none is left", marked::killOnce);

            assertThat(daemon.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            daemon.destroyForcibly();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean mayBeSomeAfter(long first) {
        return new MarkedProcesses(first, System.nanoTime(), "mark").mayBeSome(LastId.read());
    }
}
