package io.agentsecrets.examples.cli.report;

import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Origin;
import io.agentsecrets.examples.cli.output.Page;
import io.agentsecrets.resolver.SecretsReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The text of {@code agent secret}, as the Agent prints it, plus stale values and the reasons (docs/spec.md, section 9). */
public final class SecretText {

    private final Page page = new Page();
    private final Map<String, Handle> explained = new HashMap<>();

    private SecretText() {}

    /**
     * Prints a report.
     *
     * @param report what the resolver knows
     * @return the lines
     */
    public static String of(SecretsReport report) {
        SecretText text = new SecretText();
        report.backend().lines().forEach(text.page::line);
        text.page
                .line("")
                .line("=== Secrets stats ===")
                .line("Number of secrets decrypted: " + report.secrets().size())
                .line("Secrets handle decrypted:");
        report.secrets().forEach(text::secret);
        if (!report.failures().isEmpty()) {
            text.page.line("").line("Secrets not resolved:");
        }
        report.failures().forEach(text::failure);
        return text.page.toString();
    }

    private void secret(SecretsReport.Secret secret) {
        String line = "- " + secret.handle() + ": from " + sources(secret.origins());
        page.line(
                secret.state() == SecretsReport.State.FRESH
                        ? line
                        : line + " (stale for " + age(secret.age()) + reason(secret.handle(), secret.reason()) + ")");
    }

    private void failure(HandleFailure failure) {
        String reason =
                failure.kind().isOfWholeCall() ? reason(failure.handle(), failure.reason()) : ": " + failure.reason();
        page.line("- " + failure.handle() + ": from " + sources(failure.origins()) + reason);
    }

    /** Returns a reason; an outage, which has many handles, is explained once. */
    private String reason(Handle handle, @Nullable String reason) {
        if (reason == null) {
            return "";
        }
        Handle first = explained.putIfAbsent(reason, handle);
        return ": " + (first == null ? reason : "as " + first);
    }

    private static String sources(List<Origin> origins) {
        Set<String> sources = new LinkedHashSet<>();
        origins.forEach(origin -> sources.add(origin.source()));
        return String.join(", ", sources);
    }

    private static String age(Duration age) {
        if (age.toMinutes() == 0) {
            return age.toSeconds() + " s";
        }
        return age.toHours() == 0 ? age.toMinutes() + " min" : age.toHours() + " h " + age.toMinutesPart() + " min";
    }
}
