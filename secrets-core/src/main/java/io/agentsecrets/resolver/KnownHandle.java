package io.agentsecrets.resolver;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A handle in use: its last value, why the last call returned none, and the sources that use it. It is kept as long as a
 * source uses it, and its value too, even after that has expired.
 *
 * <p>Changed with the lock of {@link SourceRegistry} held; the value and the failure are read without it.
 */
final class KnownHandle {

    private final Handle handle;

    /** Immutable while there is one user, as for most handles; a {@link HashSet} from the second one on. */
    private Set<UsedSource> users = Set.of();

    private volatile @Nullable KnownValue known;
    private volatile FetchResult.@Nullable Failed failure;

    /** The values before the last one that may still occur in texts, the latest of them first. */
    private List<SecretValue> former = List.of();

    /** Whether a call has asked for it, whatever came of it. */
    private volatile boolean wasAsked;

    private @Nullable Long rejectedAt;

    /** When to try again, as long as the value cannot be renewed. */
    private volatile @Nullable RetryTimes renewals;

    KnownHandle(Handle handle) {
        this.handle = handle;
    }

    Handle handle() {
        return handle;
    }

    /** Returns the sources that use it, in no order; cannot be changed. */
    Set<UsedSource> users() {
        return Collections.unmodifiableSet(users);
    }

    void addUser(UsedSource source) {
        if (users.isEmpty()) {
            users = Set.of(source);
            return;
        }
        users = users instanceof HashSet ? users : new HashSet<>(users);
        users.add(source);
    }

    void removeUser(UsedSource source) {
        if (users instanceof HashSet) {
            users.remove(source);
        } else if (users.contains(source)) {
            users = Set.of();
        }
    }

    /** Returns the last value, however old, or null if there never was one. */
    @Nullable
    KnownValue known() {
        return known;
    }

    /** Whether it has a value, and a later call than the given one was the first to return it. */
    boolean isYoungerThan(long call) {
        KnownValue last = known;
        return last != null && last.since() > call;
    }

    /** Returns the values before the last one that may still occur in texts. */
    List<SecretValue> former() {
        return former;
    }

    /** Keeps a value among the former ones. Returns false if it is there already, or is the last one. */
    boolean keepFormer(SecretValue value) {
        KnownValue last = known;
        if (former.contains(value) || (last != null && last.value().equals(value))) {
            return false;
        }
        List<SecretValue> more = new ArrayList<>(former);
        more.add(value);
        former = more;
        return true;
    }

    /** Removes and returns former values. Keeps the latest of them, and those that a source still runs with. */
    List<SecretValue> letGoOfFormer() {
        List<SecretValue> kept = new ArrayList<>();
        List<SecretValue> gone = new ArrayList<>();
        for (SecretValue value : former) {
            boolean isKept = kept.isEmpty()
                    || users.stream().anyMatch(user -> user.values().holds(handle, value));
            (isKept ? kept : gone).add(value);
        }
        former = kept;
        return gone;
    }

    /** Returns why the last call that asked for the handle returned no value, or null if it returned one. */
    FetchResult.@Nullable Failed failure() {
        return failure;
    }

    /** Whether the last failure is final, as for a handle that does not exist, and not an outage that may pass. */
    boolean isGone() {
        FetchResult.Failed last = failure;
        return last != null && !last.kind().isOutage();
    }

    /**
     * Stores the value that a call returned, and returns what is known now.
     *
     * <p>A first value counts as right in all earlier calls too. There are two exceptions, in which nobody knows whether it
     * belongs to the values of the other calls: an earlier call asked for this handle in vain, or the fetch was split into
     * several calls.
     */
    KnownValue found(SecretValue value, long call, boolean isSplit, long fetchedAt, long nanosToLive) {
        KnownValue before = known;
        long since = call;
        if (before == null) {
            since = isSplit || wasAsked ? call : 0;
        } else if (before.value().equals(value)) {
            since = before.since();
        } else {
            List<SecretValue> values = new ArrayList<>(former);
            values.add(0, before.value());
            former = values;
        }
        KnownValue now = new KnownValue(value, since, call, fetchedAt, nanosToLive);
        known = now;
        failure = null;
        renewals = null;
        return now;
    }

    /** Whether a call has asked for it, also one that was interrupted and brought neither a value nor a reason. */
    boolean wasAsked() {
        return wasAsked;
    }

    /** Notes that a call has asked for it. */
    void asked() {
        wasAsked = true;
    }

    /** Notes why a call returned no value. */
    void failed(FetchResult.Failed reason) {
        failure = reason;
    }

    /** Returns in how many nanoseconds the value should be renewed; {@link Long#MAX_VALUE} if never. */
    long nanosToRenewal(long now) {
        KnownValue last = known;
        if (last == null) {
            return Long.MAX_VALUE;
        }
        RetryTimes paused = renewals;
        return paused == null ? last.nanosToRenewal(now) : Math.max(last.nanosToRenewal(now), paused.nanosLeft(now));
    }

    /** Whether the value should be renewed with others that are due; if so, notes the attempt. */
    boolean takeRenewal(long now) {
        KnownValue last = known;
        RetryTimes paused = renewals;
        if (last == null || !last.isRenewedAlong(now) || (paused != null && paused.nanosLeft(now) > 0)) {
            return false;
        }
        paused = paused == null ? new RetryTimes() : paused;
        paused.attempted(now);
        renewals = paused;
        return true;
    }

    /** Whether it was asked for because a server refused its value, less than an interval ago. */
    boolean wasRejected(long now, long interval) {
        return rejectedAt != null && now - rejectedAt < interval;
    }

    /** Notes when it was asked for because of that; null takes the note back. */
    void rejected(@Nullable Long now) {
        rejectedAt = now;
    }
}
