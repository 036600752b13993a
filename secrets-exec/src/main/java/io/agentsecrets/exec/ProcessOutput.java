package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import org.jspecify.annotations.Nullable;

/** The result of a process: its outputs, and either its exit status or the reason why it was killed. */
final class ProcessOutput {

    private final int exitStatus;
    private final @Nullable BackendException failure;
    private final DrainedStream stdout;
    private final DrainedStream stderr;

    private ProcessOutput(
            int exitStatus, @Nullable BackendException failure, DrainedStream stdout, DrainedStream stderr) {
        this.exitStatus = exitStatus;
        this.failure = failure;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    static ProcessOutput ofExit(int exitStatus, DrainedStream stdout, DrainedStream stderr) {
        return new ProcessOutput(exitStatus, null, stdout, stderr);
    }

    static ProcessOutput ofKill(BackendException reason, DrainedStream stdout, DrainedStream stderr) {
        return new ProcessOutput(-1, reason, stdout, stderr);
    }

    /** Throws the reason why the process was killed, if it was. */
    void requireExit() {
        if (failure != null) {
            throw failure;
        }
    }

    /** The exit status, or null if the process was killed. */
    @Nullable
    Integer exitStatusIfExited() {
        return failure == null ? exitStatus : null;
    }

    int exitStatus() {
        return exitStatus;
    }

    byte[] stdout() {
        return stdout.toByteArray();
    }

    /** The beginning of standard error. */
    byte[] stderr() {
        return stderr.toByteArray();
    }

    boolean stderrWasCut() {
        return stderr.overflowed();
    }
}
