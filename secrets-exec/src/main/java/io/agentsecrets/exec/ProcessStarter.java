package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Starts processes with one environment, and keeps a list of those that run. Thread-safe.
 *
 * <p>If a file is still being written, the start is tried again for a short time.
 */
final class ProcessStarter {

    /**
     * How often a start is tried while the file is being written: for half a second on an idle machine, and longer on a
     * busy one, where the writer takes longer as well.
     */
    private static final int BUSY_TRIES = 50;

    private static final long BUSY_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    /** A Java executable would load a Java agent that these variables name. */
    private static final List<String> NEVER_PASSED_ON =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final Set<String> withheld;

    /** Held during a start and while closing, so that no process can start unnoticed while the others are killed. */
    private final Lock starts = new ReentrantLock();

    /** Keeps the environment from call to call, as building it again is slow; guarded by {@link #starts}. */
    private final ProcessBuilder builder = new ProcessBuilder();

    /** The mark that the environment of {@link #builder} holds, for the next process; guarded by {@link #starts}. */
    private String mark;

    /** Guarded by {@link #starts}. */
    private final List<ProcessTree> running = new ArrayList<>();

    /** Guarded by {@link #starts}. */
    private final ThreadRoom threads = new ThreadRoom();

    private volatile boolean closed;

    ProcessStarter(Map<String, String> environment, Set<String> withheld) {
        this.withheld = new TreeSet<>(withheld);
        this.withheld.addAll(NEVER_PASSED_ON);
        builder.environment().keySet().removeAll(this.withheld);
        builder.environment().putAll(environment);
        mark = ProcessTree.markNext(builder);
    }

    /** The names of the variables that are not passed on. */
    Set<String> withheld() {
        return new TreeSet<>(withheld);
    }

    /**
     * Starts a file.
     *
     * @param request its standard input
     * @param deadline when to stop trying again if the file is being written
     * @throws BackendException of kind START or INTERRUPTED; then no process is left
     */
    ProcessTree start(CheckedFile file, List<String> arguments, RequestPipe request, long deadline) {
        StartFailure.refuseWhatJavaWouldHandToAShell(file);
        List<String> commandLine = new ArrayList<>(1 + arguments.size());
        commandLine.add(file.path().text());
        commandLine.addAll(arguments);
        for (int tries = 1; ; tries++) {
            refuseIfInterrupted();
            try {
                return startOnce(file.path().path(), commandLine, request);
            } catch (IOException e) {
                if (!StartFailure.isTextFileBusy(e) || tries == BUSY_TRIES || System.nanoTime() - deadline >= 0) {
                    throw StartFailure.explained(file.path(), e);
                }
                pauseBeforeNextStart();
            } catch (OutOfMemoryError e) {
                throw StartFailure.noThreadOrMemory(file.path());
            }
        }
    }

    private ProcessTree startOnce(Path executable, List<String> commandLine, RequestPipe request) throws IOException {
        starts.lock();
        try {
            refuseIfClosed();
            threads.require();
            FileRoom.OF_AGENT.enter(executable);
            try {
                return startMarked(commandLine, request, mark);
            } finally {
                FileRoom.OF_AGENT.leave();
            }
        } finally {
            starts.unlock();
        }
    }

    private ProcessTree startMarked(List<String> commandLine, RequestPipe request, String markOfThis)
            throws IOException {
        try {
            ProcessTree tree =
                    ProcessTree.start(builder.command(commandLine).redirectInput(request.source()), markOfThis);
            request.attachTo(tree.root());
            // made now, when the process may already work on another core, and not before the next start
            mark = ProcessTree.markNext(builder);
            running.add(tree);
            return tree;
        } catch (OutOfMemoryError e) {
            MarkedProcesses.killChildrenWith(markOfThis); // nobody would wait for the process
            throw e;
        }
    }

    /** Removes a process from the list: it and its descendants are dead, or left to the reaper. */
    void forget(ProcessTree tree) {
        starts.lock();
        try {
            running.remove(tree);
            if (!tree.root().isAlive()) {
                threads.processEnded();
            }
        } finally {
            starts.unlock();
        }
    }

    /** Refuses further starts and returns what is running. */
    Collection<ProcessTree> close() {
        starts.lock(); // waits for a start that is under way, so that its process is in the list
        try {
            closed = true;
            return List.copyOf(running);
        } finally {
            starts.unlock();
        }
    }

    /**
     * Throws if this is closed.
     *
     * @throws BackendException of kind INTERRUPTED
     */
    void refuseIfClosed() {
        if (closed) {
            throw new BackendException(FailureKind.INTERRUPTED, "the backend was closed");
        }
    }

    /**
     * Throws if the thread is interrupted; the interrupt stays set.
     *
     * @throws BackendException of kind INTERRUPTED
     */
    static void refuseIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
    }

    static BackendException interrupted() {
        return new BackendException(FailureKind.INTERRUPTED, "the call was interrupted");
    }

    private static void pauseBeforeNextStart() {
        try {
            TimeUnit.NANOSECONDS.sleep(BUSY_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
    }
}
