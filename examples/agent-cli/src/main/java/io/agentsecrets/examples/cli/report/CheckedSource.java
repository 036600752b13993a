package io.agentsecrets.examples.cli.report;

import io.agentsecrets.ConfigException;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Origin;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretException;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.yaml.YamlConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source as {@code configcheck} shows it.
 *
 * @param source its name
 * @param status {@code resolved}, {@code dropped} or {@code offline}
 * @param documents its documents, masked unless asked otherwise; none if it is dropped
 * @param handles where it uses handles, in the order of the text
 * @param warnings what is suspicious in it
 * @param errors why it is dropped
 */
public record CheckedSource(
        String source,
        String status,
        List<@Nullable Object> documents,
        List<Use> handles,
        List<ConfigWarning> warnings,
        List<Problem> errors) {

    /** A handle at one of its places. */
    record Use(Handle handle, Origin origin) {}

    /**
     * A reason why a source is dropped: one failing handle at one place, or the text as a whole (without handle and path).
     */
    public record Problem(
            FailureKind kind,
            @Nullable Handle handle,
            @Nullable String path,
            int line,
            int column,
            String message) {}

    /** Shows a source that was resolved. */
    public static CheckedSource of(YamlConfig config, Resolution<List<@Nullable Object>> resolution, boolean reveal) {
        if (resolution instanceof Resolution.Dropped<List<@Nullable Object>> dropped) {
            return dropped(config, dropped.reason());
        }
        List<@Nullable Object> documents = reveal ? resolution.orThrow() : config.maskedDocuments();
        return new CheckedSource(config.source(), "resolved", documents, uses(config), config.warnings(), List.of());
    }

    /** Shows a source without asking for any secret. */
    public static CheckedSource offline(YamlConfig config) {
        try {
            List<Problem> problems = new ArrayList<>();
            for (Use use : uses(config)) {
                if (use.handle().isEmpty()) {
                    problems.add(problem(use, FailureKind.EMPTY_HANDLE, "the handle has no name; write ENC[handle]"));
                }
            }
            boolean sound = problems.isEmpty();
            return new CheckedSource(
                    config.source(),
                    sound ? "offline" : "dropped",
                    sound ? config.maskedDocuments() : List.of(),
                    uses(config),
                    config.warnings(),
                    problems);
        } catch (ConfigException e) {
            return dropped(config, e);
        }
    }

    /** Omits the documents, which may hold secrets. */
    @Override
    public String toString() {
        return "CheckedSource(" + source + ", " + status + ")";
    }

    public boolean isDropped() {
        return status.equals("dropped");
    }

    private static CheckedSource dropped(YamlConfig config, SecretException reason) {
        if (reason instanceof ConfigException problem) {
            return new CheckedSource(
                    config.source(),
                    "dropped",
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(new Problem(
                            problem.kind(), null, null, problem.line(), problem.column(), problem.problem())));
        }
        List<Problem> problems = new ArrayList<>();
        if (reason instanceof UnresolvedHandlesException unresolved) {
            for (HandleFailure failure : unresolved.failures()) {
                for (Origin origin : failure.origins()) {
                    problems.add(problem(new Use(failure.handle(), origin), failure.kind(), failure.reason()));
                }
            }
        }
        return new CheckedSource(config.source(), "dropped", List.of(), uses(config), config.warnings(), problems);
    }

    private static Problem problem(Use use, FailureKind kind, String message) {
        Origin origin = use.origin();
        return new Problem(kind, use.handle(), origin.path(), origin.line(), origin.column(), message);
    }

    private static List<Use> uses(YamlConfig config) {
        List<Use> uses = new ArrayList<>();
        config.usages().forEach((handle, places) -> places.forEach(place -> uses.add(new Use(handle, place))));
        uses.sort(Comparator.<Use>comparingInt(use -> use.origin().line())
                .thenComparingInt(use -> use.origin().column()));
        return uses;
    }
}
