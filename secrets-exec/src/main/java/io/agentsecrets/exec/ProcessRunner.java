package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs a process to its end under one deadline: writes its input, drains both outputs at the same time, and leaves nothing
 * behind.
 *
 * <p>The calling thread does all but the writing of a large input. It never blocks in a read, because nothing in Java can
 * wake a thread from that while a grandchild holds the pipe: it looks at what is {@linkplain java.io.InputStream#available
 * available}, takes it, and otherwise waits for the process to exit, a little longer each time. Once the process itself has
 * exited, what it wrote is its output; a grandchild that still holds the pipe is not waited for but killed.
 *
 * <p>Thread-safe.
 */
final class ProcessRunner implements AutoCloseable {

    /** How much of standard error is kept for the log (SPEC.md, section 4); the rest is read and forgotten. */
    private static final int STDERR_KEPT = 64 * 1024;

    /** What an empty pipe takes at once on every system (4,096 on Windows; 512 is all that POSIX promises, 4,096 Linux). */
    private static final int FITS_A_PIPE = 4096;

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    /** How long outputs are still looked at after the exit, and a writer is given to notice it. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long a file that somebody is still writing is tried again. */
    private static final long BUSY_PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

    /** A Java executable would load the agent again that these variables name. */
    private static final List<String> NEVER_PASSED_ON =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final Duration timeout;
    private final int maxOutput;
    private final Set<String> withheld;
    private final Set<ProcessTree> running = ConcurrentHashMap.newKeySet();

    /** Held by a start and by closing, so that no process can start unseen while the others are killed. */
    private final Lock starts = new ReentrantLock();

    /** Keeps the environment from call to call, as to make it anew takes long; guarded by {@link #starts}. */
    private final ProcessBuilder builder = new ProcessBuilder();

    private volatile boolean closed;

    ProcessRunner(Duration timeout, int maxOutput, Map<String, String> environment, Set<String> withheld) {
        this.timeout = timeout;
        this.maxOutput = maxOutput;
        this.withheld = Set.copyOf(withheld);
        builder.environment().keySet().removeAll(NEVER_PASSED_ON);
        builder.environment().keySet().removeAll(withheld);
        builder.environment().putAll(environment);
    }

    /** What a process left: its outputs, and either an exit status or why it was killed. */
    static final class Output {

        private final int exitStatus;
        private final @Nullable BackendException failure;
        private final DrainedStream stdout;
        private final DrainedStream stderr;

        private Output(
                Process process, @Nullable BackendException failure, DrainedStream stdout, DrainedStream stderr) {
            this.exitStatus = failure == null ? process.exitValue() : -1;
            this.failure = failure;
            this.stdout = stdout;
            this.stderr = stderr;
        }

        /** Throws why the process was killed, if it was. */
        void requireExit() {
            if (failure != null) {
                throw failure;
            }
        }

        boolean wasKilled() {
            return failure != null;
        }

        int exitStatus() {
            return exitStatus;
        }

        byte[] stdout() {
            return stdout.toByteArray();
        }

        /** The start of standard error. */
        byte[] stderr() {
            return stderr.toByteArray();
        }

        boolean stderrWasCut() {
            return stderr.overflowed();
        }
    }

