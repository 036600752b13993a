package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs processes to their ends, each under one deadline, and leaves nothing of them behind.
 *
 * <p>Thread-safe.
 */
final class ProcessRunner implements AutoCloseable {

    /** How often a file that was exchanged between its check and its start is checked and started. */
    private static final int STARTS = 4;

    private final Duration timeout;
    private final int maxOutput;
    private final ProcessStarter starter;
    private final Reaper reaper = new Reaper();

    ProcessRunner(Duration timeout, int maxOutput, Map<String, String> environment, Set<String> withheld) {
        this.timeout = timeout;
        this.maxOutput = maxOutput;
        this.starter = new ProcessStarter(environment, withheld);
    }

    /**
     * Runs an executable to its end. When this returns or throws, nothing of it runs any more, or the rest is being killed.
     *
     * @param executable what to start, if it passes its check
     * @param arguments its arguments
     * @param input what it reads on standard input before the end of file
     * @throws BackendException of kind PERMISSIONS, START or INTERRUPTED if nothing was started, or nothing told to it
     */
    ProcessOutput run(ExecutableCheck executable, List<String> arguments, byte[] input) {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (int start = 1; start <= STARTS; start++) {
            RequestPipe request = RequestPipe.of(input);
            try {
                CheckedFile file = executable.requireOk();
                ProcessTree tree = starter.start(file, arguments, request, deadline);
                ProcessOutput output = supervised(tree, file, request, deadline);
                if (output != null) {
                    return output;
                }
            } finally {
                request.close();
            }
        }
        throw executable.changed();
    }

    /** Returns null if the file was exchanged, and the process therefore told nothing. */
    private @Nullable ProcessOutput supervised(ProcessTree tree, CheckedFile file, RequestPipe request, long deadline) {
        Supervision.Limits limits = new Supervision.Limits(timeout, deadline, maxOutput);
        return new Supervision(starter, tree.root(), request, limits).untilItEnds(file, exited -> {
            if (exited) {
                reaper.killLeftovers(tree);
            } else {
                reaper.kill(List.of(tree));
            }
            starter.forget(tree); // not before: a JVM that ends waits for close(), not for this thread
        });
    }

    /** The names of the variables that are not passed on. */
    Set<String> withheld() {
        return starter.withheld();
    }

    /** Kills what is running, waits a while until that is dead, and refuses what comes. */
    @Override
    public void close() {
        reaper.kill(starter.close());
        reaper.awaitDone();
    }
}
