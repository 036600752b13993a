package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.OneLine;
import io.agentsecrets.SecretValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Reads the values that sources run with. It makes no call and takes no lock. Thread-safe. */
record LiveValues(SourceRegistry registry, SecretCache cache) {

    /** Returns a supplier of the current value. */
    Supplier<SecretValue> of(String source, Handle handle) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(handle, "handle");
        return () -> value(source, handle);
    }

    private SecretValue value(String source, Handle handle) {
        KnownValue known = handOut(used(source)).get(handle);
        if (known == null) {
            throw none(
                    source, "it does not use the handle " + OneLine.of(handle.name()) + ", or has no value of it yet");
        }
        return served(source, handle, known);
    }

    /** Returns the values of a source; throws if it has none, or not all. */
    Map<Handle, SecretValue> values(String source) {
        UsedSource used = used(source);
        Map<Handle, KnownValue> all = handOut(used);
        if (all.size() < used.handles().size()) {
            throw none(source, "some of its handles have no value yet");
        }
        Map<Handle, SecretValue> values = new HashMap<>(2 * all.size());
        all.forEach((handle, known) -> values.put(handle, served(source, handle, known)));
        return Map.copyOf(values);
    }

    private UsedSource used(String source) {
        UsedSource used = registry.find(source);
        if (used == null) {
            throw none(source, "it was forgotten, or never resolved");
        }
        return used;
    }

    /** Returns the values of a source, and notes that the agent has read them. */
    private static Map<Handle, KnownValue> handOut(UsedSource used) {
        Map<Handle, KnownValue> values = used.values().handOut();
        if (values == null) {
            throw none(used.name(), "it was dropped, or one of its secrets is gone; resolve it to see why");
        }
        return values;
    }

    /** Returns the value unless it is too old. A later call may have returned the same value, which makes it young again. */
    private SecretValue served(String source, Handle handle, KnownValue known) {
        if (cache.mayBeServedStale(known)) {
            return known.value();
        }
        KnownHandle used = registry.find(handle);
        KnownValue last = used == null ? null : used.known();
        if (last != null && last.value().equals(known.value()) && cache.mayBeServedStale(last)) {
            return known.value();
        }
        throw none(source, "the value of " + OneLine.of(handle.name()) + " is too old, and none came since");
    }

    private static IllegalStateException none(String source, String reason) {
        return new IllegalStateException("there is no live value of " + OneLine.of(source) + ": " + reason);
    }
}
