package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is taken for a process that an executable may have left behind. */
@EnabledOnOs(OS.LINUX)
class MarkedProcessesTest {

    @Test
    void a_process_that_was_started_since_may_be_one() throws Exception {
        long before = lastId();

        new ProcessBuilder("/bin/sh", "-c", ":").start().waitFor();

        assertThat(new MarkedProcesses(before, "mark").mayBeSome()).isTrue();
    }

    @Test
    void a_thread_of_this_process_is_none() {
        // other programs start processes as well; between two of them there is a moment
        Conditions.await("nothing but a thread is started", () -> {
            CountDownLatch done = new CountDownLatch(1);
            try {
                long before = lastId();
                new Thread(() -> await(done)).start();
                return lastId() != before && !new MarkedProcesses(before, "mark").mayBeSome();
            } finally {
                done.countDown();
            }
        });
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
