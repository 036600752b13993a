package io.agentsecrets.examples.cli.report;

import io.agentsecrets.exec.doctor.Diagnosis;
import io.agentsecrets.exec.doctor.Environment;
import io.agentsecrets.exec.doctor.Judgement;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The text of {@code agent doctor}: what the executable inherits, then the judgements, on one page. */
public final class DoctorText {

    private final StringBuilder text = new StringBuilder();

    private DoctorText() {}

    public static String of(Diagnosis diagnosis) {
        DoctorText printed = new DoctorText();
        printed.environment(diagnosis);
        diagnosis.judgements().forEach(printed::judgement);
        printed.line("");
        printed.line((diagnosis.isOk() ? "OK" : "FAIL") + ": " + diagnosis.count(Judgement.Verdict.FAIL) + " failed, "
                + diagnosis.count(Judgement.Verdict.WARN) + " warned, " + diagnosis.count(Judgement.Verdict.SKIP)
                + " skipped");
        return printed.text.toString();
    }

    private void environment(Diagnosis diagnosis) {
        Environment environment = diagnosis.environment();
        Integer uid = environment.uid();
        line("=== Doctor ===");
        line("Executable: " + orNotSet(diagnosis.status().location()));
        line("User:       " + environment.user() + (uid == null ? "" : ", uid " + Integer.toUnsignedString(uid)));
        line("Folder:     " + environment.folder());
        line("PATH:       " + orNotSet(environment.path()));
        line("HOME:       " + orNotSet(environment.home()));
        line("Withheld:   " + (environment.withheld().isEmpty() ? "none" : String.join(", ", environment.withheld())));
        line("Limits:     " + limits(environment.limits()));
        line("Handles:    " + diagnosis.handles().size());
        line("");
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

    private static String orNotSet(@Nullable String value) {
        return value == null || value.isEmpty() ? "not set" : value;
    }

    private void judgement(Judgement judgement) {
        String verdict = judgement.verdict().name();
        String name = judgement.name().replace('_', ' ');
        line(verdict + " ".repeat(6 - verdict.length()) + name + " ".repeat(16 - name.length()) + judgement.finding());
        if (judgement.next() != null) {
            line("      next: " + judgement.next());
        }
    }

    /** Adds a line; what comes from outside must not forge another. */
    private void line(String line) {
        text.append(line.replaceAll("\\p{Cntrl}", "?")).append('\n');
    }
}
