package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Supervises one process from its start to its end: sends the request, reads both outputs at the same time, and ends the
 * process if it takes too long or prints too much.
 *
 * <p>The calling thread never blocks in a read or a write, because nothing in Java can wake it from that while a grandchild
 * holds the pipe. It reads what is {@linkplain java.io.InputStream#available available}, writes what the pipe takes, and
 * otherwise waits for the process to exit, a little longer each time. When the process has exited, its output is complete;
 * a grandchild that still holds the pipe is killed.
 *
 * <p>Used by one thread.
 */
final class Supervision {

    /** How many bytes of standard error are kept for the log (docs/spec.md, section 4); the rest is read and dropped. */
    private static final int STDERR_KEPT = 64 * 1024;

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    /**
     * The shortest pause while a long request or output flows. A process fills an empty pipe in a shorter time, and then
     * waits for this thread.
     */
    private static final long PAUSE_IF_LONG = TimeUnit.MICROSECONDS.toNanos(50);

    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    /** How long outputs are read after the exit at most, as a grandchild may go on writing. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(20);

    private final ProcessStarter starter;
    private final Reaper reaper;
    private final ProcessTree tree;
    private final Process process;
    private final RequestPipe request;
    private final Limits limits;
    private final DrainedStream stdout;
    private final DrainedStream stderr;

    /** Opened after the start, when the process may already work on another core; read after its exit. */
    private final LastId lastId = LastId.open();

    /**
     * The limits of a process.
     *
     * @param timeout how long a call takes at most, for messages
     * @param deadline when the call must be done, by {@link System#nanoTime}
     * @param maxOutput how many bytes it may print
     */
    record Limits(Duration timeout, long deadline, int maxOutput) {}

    Supervision(ProcessStarter starter, Reaper reaper, ProcessTree tree, RequestPipe request, Limits limits) {
        this.starter = starter;
        this.reaper = reaper;
        this.tree = tree;
        this.process = tree.root();
        this.request = request;
        this.limits = limits;
        stdout = new DrainedStream(process.getInputStream(), limits.maxOutput());
        stderr = new DrainedStream(process.getErrorStream(), STDERR_KEPT);
    }

    /**
     * Supervises the process until it ends, or ends it. Whatever still runs of its tree is killed.
     *
     * @param file the file that it was started from; if this has changed since its check, no request is sent
     * @return the output, or null if no request was sent
     */
    @Nullable
    ProcessOutput untilItEnds(CheckedFile file) {
        // When a process exits, Java copies the rest of its pipes to memory. If a grandchild goes on writing, this
        // never ends, and nobody can close the pipes meanwhile. Java needs these two locks for it; so they are held
        // until the pipes are closed.
        synchronized (process.getInputStream()) {
            synchronized (process.getErrorStream()) {
                return untilPipesAreClosed(file);
            }
        }
    }

    private @Nullable ProcessOutput untilPipesAreClosed(CheckedFile file) {
        boolean isOver = false;
        try {
            if (file.hasChanged()) {
                return null;
            }
            awaitExit();
            isOver = !tree.mayHaveLeftovers(lastId);
            drainRest(isOver);
            return ProcessOutput.ofExit(process.exitValue(), stdout, stderr);
        } catch (BackendException e) {
            return ProcessOutput.ofKill(e, stdout, stderr);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ProcessOutput.ofKill(ProcessStarter.interrupted(), stdout, stderr);
        } finally {
            if (!isOver) {
                reaper.kill(List.of(tree));
            }
            // only now: a JVM that ends waits for close(), not for this thread
            starter.forget(tree);
            close();
        }
    }

    private void close() {
        request.close();
        stdout.close();
        stderr.close();
        lastId.close();
    }

    private void awaitExit() throws InterruptedException {
        long pause = shortestPause();
        while (true) {
            boolean moved = exchange();
            refuseTooMuch();
            starter.refuseIfClosed();
            ProcessStarter.refuseIfInterrupted();
            long left = limits.deadline() - System.nanoTime();
            if (process.waitFor(moved ? 0 : Math.min(pause, left), TimeUnit.NANOSECONDS)) {
                // even if the deadline has passed: this thread may have been late
                return;
            }
            if (left <= 0) {
                throw new BackendException(FailureKind.TIMEOUT, timedOut());
            }
            pause = moved ? shortestPause() : Math.min(2 * pause, LONGEST_PAUSE);
        }
    }

    private long shortestPause() {
        return request.isLong() || stdout.isLong() ? PAUSE_IF_LONG : SHORTEST_PAUSE;
    }

    private boolean exchange() {
        boolean written = request.write();
        return drain() || written;
    }

    /**
     * Reads what the process wrote before its exit, and for a short time what other processes write to its pipes.
     *
     * @param isAlone whether no other process is left that could write
     */
    private void drainRest(boolean isAlone) {
        stdout.drainAvailable();
        stderr.drainAvailable();
        long end = System.nanoTime() + GRACE;
        boolean moved = !isAlone;
        while (moved && System.nanoTime() - end < 0) {
            moved = drain();
        }
        refuseTooMuch();
        // if so, the process was killed by us, and its exit status means nothing
        starter.refuseIfClosed();
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
