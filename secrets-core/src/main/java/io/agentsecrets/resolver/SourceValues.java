package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that a source runs with: the latest that were right in the same call. A call that brings only some of them
 * changes nothing here, until the rest follows.
 *
 * <p>Any thread may read; what changes {@link #latest} needs the lock of {@link SourceRegistry}.
 */
final class SourceValues {

    private final List<KnownHandle> handles;
    private final boolean mayResolve;

    /** Null before the source was resolved, and while it is dropped. */
    private volatile @Nullable Map<Handle, KnownValue> latest;

    /** What the agent got last, from a resolve or from a live value. */
    private volatile @Nullable Map<Handle, KnownValue> handedOut;

    SourceValues(List<KnownHandle> handles, boolean mayResolve) {
        this.handles = handles;
        this.mayResolve = mayResolve;
    }

    /**
     * Takes over the values of a source that this one replaces: the agent runs with them until this one resolves. New handles
     * have no values yet.
     */
    void inherit(SourceValues before) {
        latest = mayResolve ? ofOwnHandles(before.latest) : null;
        handedOut = ofOwnHandles(before.handedOut);
    }

    private @Nullable Map<Handle, KnownValue> ofOwnHandles(@Nullable Map<Handle, KnownValue> values) {
        if (values == null) {
            return null;
        }
        Map<Handle, KnownValue> own = new HashMap<>();
        for (KnownHandle handle : handles) {
            KnownValue known = values.get(handle.handle());
            if (known != null) {
                own.put(handle.handle(), known);
            }
        }
        return Map.copyOf(own);
    }

    /** Notes that the agent has resolved the source with these values. Needs no lock. */
    void read(Map<Handle, KnownValue> values) {
        Map<Handle, KnownValue> current = latest;
        handedOut = current != null && areSame(current, values) ? current : Map.copyOf(values);
    }

    /** Notes that the source resolved with these values. Newer ones may have arrived since, and are used if they belong together. */
    void resolved(Map<Handle, KnownValue> values) {
        Map<Handle, KnownValue> before = latest;
        if (before == null || before.size() < handles.size()) {
            latest = Map.copyOf(values);
        }
        update();
    }

    void dropped() {
        latest = null;
    }

    /** Uses the last values of the handles if they belong together. If a secret no longer exists, the source has no values. */
    void update() {
        Map<Handle, KnownValue> values = new HashMap<>();
        boolean isSound = true;
        for (KnownHandle handle : handles) {
            if (handle.isGone()) {
                latest = null;
                return;
            }
            isSound &= handle.failure() == null;
            KnownValue known = handle.known();
            if (known != null) {
                values.put(handle.handle(), known);
            }
        }
        if (mayResolve && values.size() == handles.size() && KnownValue.belongTogether(values.values())) {
            take(values, isSound);
        }
    }

    /** Uses new values. A source that was dropped gets none while a handle of it fails. */
    private void take(Map<Handle, KnownValue> values, boolean isSound) {
        Map<Handle, KnownValue> before = latest;
        if (before == null ? isSound : !areSame(before, values)) {
            latest = Map.copyOf(values);
        }
    }

    /** Whether the source runs with a value of a handle, or the agent does: it may not have heard of the change yet. */
    boolean holds(Handle handle, SecretValue value) {
        return isIn(latest, handle, value) || isIn(handedOut, handle, value);
    }

    private static boolean isIn(@Nullable Map<Handle, KnownValue> values, Handle handle, SecretValue value) {
        KnownValue known = values == null ? null : values.get(handle);
        return known != null && known.value().equals(value);
    }

    /** Returns the values for a live reader, and notes that it has them; null if there are none. */
    @Nullable
    Map<Handle, KnownValue> handOut() {
        Map<Handle, KnownValue> values = latest;
        if (values != null && values != handedOut) {
            handedOut = values;
        }
        return values;
    }

    /** Whether the agent would get other values now than it got last. */
    boolean areOthers() {
        Map<Handle, KnownValue> values = latest;
        Map<Handle, KnownValue> before = handedOut;
        return values != null && (before == null || !areSame(values, before));
    }

    private static boolean areSame(Map<Handle, KnownValue> some, Map<Handle, KnownValue> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (Map.Entry<Handle, KnownValue> entry : some.entrySet()) {
            KnownValue other = others.get(entry.getKey());
            if (other == null || !other.value().equals(entry.getValue().value())) {
                return false;
            }
        }
        return true;
    }
}
