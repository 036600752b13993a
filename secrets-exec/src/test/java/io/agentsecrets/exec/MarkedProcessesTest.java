package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is taken for a process that an executable may have left behind. */
@EnabledOnOs(OS.LINUX)
class MarkedProcessesTest {

    /** By the clock of {@link System#nanoTime}; the largest number of ids that Linux allows is assigned in a minute. */
    private static final long LONG_AGO = System.nanoTime() - Duration.ofHours(1).toNanos();

    @Test
    void a_process_that_was_started_since_may_be_one() throws Exception {
        long before = lastId();

        new ProcessBuilder("/bin/sh", "-c", ":").start().waitFor();

        assertThat(new MarkedProcesses(before, System.nanoTime(), "mark").mayBeSome())
                .isTrue();
    }

    @Test
    void a_thread_of_this_process_is_none() {
        // other programs start processes as well; between two of them there is a moment
        Conditions.await("nothing but a thread is started", () -> {
            CountDownLatch done = new CountDownLatch(1);
            try {
                long before = lastId();
                new Thread(() -> await(done)).start();
                return lastId() != before && !new MarkedProcesses(before, System.nanoTime(), "mark").mayBeSome();
            } finally {
                done.countDown();
            }
        });
    }

    @Test
    void there_may_be_some_if_the_ids_may_have_come_round_to_the_first_one() {
        assertThat(new MarkedProcesses(lastId(), LONG_AGO, "mark").mayBeSome()).isTrue();
    }

    @Test
    void one_whose_id_is_not_after_the_first_one_is_killed_if_the_ids_may_have_come_round() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "exec sleep 1000");
        builder.environment().put("CALL", "come-round");
        Process daemon = builder.start();
        try {
            MarkedProcesses marked = new MarkedProcesses(lastId(), LONG_AGO, "CALL=come-round");

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

    private static long lastId() {
        try {
            String load = Files.readString(Path.of("/proc/loadavg")).strip();
            return Long.parseLong(load.substring(load.lastIndexOf(' ') + 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
