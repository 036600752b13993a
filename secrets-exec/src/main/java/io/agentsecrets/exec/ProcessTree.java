package io.agentsecrets.exec;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A process and its descendants. */
final class ProcessTree {

    /** How long a killed process is waited for; only one stuck in the kernel takes longer than a moment. */
    private static final long PATIENCE_MILLIS = 500;

    private ProcessTree() {}

    /**
     * Kills a process and all its descendants. The descendants are looked for first: they cannot be found any more once
     * their parent has gone. An interrupt does not end the killing and stays set.
     *
     * <p>The process's own {@link Process#destroyForcibly} would also close its pipes, and that waits for whoever still
     * writes to one: for ever, if a descendant holds the other end.
     */
    static void kill(Process process) {
        List<ProcessHandle> descendants = process.descendants().collect(Collectors.toList());
        process.toHandle().destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle descendant : descendants) {
            descendant.descendants().forEach(ProcessHandle::destroyForcibly); // born while we looked
        }
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
