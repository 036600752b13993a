package io.agentsecrets.examples.cli.report;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.OneLine;
import io.agentsecrets.Origin;
import io.agentsecrets.SecretException;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.examples.cli.output.Page;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * Explains why configurations are dropped. If a call fails as a whole, many are dropped for the same reason: it is
 * explained once, and then referred to. Not thread-safe; one object for each report.
 */
public final class Reasons {

    private final Map<String, String> explainedIn = new HashMap<>();

    /**
     * Returns a reason, or a reference to where it was explained.
     *
     * @param source which is dropped
     * @param kind of the failure
     * @param reason of the failure
     * @return the reason, or {@code as above, in postgres.yaml}
     */
    public String of(String source, FailureKind kind, String reason) {
        String before = kind.isOfWholeCall() ? explainedIn.putIfAbsent(reason, source) : null;
        if (before == null) {
            return reason;
        }
        return before.equals(source) ? "as above" : "as above, in " + OneLine.of(before);
    }

    /**
     * Explains a dropped configuration on one line.
     *
     * @param source which is dropped
     * @param exception why
     * @return for example {@code ENC[a]: the backend has no such handle; ENC[b]: …}
     */
    public String onOneLine(String source, SecretException exception) {
        if (exception instanceof ConfigException config) {
            return place(config) + config.problem();
        }
        if (!(exception instanceof UnresolvedHandlesException unresolved)) {
            return String.valueOf(exception.getMessage());
        }
        StringJoiner all = new StringJoiner("; ");
        for (HandleFailure failure : unresolved.failures()) {
            all.add(HandleSyntax.enc().format(failure.handle()) + ": " + of(source, failure.kind(), failure.reason()));
        }
        return all.toString();
    }

    private static String place(ConfigException config) {
        return config.line() == 0 ? "" : "line " + config.line() + ", column " + config.column() + ": ";
    }

    /**
     * Explains a dropped configuration over several lines, with the place of each handle that failed.
     *
     * @param page where the lines go
     * @param exception why
     */
    public void inFull(Page page, SecretException exception) {
        String message = String.valueOf(exception.getMessage());
        if (!(exception instanceof UnresolvedHandlesException unresolved)) {
            page.error(message);
            return;
        }
        page.error(message.lines().findFirst().orElse(message));
        for (HandleFailure failure : unresolved.failures()) {
            String places = failure.origins().stream().map(Origin::place).collect(Collectors.joining(", "));
            page.line("  " + HandleSyntax.enc().format(failure.handle()) + " at " + places + ": "
                    + of(unresolved.source(), failure.kind(), failure.reason()));
        }
    }
}
