package io.agentsecrets.backend;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A backend that asks several others, each for the handles with its prefix: {@code ENC[vault;db/password]} asks the backend
 * {@code vault} for {@code db/password}. Handles without a known prefix go to the default backend as they are, if there is
 * one.
 *
 * <p>A call asks each backend that has handles in it once, all at the same time, on threads that end with the call. If a
 * backend fails, only its own handles fail, with its reason; a resolver asks for them in smaller parts if that may help.
 * All share the deadline of the call: a backend that is not done by then is interrupted, and its handles fail as {@link
 * FailureKind#TIMEOUT}. Whatever a backend throws harms none of the others.
 *
 * <p>Thread-safe if the backends are.
 */
public final class RoutingBackend implements SecretBackend {

    private static final char SEPARATOR = ';';

    private final SortedMap<String, SecretBackend> routes;
    private final @Nullable SecretBackend otherwise;
    private final @Nullable Duration deadline;
    private final Map<SecretBackend, Thread> overdue = new ConcurrentHashMap<>();

    private RoutingBackend(Builder builder) {
        routes = new TreeMap<>(builder.routes);
        otherwise = builder.otherwise;
        deadline = builder.deadline;
    }

    /**
     * Returns a builder without backends.
     *
     * @return an empty builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        Map<SecretBackend, Map<Handle, List<Handle>>> askedFor = new LinkedHashMap<>();
        Map<Handle, FetchResult> results = new HashMap<>();
        for (Handle handle : handles) {
            Target target = target(handle);
            if (target == null) {
                results.put(handle, unknown());
            } else if (target.handle.isEmpty()) {
                results.put(
                        handle,
                        new FetchResult.Failed(
                                FailureKind.EMPTY_HANDLE, "no name follows the prefix; write one behind it"));
            } else {
                askedFor.computeIfAbsent(target.backend, key -> new TreeMap<>())
                        .computeIfAbsent(target.handle, key -> new ArrayList<>())
                        .add(handle);
            }
        }
        results.putAll(answers(askedFor));
        return results;
    }

    /** Asks each backend for its names. A name stands for one handle or, if its backend has several prefixes, for more. */
    private Map<Handle, FetchResult> answers(Map<SecretBackend, Map<Handle, List<Handle>>> askedFor) {
        SideBySide calls = new SideBySide(deadline, overdue);
        askedFor.forEach((backend, wanted) -> calls.add(backend, wanted.keySet()));
        Iterator<Map<Handle, FetchResult>> answers = calls.answers().iterator();
        Map<Handle, FetchResult> results = new HashMap<>();
        for (Map<Handle, List<Handle>> wanted : askedFor.values()) {
            answers.next().forEach((name, answer) -> {
                for (Handle handle : wanted.getOrDefault(name, List.of())) {
                    results.put(handle, answer);
                }
            });
        }
        return results;
    }

    /** The backend of a handle, and the name by which it is asked for there. */
    private record Target(SecretBackend backend, Handle handle) {}

    private @Nullable Target target(Handle handle) {
        int end = handle.name().indexOf(SEPARATOR);
        SecretBackend named = end < 0 ? null : routes.get(handle.name().substring(0, end));
        if (named != null) {
            return new Target(named, new Handle(handle.name().substring(end + 1)));
        }
        return otherwise == null ? null : new Target(otherwise, handle);
    }

    private FetchResult unknown() {
        return new FetchResult.Failed(
                FailureKind.NO_BACKEND,
                "its prefix names no backend; handles begin with one of: " + String.join("; ", routes.keySet()) + ";");
    }

    /** Returns the common deadline, or the longest timeout of all backends if there is none. */
    @Override
    public Duration timeout() {
        if (deadline != null) {
            return deadline;
        }
        Duration longest = Duration.ZERO;
        for (SecretBackend backend : backends()) {
            longest = longest.compareTo(backend.timeout()) < 0 ? backend.timeout() : longest;
        }
        return longest;
    }

    /** Joins the status of all backends; the first error counts. */
    @Override
    public BackendStatus status() {
        List<String> locations = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Map<String, String> details = new LinkedHashMap<>();
        String error = null;
        for (Map.Entry<String, SecretBackend> entry : byBeginning().entrySet()) {
            BackendStatus status = entry.getValue().status();
            locations.add(entry.getKey() + status.location());
            error = error == null ? status.error() : error;
            status.details().forEach((name, value) -> details.put(entry.getKey() + name, value));
            if (!lines.isEmpty()) {
                lines.add("");
            }
            lines.add(entry.getKey().isEmpty() ? "Other handles:" : "Handles that begin with " + entry.getKey());
            lines.addAll(status.lines());
        }
        return new BackendStatus(String.join(", ", locations), error, details, lines);
    }

    /** Returns the backends by the beginning of their handles; the default backend is last, and its beginning is empty. */
    private Map<String, SecretBackend> byBeginning() {
        Map<String, SecretBackend> byBeginning = new LinkedHashMap<>();
        routes.forEach((prefix, backend) -> byBeginning.put(prefix + SEPARATOR, backend));
        if (otherwise != null) {
            byBeginning.put("", otherwise);
        }
        return byBeginning;
    }

    @Override
    public void maskWith(Redactor redactor) {
        backends().forEach(backend -> backend.maskWith(redactor));
    }

    /** Closes the backends. */
    @Override
    public void close() {
        backends().forEach(SecretBackend::close);
    }

    /** Returns each backend once, however many prefixes it has. */
    private Set<SecretBackend> backends() {
        Set<SecretBackend> backends = new LinkedHashSet<>();
        backends.addAll(routes.values());
        if (otherwise != null) {
            backends.add(otherwise);
        }
        return backends;
    }

    /** Names the prefixes. */
    @Override
    public String toString() {
        return "RoutingBackend" + routes.keySet();
    }

    /** The backends and their prefixes. Not thread-safe. */
    public static final class Builder {

        private final Map<String, SecretBackend> routes = new HashMap<>();
        private @Nullable SecretBackend otherwise;
        private @Nullable Duration deadline;

        private Builder() {}

        /**
         * Adds a backend.
         *
         * @param prefix the text before the semicolon: not empty, without a semicolon
         * @param backend the backend to ask for the rest of the handle
         * @return this builder
         * @throws IllegalArgumentException if the prefix is empty, holds a semicolon or has a backend already
         */
        public Builder route(String prefix, SecretBackend backend) {
            if (prefix.isEmpty() || prefix.indexOf(SEPARATOR) >= 0) {
                throw new IllegalArgumentException("a prefix must not be empty nor hold a semicolon");
            }
            if (routes.putIfAbsent(prefix, GuardedBackend.around(Objects.requireNonNull(backend, "backend"))) != null) {
                throw new IllegalArgumentException("the prefix " + prefix + " has a backend already");
            }
            return this;
        }

        /**
         * Sets the default backend.
         *
         * @param backend asked for handles without a known prefix; if not set, they fail as
         *     {@link FailureKind#NO_BACKEND}
         * @return this builder
         */
        public Builder otherwise(SecretBackend backend) {
            this.otherwise = GuardedBackend.around(Objects.requireNonNull(backend, "backend"));
            return this;
        }

        /**
         * Sets how long a call waits for the backends.
         *
         * @param deadline from a millisecond to a day, longer than each backend needs to give up by itself; if not set, a call
         *     waits until all have answered
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder deadline(Duration deadline) {
            if (deadline.toMillis() < 1 || deadline.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("deadline must be from 1 ms to a day, but is " + deadline);
            }
            this.deadline = deadline;
            return this;
        }

        /**
         * Builds the backend. It asks nothing yet.
         *
         * @return a backend that asks others
         */
        public RoutingBackend build() {
            return new RoutingBackend(this);
        }
    }
}
