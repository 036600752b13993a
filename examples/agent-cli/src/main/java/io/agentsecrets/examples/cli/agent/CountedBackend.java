package io.agentsecrets.examples.cli.agent;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.examples.cli.output.SignOfLife;
import io.agentsecrets.exec.ExecBackend;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts the starts of the executable and their time, and kills a running executable when the agent is told to stop. */
final class CountedBackend implements SecretBackend {

    private final @Nullable ExecBackend executable;
    private final SignOfLife sign;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();

    CountedBackend(@Nullable ExecBackend executable, SignOfLife sign) {
        this.executable = executable;
        this.sign = sign;
        if (executable != null) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-secret-backend"));
        }
    }

    /** What is started; null if none is set. */
    @Nullable
    ExecBackend executable() {
        return executable;
    }

    /** How often it was started. */
    int calls() {
        return calls.get();
    }

    /** How long all calls took together. */
    Duration time() {
        return Duration.ofNanos(nanos.get());
    }

    /** Kills a running executable and refuses to start another. */
    void close() {
        if (executable != null) {
            executable.close();
        }
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        if (executable == null) {
            return SecretBackend.none().fetch(handles);
        }
        long start = System.nanoTime();
        try {
            calls.incrementAndGet();
            return sign.during("the executable", () -> executable.fetch(handles));
        } catch (BackendException e) {
            if (e.kind() == FailureKind.PERMISSIONS || e.kind() == FailureKind.START) {
                calls.decrementAndGet(); // nothing was started
            }
            throw e;
        } finally {
            nanos.addAndGet(System.nanoTime() - start);
        }
    }

    @Override
    public BackendStatus status() {
        return executable == null ? SecretBackend.none().status() : executable.status();
    }
}
