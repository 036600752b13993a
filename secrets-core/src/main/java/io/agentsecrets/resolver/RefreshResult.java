package io.agentsecrets.resolver;

import io.agentsecrets.FailureKind;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Usages;
import java.util.List;
import java.util.Objects;

/**
 * The result of a refresh. It holds no values.
 *
 * @param asked how many handles the backend was asked for
 * @param changed the handles that have another value now and where they are used, sorted by handle
 * @param failures the handles that could not be refreshed, sorted by handle; they keep the value they had
 */
public record RefreshResult(int asked, Usages changed, List<HandleFailure> failures) {

    /** Copies the collections. */
    public RefreshResult {
        Objects.requireNonNull(changed, "changed");
        failures = List.copyOf(failures);
    }

    /** The result of a refresh that had nothing to ask for. */
    static final RefreshResult NOTHING_ASKED = new RefreshResult(0, Usages.none(), List.of());

    /**
     * Writes the result as {@code secret refresh} prints it.
     *
     * @return lines that each end with a line feed
     */
    public String toText() {
        StringBuilder text = new StringBuilder();
        if (changed.isEmpty()) {
            text.append("No secret changed.\n");
        } else {
            text.append("Secrets changed:\n");
            changed.forEach((handle, origins) ->
                    SecretsReport.appendHandle(text, handle, origins).append('\n'));
        }
        if (!failures.isEmpty()) {
            text.append("\nSecrets not refreshed:\n");
            failures.forEach(failure -> SecretsReport.appendHandle(text, failure.handle(), failure.origins())
                    .append(": ")
                    .append(failure.reason())
                    .append('\n'));
        }
        return text.toString();
    }

    /** Whether it was ended before the backend had answered, so that its failures say nothing of the backend. */
    boolean wasInterrupted() {
        return failures.stream().anyMatch(failure -> failure.kind() == FailureKind.INTERRUPTED);
    }
}
