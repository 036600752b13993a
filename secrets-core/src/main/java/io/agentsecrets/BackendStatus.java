package io.agentsecrets;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a backend says of itself, without starting anything.
 *
 * @param location where the secrets come from, such as the path of an executable; empty if no backend is set
 * @param error what keeps the backend from being used and the command that mends it; null if nothing does
 * @param details facts by name for scripts, in order: {@code mode}, {@code owner}, {@code group}
 * @param lines the first block of the {@code secret} report, a line each
 */
public record BackendStatus(String location, @Nullable String error, Map<String, String> details, List<String> lines) {

    /** Copies the details and the lines. */
    public BackendStatus {
        Objects.requireNonNull(location, "location");
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
        lines = List.copyOf(lines);
    }

    /**
     * Tells whether the backend can be asked.
     *
     * @return false if there is an {@link #error()}
     */
    public boolean isOk() {
        return error == null;
    }

    /**
     * Describes a backend of which there is nothing to check.
     *
     * @param location where the secrets come from
     * @return a status without error
     */
    public static BackendStatus ok(String location) {
        return new BackendStatus(location, null, Map.of(), List.of("Backend: " + location));
    }

    /**
     * Describes the absence of a backend.
     *
     * @return a status with an empty location
     */
    public static BackendStatus none() {
        return new BackendStatus(
                "", null, Map.of(), List.of("No secret_backend_command set: secrets feature is not enabled"));
    }
}
