package io.agentsecrets.examples.agent;

import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The text of {@code agent doctor}: what the executable inherits, then the judgements, on one page. */
final class DoctorText {

    private final StringBuilder text = new StringBuilder();

    private DoctorText() {}

    static String of(Diagnosis diagnosis) {
        DoctorText printed = new DoctorText();
        printed.surroundings(diagnosis);
        diagnosis.judgements().forEach(printed::judgement);
        printed.line("");
        printed.line((diagnosis.ok() ? "OK" : "FAIL") + ": " + diagnosis.count(Judgement.Verdict.FAIL) + " failed, "
                + diagnosis.count(Judgement.Verdict.WARN) + " warned, " + diagnosis.count(Judgement.Verdict.SKIP)
                + " skipped");
        return printed.text.toString();
    }

    private void surroundings(Diagnosis diagnosis) {
        Surroundings surroundings = diagnosis.surroundings();
        Integer uid = surroundings.uid();
        line("=== Doctor ===");
        line("Executable: " + orNotSet(diagnosis.status().location()));
        line("User:       " + surroundings.user() + (uid == null ? "" : ", uid " + Integer.toUnsignedString(uid)));
        line("Folder:     " + surroundings.folder());
        line("PATH:       " + orNotSet(surroundings.path()));
        line("HOME:       " + orNotSet(surroundings.home()));
        line("Withheld:   "
                + (surroundings.withheld().isEmpty() ? "none" : String.join(", ", surroundings.withheld())));
        line("Limits:     " + limits(surroundings.limits()));
        line("Handles:    " + diagnosis.handles().size());
        line("");
    }

    private static String limits(@Nullable List<Surroundings.Limit> differing) {
        if (differing == null) {
            return "not known on this system";
        }
        StringJoiner limits = new StringJoiner(", ");
        for (Surroundings.Limit limit : differing) {
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
