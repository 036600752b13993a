package io.agentsecrets.backend;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Loggers;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.Ticker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A backend that asks another one and repeats, delays or refuses calls when it fails. Only calls that fail as a whole count; a failure of a single
 * handle is an answer.
 *
 * <p><b>Attempts.</b> A call that fails for a reason that may pass by itself ({@link FailureKind#TIMEOUT}, {@link
 * FailureKind#EXIT} or {@link FailureKind#START}) is repeated. The pauses double from the first to the longest, and each is
 * shortened by a random part of up to a half. After a call whose attempts all failed, no call is repeated for a minute: an
 * outage costs the attempts once and not for every file.
 *
 * <p><b>Patience at the start.</b> Until a call succeeds for the first time, calls are repeated for this long, whatever the
 * number of attempts, so that an agent that starts together with its secret store waits for it.
 *
 * <p><b>Cool-down.</b> After a call whose attempts all failed, calls fail at once for a while, with the same reason. So a
 * thousand files that are resolved one by one while an executable hangs cost one timeout and not a thousand. A call that
 * failed by {@link FailureKind#EXIT} or {@link FailureKind#OUTPUT} may have failed because of a single handle: calls for a
 * part of its handles are still made, as the resolver needs them to find the handles that work, until {@value
 * SplitFetch#MAX_CALLS} calls have failed. A call that succeeds ends the cool-down. A state file keeps it over a restart, for
 * five minutes at most, so that an agent that is started again and again does not ask a limited store each time.
 *
 * <p>The calling thread waits during the pauses; if it is interrupted, the call fails as {@link FailureKind#INTERRUPTED}
 * and the interrupt stays set. Any other exception of the other backend passes through and changes nothing. Thread-safe if
 * the other backend is; it is called with no lock held.
 */
public final class ResilientBackend implements SecretBackend {

    private final SecretBackend backend;
    private final int attempts;
    private final Pauses pauses;
    private final Outage outage;
    private final Sleep sleep;

    private ResilientBackend(Builder builder) {
        backend = builder.backend;
        attempts = builder.attempts;
        long first = builder.firstPause.toNanos();
        pauses = new Pauses(first, Math.max(first, builder.longestPause.toNanos()), builder.random);
        outage = new Outage(
                builder.ticker, builder.startUpPatience.toNanos(), builder.coolDown.toNanos(), builder.stateFile);
        sleep = builder.sleep;
    }

    /** A way to wait, which tests replace. */
    @FunctionalInterface
    interface Sleep {
        void nanos(long nanos) throws InterruptedException;
    }

    /**
     * Returns a builder of backends that cope with the failures of another one.
     *
     * @param backend the backend to ask
     * @return a builder with the default settings: two attempts, no patience, no cool-down
     */
    public static Builder builder(SecretBackend backend) {
        return new Builder(backend);
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        pause(outage.begin());
        outage.admit(handles);
        for (int attempt = 1; ; attempt++) {
            try {
                Map<Handle, FetchResult> results = backend.fetch(handles);
                outage.succeeded();
                return results;
            } catch (BackendException e) {
                long pause = pauses.after(attempt);
                if (!isRepeated(e.kind(), attempt, pause)) {
                    BackendException reason = counted(e, attempt);
                    outage.failed(handles, reason);
                    throw reason;
                }
                Log.failed(attempt, e, pause);
                pause(pause);
            }
        }
    }

    private boolean isRepeated(FailureKind kind, int attempt, long pause) {
        return kind.mayEndWithNextCall() && (outage.isPatient(pause) || (attempt < attempts && !outage.isResting()));
    }

    private static BackendException counted(BackendException reason, int attempt) {
        return attempt == 1 || !reason.kind().mayEndWithNextCall()
                ? reason
                : new BackendException(reason.kind(), reason.getMessage() + " (attempt " + attempt + ")");
    }

    private void pause(long nanos) {
        if (nanos == 0) {
            return;
        }
        try {
            sleep.nanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException(
                    FailureKind.INTERRUPTED, "the thread was interrupted before the backend was asked again");
        }
    }

    @Override
    public BackendStatus status() {
        return backend.status();
    }

    @Override
    public Duration timeout() {
        return backend.timeout();
    }

    @Override
    public void maskWith(Redactor redactor) {
        backend.maskWith(redactor);
    }

    /** Closes the other backend. */
    @Override
    public void close() {
        backend.close();
    }

    /** Names the other backend. */
    @Override
    public String toString() {
        return "ResilientBackend[" + backend + "]";
    }

    /** Loaded by the first failure, so that an agent without failures does not start its logging system. */
    private static final class Log {
        static void failed(int attempt, BackendException e, long pause) {
            Loggers.of(ResilientBackend.class)
                    .info(
                            "attempt {} to fetch secrets failed ({}); the next follows in {} ms",
                            attempt,
                            e.kind().code(), // its message may quote a secret
                            TimeUnit.NANOSECONDS.toMillis(pause));
        }
    }

    /** The settings of a resilient backend. Not thread-safe. */
    public static final class Builder {

        private static final Duration LONGEST = Duration.ofDays(1);

        private final SecretBackend backend;
        private int attempts = 2;
        private Duration firstPause = Duration.ofMillis(200);
        private Duration longestPause = Duration.ofSeconds(5);
        private Duration startUpPatience = Duration.ZERO;
        private Duration coolDown = Duration.ZERO;
        private @Nullable OutageFile stateFile;
        private Ticker ticker = Ticker.system();
        private DoubleSupplier random = Pauses.RANDOM;
        private Sleep sleep = TimeUnit.NANOSECONDS::sleep;

        private Builder(SecretBackend backend) {
            this.backend = Objects.requireNonNull(backend, "backend");
        }

        /**
         * Sets the largest number of attempts of one call.
         *
         * @param attempts 1 or more, the first one included; 2 if not set
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder attempts(int attempts) {
            if (attempts < 1) {
                throw new IllegalArgumentException("attempts must be 1 or more, but is " + attempts);
            }
            this.attempts = attempts;
            return this;
        }

        /**
         * Sets the pause between the first two attempts.
         *
         * @param firstPause from a millisecond to a day; 200 milliseconds if not set
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder firstPause(Duration firstPause) {
            this.firstPause = inRange("firstPause", firstPause, Duration.ofMillis(1));
            return this;
        }

        /**
         * Sets the longest pause.
         *
         * @param longestPause from a millisecond to a day; 5 seconds if not set. It counts as the first pause if it is
         *     shorter
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder longestPause(Duration longestPause) {
            this.longestPause = inRange("longestPause", longestPause, Duration.ofMillis(1));
            return this;
        }

        /**
         * Sets how long calls are repeated until one succeeds for the first time.
         *
         * @param startUpPatience from zero to a day, from the first call on; zero if not set
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder startUpPatience(Duration startUpPatience) {
            this.startUpPatience = inRange("startUpPatience", startUpPatience, Duration.ZERO);
            return this;
        }

        /**
         * Sets how long the backend is left alone after a call that failed.
         *
         * @param coolDown from zero, which means no cool-down, to a day; zero if not set
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder coolDown(Duration coolDown) {
            this.coolDown = inRange("coolDown", coolDown, Duration.ZERO);
            return this;
        }

        /**
         * Sets the file that keeps the cool-down over a restart: the time and the kind of the last failure, no secret. A
         * problem with the file never makes a call fail, and is logged once.
         *
         * @param stateFile a path in a folder that exists; the file is created with mode 0600
         * @param name the name of this backend in it, as several may share it
         * @return this builder
         */
        public Builder stateFile(Path stateFile, String name) {
            return stateFile(stateFile, name, Clock.systemUTC());
        }

        /** Sets the state file with a clock, for tests. */
        Builder stateFile(Path file, String name, Clock clock) {
            this.stateFile = new OutageFile(file, name, clock);
            return this;
        }

        /**
         * Sets the clock for patience and cool-down.
         *
         * @param ticker {@link Ticker#system()} if not set
         * @return this builder
         */
        public Builder ticker(Ticker ticker) {
            this.ticker = Objects.requireNonNull(ticker, "ticker");
            return this;
        }

        /** Sets the random part of the pauses, from 0 to 1, for tests. */
        Builder random(DoubleSupplier random) {
            this.random = random;
            return this;
        }

        /** Sets what passes the time of a pause, for tests. */
        Builder sleep(Sleep sleep) {
            this.sleep = sleep;
            return this;
        }

        private static Duration inRange(String name, Duration duration, Duration shortest) {
            if (duration.compareTo(shortest) < 0 || duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        name + " must be from " + shortest.toMillis() + " ms to a day, but is " + duration);
            }
            return duration;
        }

        /**
         * Builds the backend. It asks nothing yet.
         *
         * @return a backend that copes with failures
         */
        public ResilientBackend build() {
            return new ResilientBackend(this);
        }
    }
}
