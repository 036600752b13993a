package io.agentsecrets.resolver;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Refreshes the values of a resolver in the background: all of them at an interval, and those with a time to live before it
 * ends, so that no other thread has to wait for the backend. It owns one daemon thread.
 *
 * <p>After {@link #startScattered}, the first refresh comes after a random part of the interval, so that the agents of a
 * fleet that were started together do not ask together. Later refreshes are up to a tenth of the interval early, so that
 * agents do not get into step later. Values that are nearly due are renewed together with those that are due. After each
 * failure the next attempt waits longer. A source that was dropped is asked for again after a second, then after twice as
 * long each time, up to five minutes. Other events do not postpone these times.
 *
 * <p>Thread-safe.
 */
public final class Refresher implements AutoCloseable {

    /** How much earlier a refresh may come, as a share of the interval. */
    private static final double JITTER = 0.1;

    private static final long NEVER = Long.MAX_VALUE;

    private final Refreshes refreshes;

    /** Nanoseconds from one refresh to the next, or {@link #NEVER}. */
    private final long interval;

    private final DoubleSupplier random;
    private final Thread thread;
    private final Runnable noteValues = this::noteValues;

    /** Guards {@link #closed} and {@link #valuesCame}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private boolean closed;
    private boolean valuesCame;

    /** When all values are refreshed next, as {@link System#nanoTime()}; used if there is an interval. */
    private long refreshAt;

    private final RefreshLog log = new RefreshLog();

    private Refresher(SecretResolver resolver, Duration interval, boolean scatter, DoubleSupplier random) {
        this.refreshes = resolver.refreshes();
        this.interval = interval.isZero() ? NEVER : interval.toNanos();
        this.random = random;
        this.refreshAt = System.nanoTime() + (scatter ? part(random.getAsDouble()) : this.interval);
        thread = new Thread(this::run, "agent-secrets-refresher");
        thread.setDaemon(true);
    }

    /**
     * Starts to refresh. The first refresh comes after the whole interval.
     *
     * @param resolver whose values are refreshed
     * @param interval the time from one refresh to the next, 292 years at most; with zero only values that have a time to
     *     live are renewed
     * @return a refresher that runs until it is closed
     * @throws IllegalArgumentException if the interval is negative
     */
    public static Refresher start(SecretResolver resolver, Duration interval) {
        return start(
                resolver, interval, false, () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * Starts to refresh. The first refresh comes after a random part of the interval, so that agents that were started
     * together do not ask together.
     *
     * @param resolver whose values are refreshed
     * @param interval as for {@link #start}
     * @return a refresher that runs until it is closed
     * @throws IllegalArgumentException if the interval is negative
     */
    public static Refresher startScattered(SecretResolver resolver, Duration interval) {
        return start(resolver, interval, true, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Starts to refresh, with random numbers from 0 to 1 that a test may choose. */
    static Refresher start(SecretResolver resolver, Duration interval, boolean scatter, DoubleSupplier random) {
        Objects.requireNonNull(resolver, "resolver");
        if (interval.isNegative()) {
            throw new IllegalArgumentException("interval must not be negative, but is " + interval);
        }
        Refresher refresher = new Refresher(resolver, interval, scatter, random);
        refresher.refreshes.addListener(refresher.noteValues);
        refresher.thread.start();
        return refresher;
    }

    /** Stops. Interrupts a refresh that is under way, and waits for its end for half a second at most. Safe to repeat. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        refreshes.removeListener(noteValues);
        thread.interrupt();
        if (thread == Thread.currentThread()) {
            return; // closed by a listener
        }
        try {
            thread.join(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            long now = System.nanoTime();
            long untilRefresh = interval == NEVER ? NEVER : refreshAt - now;
            long untilRenewal = refreshes.nanosToRenewal();
            long untilRetry = refreshes.nanosToRetry();
            Wake wake = await(Math.min(untilRefresh, Math.min(untilRenewal, untilRetry)));
            if (wake == Wake.CLOSED) {
                return;
            }
            if (wake == Wake.VALUES_CAME) {
                continue; // new values may be due sooner
            }
            if (untilRefresh <= Math.min(untilRenewal, untilRetry)) {
                refreshAll();
            } else if (untilRenewal <= untilRetry) {
                attempt(refreshes::ofEnding);
            } else {
                attempt(refreshes::ofDropped);
            }
        }
    }

    private void refreshAll() {
        attempt(refreshes::ofAll);
        refreshAt = System.nanoTime() + part(1 - JITTER * random.getAsDouble());
    }

    private long part(double share) {
        return interval == NEVER ? NEVER : (long) (interval * share);
    }

    private enum Wake {
        CLOSED,
        VALUES_CAME,
        TIME
    }

    private Wake await(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!closed && !valuesCame && left > 0) {
                left = changed.awaitNanos(left);
            }
            boolean came = valuesCame;
            valuesCame = false;
            return closed ? Wake.CLOSED : came ? Wake.VALUES_CAME : Wake.TIME;
        } catch (InterruptedException e) {
            // by code that ran on this thread, such as a listener, or by close
            return closed ? Wake.CLOSED : Wake.VALUES_CAME;
        } finally {
            lock.unlock();
        }
    }

    private void noteValues() {
        if (Thread.currentThread() == thread) {
            return; // it checks for them next anyway
        }
        lock.lock();
        try {
            valuesCame = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void attempt(Supplier<RefreshResult> refresh) {
        // also if the agent's log throws, or the JVM: this thread must go on
        ForeignCode.run("a refresh", () -> log.log(refresh.get()));
        forgetInterrupt();
    }

    /** An interrupt that code on this thread left behind would fail the next call. Only {@link #close} ends the thread. */
    private void forgetInterrupt() {
        lock.lock();
        try {
            if (!closed) {
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }
}
