package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs processes until they end, each with one deadline, and leaves no process behind.
 *
 * <p>Thread-safe.
 */
final class ProcessRunner implements AutoCloseable {

    /** How often a file is checked and started if it was replaced between its check and its start. */
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
     * Runs an executable until it ends. When this returns or throws, none of its processes runs any more, or the rest are
     * being killed.
     *
     * @param executable the executable to start if it passes its check
     * @param arguments its arguments
     * @param input the whole of its standard input
     * @throws BackendException of kind PERMISSIONS, START or INTERRUPTED if nothing was started, or no request was sent
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

    /** Returns the output, or null if the file was replaced, so that the process got no request. */
    private @Nullable ProcessOutput supervised(ProcessTree tree, CheckedFile file, RequestPipe request, long deadline) {
        Supervision.Limits limits = new Supervision.Limits(timeout, deadline, maxOutput);
        return new Supervision(starter, reaper, tree, request, limits).untilItEnds(file);
    }

    /** The names of the variables that are not passed on. */
    Set<String> withheld() {
        return starter.withheld();
    }

    /** Kills the running processes, waits for a while until they are dead, and refuses further starts. */
    @Override
    public void close() {
        reaper.kill(starter.close());
        reaper.awaitDone();
    }
}
