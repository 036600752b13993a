package io.agentsecrets;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A backend's answer for one handle: its value, or why there is none. */
public sealed interface FetchResult {

    /**
     * The handle has a value.
     *
     * @param value the secret; an empty one counts as a failure of kind {@link FailureKind#EMPTY}
     * @param timeToLive how long the value may be cached at most, or null for as long as the resolver's settings say. Zero
     *     counts as null, as in the protocol: stores answer 0 for values that do not expire
     */
    record Found(SecretValue value, @Nullable Duration timeToLive) implements FetchResult {

        /** Refuses a negative time to live. */
        public Found {
            Objects.requireNonNull(value, "value");
            if (timeToLive != null && timeToLive.isNegative()) {
                throw new IllegalArgumentException("timeToLive is negative");
            }
            timeToLive = timeToLive == null || timeToLive.isZero() ? null : timeToLive;
        }
    }

    /**
     * The handle has no value.
     *
     * @param kind why, for programs
     * @param reason why, for people: one line, capped and without control characters; never a secret
     */
    record Failed(FailureKind kind, String reason) implements FetchResult {

        /** The number of characters of a reason that are kept. */
        static final int REASON_LIMIT = 500;

        /** Strips control characters off the reason and caps it. */
        public Failed {
            Objects.requireNonNull(kind, "kind");
            reason = OneLine.stripped(reason, REASON_LIMIT);
        }

        /**
         * Masks the secrets in the reason, also one that the cap cut in two. If the kind is not {@link
         * FailureKind#BACKEND_ERROR}, the reason is often this library's own sentence, such as {@code status 1}. If a
         * secret were {@code 1}, a mask there would hide the status and reveal the secret, so secrets of one to three
         * characters are not masked in such a reason.
         *
         * @param redactor what masks the secrets
         * @return the same failure with another reason
         */
        public Failed maskedBy(Redactor redactor) {
            if (reason.length() <= REASON_LIMIT) {
                boolean isOfBackend = kind == FailureKind.BACKEND_ERROR;
                return new Failed(kind, isOfBackend ? redactor.redact(reason) : redactor.redactLong(reason));
            }
            String kept = reason.substring(0, reason.length() - OneLine.CUT.length());
            String masked = redactor.redactTruncated(kept) + OneLine.CUT;
            return new Failed(kind, OneLine.stripped(masked, REASON_LIMIT - OneLine.CUT.length()));
        }
    }

    /**
     * Returns a value without a time to live.
     *
     * @param value the secret itself
     * @return a {@link Found}
     */
    static FetchResult found(String value) {
        return new Found(SecretValue.of(value), null);
    }

    /**
     * Returns a failure of kind {@link FailureKind#BACKEND_ERROR}: the backend's own reason.
     *
     * @param reason why there is no value; never a secret
     * @return a {@link Failed}
     */
    static FetchResult failed(String reason) {
        return new Failed(FailureKind.BACKEND_ERROR, reason);
    }

    /**
     * Returns a failure of kind {@link FailureKind#MISSING}.
     *
     * @return a {@link Failed}
     */
    static FetchResult missing() {
        return new Failed(FailureKind.MISSING, "the backend has no such handle");
    }
}
