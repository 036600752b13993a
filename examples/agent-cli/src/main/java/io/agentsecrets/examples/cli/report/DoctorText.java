package io.agentsecrets.examples.cli.report;

import io.agentsecrets.examples.cli.output.Page;
import io.agentsecrets.exec.doctor.Diagnosis;
import io.agentsecrets.exec.doctor.Environment;
import io.agentsecrets.exec.doctor.Judgement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The text of {@code agent doctor}: what the executable inherits, then the judgements, on one page. */
public final class DoctorText {

    private final Page page = new Page();

    private DoctorText() {}

    public static String of(Diagnosis diagnosis) {
        DoctorText printed = new DoctorText();
        printed.environment(diagnosis);
        diagnosis.judgements().forEach(printed::judgement);
        printed.standardError(diagnosis.calls());
        printed.page.line("");
        printed.page.line((diagnosis.isOk() ? "OK" : "FAIL") + ": " + diagnosis.count(Judgement.Verdict.FAIL)
                + " failed, "
                + diagnosis.count(Judgement.Verdict.WARN) + " warned, " + diagnosis.count(Judgement.Verdict.SKIP)
                + " skipped");
        return printed.page.toString();
    }

    private void environment(Diagnosis diagnosis) {
        Environment environment = diagnosis.environment();
        Integer uid = environment.uid();
        page.line("=== Doctor ===");
        page.line("Executable: " + orNotSet(diagnosis.status().location()));
        page.line("User:       " + environment.user() + (uid == null ? "" : ", uid " + Integer.toUnsignedString(uid)));
        page.line("Folder:     " + environment.folder());
        page.line("PATH:       " + orNotSet(environment.path()));
        page.line("HOME:       " + orNotSet(environment.home()));
        page.line("Withheld:   "
                + (environment.withheld().isEmpty() ? "none" : String.join(", ", environment.withheld())));
        page.line("Limits:     " + limits(environment.limits()));
        page.line("Handles:    " + diagnosis.handles().size());
        page.line("");
    }

    private static String limits(@Nullable List<Environment.Limit> differing) {
        if (differing == null) {
            return "not known on this system";
        }
        StringJoiner limits = new StringJoiner(", ");
        for (Environment.Limit limit : differing) {
            limits.add(limit.name() + " " + limit.here() + " (" + limit.parent() + " where this was started)");
        }
        return limits.length() == 0 ? "as where this was started" : limits.toString();
    }

    /** Prints what the executable said in calls that failed, each text once. */
    private void standardError(List<Diagnosis.Call> calls) {
        Map<List<String>, StringJoiner> callsByText = new LinkedHashMap<>();
        for (Diagnosis.Call call : calls) {
            if (!call.stderr().isEmpty()) {
                callsByText
                        .computeIfAbsent(call.stderr(), text -> new StringJoiner(", "))
                        .add(call.code());
            }
        }
        callsByText.forEach((text, codes) -> {
            page.line("");
            page.line("Standard error of the executable (" + codes + "):");
            text.forEach(line -> page.line("  " + line));
        });
    }

    private static String orNotSet(@Nullable String value) {
        return value == null || value.isEmpty() ? "not set" : value;
    }

    private void judgement(Judgement judgement) {
        String verdict = judgement.verdict().name();
        String name = judgement.name().replace('_', ' ');
        page.line(verdict
                + " ".repeat(6 - verdict.length())
                + name
                + " ".repeat(16 - name.length())
                + judgement.finding());
        if (judgement.next() != null) {
            page.line("      next: " + judgement.next());
        }
    }
}
