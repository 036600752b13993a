package io.agentsecrets;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A backend's description of itself, for reports. Creating it starts nothing.
 *
 * @param location where the secrets come from, such as the path of an executable; empty if no backend is set
 * @param error why the backend cannot be used, and the command that fixes it; null if it can be used
 * @param details facts by name for scripts, in order: {@code mode}, {@code owner}, {@code group}
 * @param lines the lines of the first block of the {@code secret} report
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
     * Masks the secrets in what a backend says of itself. Those of one to three characters are not masked, as they occur in any
     * text.
     *
     * @param redactor what masks the secrets
     * @return the same facts in masked words
     */
    public BackendStatus maskedBy(Redactor redactor) {
        Map<String, String> masked = new LinkedHashMap<>(details);
        masked.replaceAll((name, value) -> redactor.redactLong(value));
        return new BackendStatus(
                redactor.redactLong(location),
                error == null ? null : redactor.redactLong(error),
                masked,
                lines.stream().map(redactor::redactLong).toList());
    }

    /**
     * Describes a backend that has nothing to check.
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
