package io.agentsecrets.examples.cli.agent;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.examples.cli.output.SignOfLife;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A backend that counts the starts of the executable and their time, and kills a running executable when the agent is
 * stopped.
 */
final class CountedBackend implements SecretBackend {

    private final SecretBackend backend;
    private final SignOfLife sign;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();

    CountedBackend(SecretBackend backend, SignOfLife sign) {
        this.backend = backend;
        this.sign = sign;
        if (backend != SecretBackend.none()) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-secret-backend"));
        }
    }

    /** How often it was started. */
    int calls() {
        return calls.get();
    }

    /** How long all calls together took. */
    Duration time() {
        return Duration.ofNanos(nanos.get());
    }

    /** Kills a running executable and starts no other one. */
    @Override
    public void close() {
        backend.close();
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        if (backend == SecretBackend.none()) {
            return backend.fetch(handles);
        }
        long start = System.nanoTime();
        try {
            calls.incrementAndGet();
            Map<Handle, FetchResult> results = sign.during("the executable", () -> backend.fetch(handles));
            CallLog.answered(handles.size(), results.values(), start);
            return results;
        } catch (BackendException e) {
            if (e.kind() == FailureKind.PERMISSIONS || e.kind() == FailureKind.START) {
                calls.decrementAndGet(); // nothing was started
            }
            CallLog.failed(handles.size(), e.kind(), start);
            throw e;
        } finally {
            nanos.addAndGet(System.nanoTime() - start);
        }
    }

    @Override
    public Duration timeout() {
        return backend.timeout();
    }

    @Override
    public void maskWith(Redactor redactor) {
        backend.maskWith(redactor);
    }

    @Override
    public BackendStatus status() {
        return backend.status();
    }
}
