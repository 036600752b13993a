package io.agentsecrets.exec;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.SecretValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The entry of a {@link Reply} for one handle. Immutable. */
final class ReplyEntry {

    private final @Nullable SecretValue value;
    private final @Nullable String error;
    private final @Nullable Duration timeToLive;
    private final @Nullable String problem;

    /**
     * Creates an entry.
     *
     * @param value the value, even if it is not used because there is an error too
     * @param error the backend's own reason, which may hold secrets
     * @param problem what makes the entry wrong, in our words
     */
    ReplyEntry(
            @Nullable String value, @Nullable String error, @Nullable Duration timeToLive, @Nullable String problem) {
        this.value = value == null ? null : SecretValue.of(value);
        this.error = problem != null || error == null || error.isEmpty() ? null : error;
        this.timeToLive = timeToLive;
        this.problem = problem;
    }

    /** The value, even if it is not used because there is an error too. */
    @Nullable
    SecretValue value() {
        return value;
    }

    /** The backend's own reason, which may hold secrets; null if there is none. */
    @Nullable
    String error() {
        return error;
    }

    /** Whether there is a value that is not used because there is an error too. */
    boolean holdsValueBesideError() {
        return error != null && value != null && !value.isEmpty();
    }

    FetchResult resultWithoutError(boolean removeTrailingLineBreak) {
        if (problem != null) {
            return new FetchResult.Failed(FailureKind.INVALID, "the executable's reply is wrong: " + problem);
        }
        if (value == null) {
            return empty("neither a value nor an error");
        }
        SecretValue used = removeTrailingLineBreak ? withoutTrailingLineBreak(value) : value;
        return used.isEmpty() ? empty("an empty value") : new FetchResult.Found(used, timeToLive);
    }

    private static FetchResult empty(String given) {
        return new FetchResult.Failed(
                FailureKind.EMPTY, "the executable gave " + given + "; store a value, or remove the handle");
    }

    private static SecretValue withoutTrailingLineBreak(SecretValue value) {
        String text = value.reveal();
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return end == text.length() ? value : SecretValue.of(text.substring(0, end));
    }
}