    /**
     * Runs an executable to its end. When this returns or throws, nothing runs any more.
     *
     * @param executable what to start, if it passes its check
     * @param arguments its arguments
     * @param input what it reads on standard input before the end of file
     * @throws BackendException of kind PERMISSIONS, START or INTERRUPTED if nothing was started, or nothing told to it
     */
    Output run(ExecutableCheck executable, List<String> arguments, byte[] input) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Started started = start(executable, arguments, deadline);
        Process process = started.tree().root();
        // At the exit Java copies what is left in a pipe to memory, for as long as a grandchild goes on writing,
        // and lets nobody close the pipe meanwhile. It needs these locks for it, and finds the pipes closed.
        synchronized (process.getInputStream()) {
            synchronized (process.getErrorStream()) {
                return supervise(started, executable, input, deadline);
            }
        }
    }

    /** A process that runs, and the file that it was started from. */
    private record Started(ProcessTree tree, CheckedFile file) {}

    private Output supervise(Started started, ExecutableCheck executable, byte[] input, long deadline) {
        ProcessTree tree = started.tree();
        Process process = tree.root();
        DrainedStream stdout = new DrainedStream(process.getInputStream(), maxOutput);
        DrainedStream stderr = new DrainedStream(process.getErrorStream(), STDERR_KEPT);
        BackendException failure = null;
        boolean exited = false;
        try {
            if (started.file().hasChanged()) {
                tell(new byte[0], process.getOutputStream());
                throw executable.changed();
            }
            Thread writer = write(input, process.getOutputStream());
            awaitExit(process, stdout, stderr, deadline);
            exited = true;
            tree.killLeftovers(); // they may hold what the writer writes to
            join(writer);
        } catch (BackendException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = interrupted();
        } finally {
            if (!exited) {
                tree.kill();
            }
            running.remove(tree); // not before it is dead: a JVM that ends waits for close(), not for this thread
            stdout.close();
            stderr.close();
        }
        return new Output(process, failure, stdout, stderr);
    }

    /** The names of the variables that are not passed on. */
    Set<String> withheld() {
        Set<String> names = new TreeSet<>(NEVER_PASSED_ON);
        names.addAll(withheld);
        return names;
    }

    /** Kills what is running and refuses what comes. */
    @Override
    public void close() {
        starts.lock(); // waits for a start that is under way, whose process is then known
        try {
            closed = true;
        } finally {
            starts.unlock();
        }
        running.forEach(tree -> {
            if (running.contains(tree)) { // else its own thread was faster
                tree.kill();
            }
        });
    }

    private Started start(ExecutableCheck executable, List<String> arguments, long deadline) {
        long giveUp = Math.min(deadline, System.nanoTime() + BUSY_PATIENCE);
        while (true) {
            refuseIfInterrupted();
            CheckedFile file = executable.requireOk();
            String path = file.path().toString();
            StartFailure.refuseWhatJavaWouldHandToAShell(path);
            try {
                return new Started(startOnce(path, arguments), file);
            } catch (IOException e) {
                if (!StartFailure.isTextFileBusy(e) || System.nanoTime() - giveUp >= 0) {
                    throw StartFailure.explained(path, e);
                }
                pauseBeforeNextStart();
            }
        }
    }

    private ProcessTree startOnce(String path, List<String> arguments) throws IOException {
        List<String> commandLine = new ArrayList<>(1 + arguments.size());
        commandLine.add(path);
        commandLine.addAll(arguments);
        starts.lock();
        try {
            refuseIfClosed();
            ProcessTree tree = ProcessTree.start(builder.command(commandLine));
            running.add(tree);
            return tree;
        } finally {
            starts.unlock();
        }
    }

    private static void pauseBeforeNextStart() {
        try {
            TimeUnit.NANOSECONDS.sleep(LONGEST_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
    }

    /** A small input fits the empty pipe and is written at once; a large one needs a thread, as the process may not read. */
    private static @Nullable Thread write(byte[] input, OutputStream stdin) {
        if (input.length <= FITS_A_PIPE) {
            tell(input, stdin);
            return null;
        }
        Thread writer = new Thread(() -> tell(input, stdin), "agent-secrets-stdin");
        writer.setDaemon(true);
        writer.start();
        return writer;
    }

    private static void tell(byte[] input, OutputStream stdin) {
        try (stdin) {
            stdin.write(input);
        } catch (IOException brokenPipe) {
            // a process may close its input early and still answer well: exit status and reply tell
        }
    }

    private void awaitExit(Process process, DrainedStream stdout, DrainedStream stderr, long deadline)
            throws InterruptedException {
        long pause = SHORTEST_PAUSE;
        while (true) {
            boolean moved = drain(stdout, stderr);
            refuseTooMuch(stdout);
            refuseIfClosed();
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new BackendException(FailureKind.TIMEOUT, timedOut());
            }
            refuseIfInterrupted();
            pause = moved ? SHORTEST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
            if (process.waitFor(moved ? 0 : Math.min(pause, left), TimeUnit.NANOSECONDS)) {
                break;
            }
        }
        drainRest(stdout, stderr);
        refuseTooMuch(stdout);
        refuseIfClosed(); // then it was killed, and its exit status is ours
    }

    private static void drainRest(DrainedStream stdout, DrainedStream stderr) {
        long end = System.nanoTime() + GRACE;
        boolean moved = true;
        while (moved && System.nanoTime() - end < 0) {
            moved = drain(stdout, stderr);
        }
    }

    private static boolean drain(DrainedStream stdout, DrainedStream stderr) {
        boolean moved = stdout.drain();
        return stderr.drain() || moved;
    }

    private void refuseTooMuch(DrainedStream stdout) {
        if (stdout.overflowed()) {
            throw new BackendException(
                    FailureKind.OUTPUT,
                    "the executable printed more than " + maxOutput
                            + " bytes on standard output and was killed; secret_backend_output_max_size is the limit");
        }
    }

    private String timedOut() {
        BigDecimal seconds = BigDecimal.valueOf(timeout.toNanos(), 9).stripTrailingZeros();
        return "the executable was not done within " + seconds.toPlainString()
                + " s and was killed; secret_backend_timeout is the limit";
    }

    private static void refuseIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
    }

    private static BackendException interrupted() {
        return new BackendException(FailureKind.INTERRUPTED, "the call was interrupted");
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new BackendException(FailureKind.INTERRUPTED, "the backend was closed");
        }
    }

    private static void join(@Nullable Thread writer) throws InterruptedException {
        if (writer != null) {
            writer.join(TimeUnit.NANOSECONDS.toMillis(GRACE));
        }
    }
}
