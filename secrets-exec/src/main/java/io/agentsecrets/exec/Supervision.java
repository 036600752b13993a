package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows one process from its start to its end: tells it the request, drains both outputs at the same time, and ends it when
 * it takes too long or prints too much.
 *
 * <p>The calling thread never blocks in a read or a write, because nothing in Java can wake a thread from that while a
 * grandchild holds the pipe: it looks at what is {@linkplain java.io.InputStream#available available}, takes it, writes what
 * the process has room for, and otherwise waits for the process to exit, a little longer each time. Once the process itself
 * has exited, what it wrote is its output; a grandchild that still holds the pipe is not waited for but killed.
 *
 * <p>Used by one thread.
 */
final class Supervision {

    /** How much of standard error is kept for the log (docs/spec.md, section 4); the rest is read and forgotten. */
    private static final int STDERR_KEPT = 64 * 1024;

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    /** How long outputs are still looked at after the exit, as a grandchild may go on writing. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(20);

    private final ProcessStarter starter;
    private final Process process;
    private final RequestPipe request;
    private final Limits limits;
    private final DrainedStream stdout;
    private final DrainedStream stderr;

    /**
     * What a process may take.
     *
     * @param timeout how long a call takes at most, for messages
     * @param deadline when it has to be done, in terms of {@link System#nanoTime}
     * @param maxOutput how many bytes it may print
     */
    record Limits(Duration timeout, long deadline, int maxOutput) {}

    Supervision(ProcessStarter starter, Process process, RequestPipe request, Limits limits) {
        this.starter = starter;
        this.process = process;
        this.request = request;
        this.limits = limits;
        stdout = new DrainedStream(process.getInputStream(), limits.maxOutput());
        stderr = new DrainedStream(process.getErrorStream(), STDERR_KEPT);
    }

    /**
     * Follows the process until it ends, or until it has to be ended.
     *
     * @param file what it was started from; if that has changed since its check, the process is told nothing
     * @param whenOver told, in this thread, whether the process has ended by itself; ends what still runs
     * @return what it left behind, or null if it was told nothing
     */
    @Nullable
    ProcessOutput untilItEnds(CheckedFile file, EndOfProcess whenOver) {
        // At the exit Java copies what is left in a pipe to memory, for as long as a grandchild goes on writing,
        // and lets nobody close the pipe meanwhile. It needs these locks for it, and finds the pipes closed.
        synchronized (process.getInputStream()) {
            synchronized (process.getErrorStream()) {
                boolean exited = false;
                try {
                    if (file.hasChanged()) {
                        return null;
                    }
                    awaitExit();
                    exited = true;
                    return ProcessOutput.ofExit(process.exitValue(), stdout, stderr);
                } catch (BackendException e) {
                    return ProcessOutput.ofKill(e, stdout, stderr);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return ProcessOutput.ofKill(ProcessStarter.interrupted(), stdout, stderr);
                } finally {
                    whenOver.over(exited);
                    close();
                }
            }
        }
    }

    /** Hears of the end of a process. */
    @FunctionalInterface
    interface EndOfProcess {
        void over(boolean exited);
    }

    private void close() {
        request.close();
        stdout.close();
        stderr.close();
    }

    private void awaitExit() throws InterruptedException {
        long pause = SHORTEST_PAUSE;
        while (true) {
            boolean moved = exchange();
            refuseTooMuch();
            starter.refuseIfClosed();
            ProcessStarter.refuseIfInterrupted();
            long left = limits.deadline() - System.nanoTime();
            pause = moved ? SHORTEST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
            if (process.waitFor(moved ? 0 : Math.min(pause, left), TimeUnit.NANOSECONDS)) {
                break; // also if it was this thread that had no time
            }
            if (left <= 0) {
                throw new BackendException(FailureKind.TIMEOUT, timedOut());
            }
        }
        drainRest();
        refuseTooMuch();
        starter.refuseIfClosed(); // then it was killed, and its exit status is ours
    }

    private boolean exchange() {
        boolean written = request.write();
        return drain() || written;
    }

    private void drainRest() {
        stdout.drainAvailable();
        stderr.drainAvailable();
        long end = System.nanoTime() + GRACE;
        boolean moved = true;
        while (moved && System.nanoTime() - end < 0) {
            moved = drain();
        }
    }

    private boolean drain() {
        boolean moved = stdout.drain();
        return stderr.drain() || moved;
    }

    private void refuseTooMuch() {
        if (stdout.overflowed()) {
            throw new BackendException(
                    FailureKind.OUTPUT,
                    "the executable printed more than " + limits.maxOutput()
                            + " bytes on standard output and was killed; secret_backend_output_max_size is the limit");
        }
    }

    private String timedOut() {
        BigDecimal seconds = BigDecimal.valueOf(limits.timeout().toNanos(), 9).stripTrailingZeros();
        return "the executable was not done within " + seconds.toPlainString()
                + " s and was killed; secret_backend_timeout is the limit";
    }
}
