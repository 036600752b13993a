package io.agentsecrets.resolver;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.OneLine;
import io.agentsecrets.Origin;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A report of what a resolver knows at one moment: its backend, the secrets it resolved, and what failed. It holds no
 * values.
 *
 * @param backend the backend's description of itself
 * @param secrets the handles in use that have a value, sorted by handle
 * @param failures the handles that could not be resolved, sorted by handle
 */
public record SecretsReport(BackendStatus backend, List<Secret> secrets, List<HandleFailure> failures) {

    /** Copies the lists. */
    public SecretsReport {
        Objects.requireNonNull(backend, "backend");
        secrets = List.copyOf(secrets);
        failures = List.copyOf(failures);
    }

    /**
     * A handle that has a value.
     *
     * @param handle the handle
     * @param state how current the value is
     * @param age the time since the value was fetched
     * @param reason why the backend did not answer when it was asked last; null if it did
     * @param origins where the handle is used, sorted by source
     */
    public record Secret(
            Handle handle,
            State state,
            Duration age,
            @Nullable String reason,
            List<Origin> origins) {

        /** Copies the origins. */
        public Secret {
            Objects.requireNonNull(handle, "handle");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(age, "age");
            origins = List.copyOf(origins);
        }
    }

    /** How current a value is. */
    public enum State {
        /** The backend gave it when it was asked last, and it has not expired. */
        FRESH,
        /** It has expired, or the backend did not answer when it was asked last. */
        STALE;

        /**
         * Returns the name that scripts see in JSON.
         *
         * @return the constant in lower case
         */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Writes the report as the Agent's {@code secret} command prints it (docs/spec.md, section 9).
     *
     * @return lines that each end with a line feed
     */
    public String toText() {
        StringBuilder text = new StringBuilder();
        backend.lines().forEach(line -> text.append(line).append('\n'));
        text.append("\n=== Secrets stats ===\n")
                .append("Number of secrets decrypted: ")
                .append(secrets.size())
                .append("\nSecrets handle decrypted:\n");
        for (Secret secret : secrets) {
            appendHandle(text, secret.handle(), secret.origins()).append('\n');
        }
        if (!failures.isEmpty()) {
            text.append("\nSecrets not resolved:\n");
        }
        for (HandleFailure failure : failures) {
            appendHandle(text, failure.handle(), failure.origins())
                    .append(": ")
                    .append(failure.reason())
                    .append('\n');
        }
        return text.toString();
    }

    /** Appends a handle and the sources that use it, as a line of a list without its end. */
    static StringBuilder appendHandle(StringBuilder text, Handle handle, List<Origin> origins) {
        return text.append("- ").append(handle).append(": from ").append(sources(origins));
    }

    private static String sources(List<Origin> origins) {
        Set<String> sources = new LinkedHashSet<>();
        for (Origin origin : origins) {
            sources.add(OneLine.of(origin.source()));
        }
        return String.join(", ", sources);
    }
}
