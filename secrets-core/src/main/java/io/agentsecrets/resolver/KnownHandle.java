package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A handle in use: its last value, why the last call returned none, and the sources that use it. It lives as long as a
 * source uses it; its value may expire, but it is never lost.
 *
 * <p>Changed with the lock of {@link SourceRegistry} held; the value and the failure are read without it.
 */
final class KnownHandle {

    private final Handle handle;
    private final Set<UsedSource> users = new LinkedHashSet<>(2);
    private volatile @Nullable Known known;
    private volatile FetchResult.@Nullable Failed failure;

    /** The value before the last one, which may still occur in texts. */
    private @Nullable SecretValue previous;

    private @Nullable Long rejectedAt;
    private final RetryTimes renewals = new RetryTimes();

    KnownHandle(Handle handle) {
        this.handle = handle;
    }

    Handle handle() {
        return handle;
    }

    Set<UsedSource> users() {
        return users;
    }

    /** Returns the last value, however old, or null if there never was one. */
    @Nullable
    Known known() {
        return known;
    }

    /** Returns the last value and the one before, as far as there are any. */
    Set<SecretValue> secrets() {
        Set<SecretValue> secrets = new LinkedHashSet<>(4);
        Known last = known;
        if (last != null) {
            secrets.add(last.value());
        }
        if (previous != null) {
            secrets.add(previous);
        }
        return secrets;
    }

    /** Returns why the last call that asked for the handle returned no value, or null if it returned one. */
    FetchResult.@Nullable Failed failure() {
        return failure;
    }

    /** Whether the last failure is final, such as a handle that does not exist, and no outage that may pass. */
    boolean isGone() {
        FetchResult.Failed last = failure;
        return last != null && !last.kind().isOutage();
    }

    /** Stores a value that a call fetched, and returns what is known now. */
    Known found(SecretValue value, long call, long fetchedAt, long nanosToLive) {
        Known before = known;
        Known now = new Known(value, 0, call, fetchedAt, nanosToLive);
        if (before != null && before.value().equals(value)) {
            now = new Known(before.value(), before.since(), call, fetchedAt, nanosToLive);
        } else if (before != null) {
            previous = before.value();
            now = new Known(value, call, call, fetchedAt, nanosToLive);
        }
        known = now;
        failure = null;
        renewals.stop();
        return now;
    }

    /** Notes why a call returned no value. */
    void failed(FetchResult.Failed reason) {
        failure = reason;
    }

    /** Returns in how many nanoseconds the value should be renewed; {@link Long#MAX_VALUE} if never. */
    long nanosToRenewal(long now) {
        Known last = known;
        long ending = last == null ? Long.MAX_VALUE : last.nanosToRenewal(now);
        long paused = renewals.nanosLeft(now);
        return paused == Long.MAX_VALUE || ending == Long.MAX_VALUE ? ending : Math.max(ending, paused);
    }

    /** Whether the value should be renewed with others that are due; if so, notes the attempt. */
    boolean takeRenewal(long now) {
        Known last = known;
        long paused = renewals.nanosLeft(now);
        boolean isTaken = last != null && last.isRenewedAlong(now) && (paused == Long.MAX_VALUE || paused <= 0);
        if (isTaken) {
            renewals.attempted(now);
        }
        return isTaken;
    }

    /** Whether it was asked for because a server refused its value, less than an interval ago. */
    boolean wasRejected(long now, long interval) {
        return rejectedAt != null && now - rejectedAt < interval;
    }

    void rejected(long now) {
        rejectedAt = now;
    }
}
