package io.agentsecrets.backend;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A backend that is asked again when a call fails as a whole for a reason that may pass by itself: {@link
 * FailureKind#TIMEOUT}, {@link FailureKind#EXIT} or {@link FailureKind#START}. What a backend says of a single handle is an
 * answer and not asked for again.
 *
 * <p>The pauses grow twofold from the first to the longest, each shortened by a random part of up to a half, so that a
 * fleet of agents does not come back at once (exponential backoff with jitter). A call that failed to the end is followed by
 * a minute without further attempts: an outage costs the attempts once and not for every file.
 *
 * <p>Until a call has succeeded for the first time, an agent may be given patience: then a call is repeated until that time
 * is over, however many attempts it takes, so that an agent which starts together with its secret store waits for it.
 *
 * <p>The calling thread makes the pauses; when it is interrupted the call fails as {@link FailureKind#INTERRUPTED} and the
 * interrupt stays set. Thread-safe if the backend is.
 */
public final class RetryingBackend implements SecretBackend {

    /** How long after a call that failed to the end no call is repeated. */
    static final Duration REST = Duration.ofMinutes(1);

    private final SecretBackend backend;
    private final int attempts;
    private final long firstPause;
    private final long longestPause;
    private final long patience;
    private final Clock clock;

    private volatile boolean answered;
    private volatile @Nullable Long patienceSince;
    private volatile @Nullable Long failedAt;

    private RetryingBackend(Builder builder) {
        backend = builder.backend;
        attempts = builder.attempts;
        firstPause = builder.firstPause.toNanos();
        longestPause = Math.max(firstPause, builder.longestPause.toNanos());
        patience = builder.startUpPatience.toNanos();
        clock = builder.clock;
    }

    /**
     * The time as this class sees it.
     *
     * @param nanoTime nanoseconds from any start
     * @param random from 0 to 1
     * @param sleep passes the time
     */
    record Clock(LongSupplier nanoTime, DoubleSupplier random, Sleep sleep) {

        static final Clock SYSTEM = new Clock(
                System::nanoTime, () -> ThreadLocalRandom.current().nextDouble(), TimeUnit.NANOSECONDS::sleep);

        /** Passes the time. */
        @FunctionalInterface
        interface Sleep {
            void nanos(long nanos) throws InterruptedException;
        }
    }

    /**
     * Returns a builder of backends that repeat the calls of another one.
     *
     * @param backend what is asked
     * @return a builder with the default settings: two attempts
     */
    public static Builder builder(SecretBackend backend) {
        return new Builder(backend);
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        if (patienceSince == null) {
            patienceSince = clock.nanoTime.getAsLong();
        }
        for (int attempt = 1; ; attempt++) {
            try {
                Map<Handle, FetchResult> results = backend.fetch(handles);
                answered = true;
                failedAt = null;
                return results;
            } catch (BackendException e) {
                if (!e.kind().mayEndWithNextCall()) {
                    throw e;
                }
                long pause = pauseAfter(attempt);
                if (pause < 0) {
                    throw attempt == 1
                            ? e
                            : new BackendException(e.kind(), e.getMessage() + " (attempt " + attempt + ")");
                }
                Log.failed(attempt, e, pause);
                pause(pause);
            }
        }
    }

    /** Returns how many nanoseconds to wait before the next attempt, or -1 if there is none. */
    private long pauseAfter(int attempt) {
        long now = clock.nanoTime.getAsLong();
        long doubled = firstPause << Math.min(attempt - 1, 30);
        long pause = doubled < firstPause ? longestPause : Math.min(doubled, longestPause);
        pause -= (long) (pause * clock.random.getAsDouble() / 2);
        if (isPatient(now + pause)) {
            return pause;
        }
        Long failed = failedAt;
        boolean resting = failed != null && now - failed < REST.toNanos();
        if (attempt < attempts && !resting) {
            return pause;
        }
        if (!resting) {
            failedAt = now;
        }
        return -1;
    }

    private boolean isPatient(long time) {
        Long since = patienceSince;
        return !answered && since != null && time - since < patience;
    }

    private void pause(long nanos) {
        try {
            clock.sleep.nanos(nanos);
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

    /** Names the backend. */
    @Override
    public String toString() {
        return "RetryingBackend[" + backend + "]";
    }

    /** Loaded by the first failure, so that an agent without failures does not start a logging system for this class. */
    private static final class Log {
        static void failed(int attempt, BackendException e, long pause) {
            LoggerFactory.getLogger(RetryingBackend.class)
                    .info(
                            "attempt {} to fetch secrets failed; the next follows in {} ms: {}",
                            attempt,
                            TimeUnit.NANOSECONDS.toMillis(pause),
                            e.getMessage());
        }
    }

    /** The settings of a backend that repeats calls. Not thread-safe. */
    public static final class Builder {

        private static final Duration LONGEST = Duration.ofDays(1);

        private final SecretBackend backend;
        private int attempts = 2;
        private Duration firstPause = Duration.ofMillis(200);
        private Duration longestPause = Duration.ofSeconds(5);
        private Duration startUpPatience = Duration.ZERO;
        private Clock clock = Clock.SYSTEM;

        private Builder(SecretBackend backend) {
            this.backend = Objects.requireNonNull(backend, "backend");
        }

        /**
         * Sets how often the backend is asked at most for one call.
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
         * Sets how long a pause grows.
         *
         * @param longestPause from a millisecond to a day; 5 seconds if not set. It counts as the first pause if it is shorter
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

        private static Duration inRange(String name, Duration duration, Duration shortest) {
            if (duration.compareTo(shortest) < 0 || duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        name + " must be from " + shortest.toMillis() + " ms to a day, but is " + duration);
            }
            return duration;
        }

        /** Sets the time, for tests. */
        Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * Builds the backend. It asks nothing yet.
         *
         * @return a backend that repeats calls
         */
        public RetryingBackend build() {
            return new RetryingBackend(this);
        }
    }
}
