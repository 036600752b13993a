package io.agentsecrets.exec.doctor;

import io.agentsecrets.Count;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.exec.Probe;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Judges the replies of an executable: as a whole, their entries, and the values. Shows no value. */
final class ReplyChecks {

    /** How many handles a text lists. */
    private static final int LISTED = 5;

    private static final String NO_REPLY = "no reply was read";

    private final Examination examination;
    private final Redactor redactor;

    ReplyChecks(Examination examination) {
        this.examination = examination;
        this.redactor = examination.redactor();
    }

    /** The result of each handle: {@code found}, the code of a failure, or empty if no reply was read. */
    SortedMap<Handle, Optional<String>> results() {
        SortedMap<Handle, Optional<String>> results = new TreeMap<>();
        for (Handle handle : examination.handles()) {
            results.put(handle, Optional.ofNullable(result(handle)).map(ReplyChecks::code));
        }
        return results;
    }

    private static String code(FetchResult result) {
        return result instanceof FetchResult.Failed failed ? failed.kind().code() : "found";
    }

    /** The result of one handle in the first call that was answered; null if none was. */
    private @Nullable FetchResult result(Handle handle) {
        for (Call call : examination.answered()) {
            if (Examination.asked(call, examination.handles()).contains(handle)) {
                return examination.result(call, handle, redactor);
            }
        }
        return null;
    }

    Judgement output() {
        List<Call> failing = examination.failing(FailureKind.OUTPUT);
        if (!failing.isEmpty()) {
            return Judgement.fail(
                    "output",
                    examination.reasonsOf(failing),
                    "print the reply once, at the end, and all else (messages, banners, progress of a tool) on standard"
                            + " error");
        }
        if (examination.answered().isEmpty()) {
            return Judgement.skip("output", NO_REPLY);
        }
        return remarked(Probe.Remark.BYTE_ORDER_MARK)
                ? Judgement.warn(
                        "output",
                        "it starts with a byte order mark, which other agents may refuse",
                        "write UTF-8 without it; in PowerShell with [Text.UTF8Encoding]::new($false)")
                : Judgement.ok("output", "one JSON object and nothing else");
    }

    Judgement protocol() {
        if (examination.answered().isEmpty()) {
            return Judgement.skip("protocol", NO_REPLY);
        }
        Set<String> wrong = reasons(FailureKind.INVALID);
        List<String> odd = new ArrayList<>(wrong.isEmpty() ? List.of() : List.of(listed(wrong)));
        odd.addAll(oddities());
        if (odd.isEmpty()) {
            return Judgement.ok("protocol", "each entry is as it should be");
        }
        String finding = String.join("; ", odd);
        return wrong.isEmpty()
                ? Judgement.warn(
                        "protocol", finding, "print what was asked for and nothing else, with a value or an error")
                : Judgement.fail(
                        "protocol",
                        finding,
                        "print an entry {\"value\":\"...\",\"error\":null} for each handle that the store has;"
                                + " docs/protocol.md");
    }

    private List<String> oddities() {
        List<String> odd = new ArrayList<>();
        if (remarked(Probe.Remark.UNASKED_HANDLE)) {
            odd.add("it answers handles that nobody asked for");
        }
        if (remarked(Probe.Remark.VALUE_BESIDE_ERROR)) {
            odd.add("a value stands beside an error, and the error counts");
        }
        return odd;
    }

    Judgement values() {
        if (examination.handles().isEmpty()) {
            return Judgement.skip("values", "no handle to ask for; name one: agent doctor HANDLE");
        }
        if (examination.answered().isEmpty()) {
            return Judgement.skip("values", NO_REPLY);
        }
        Set<String> failed = reasons(FailureKind.MISSING, FailureKind.EMPTY, FailureKind.BACKEND_ERROR);
        Set<String> broken = handlesWithTrailingLineBreak();
        if (!failed.isEmpty() || !broken.isEmpty()) {
            return unusualValues(failed, broken);
        }
        int found = found().size();
        return found == 0
                ? Judgement.skip("values", "no handle has a value")
                : Judgement.ok(
                        "values",
                        found + " of " + Count.of(examination.handles().size(), "handle") + " found");
    }

    private static Judgement unusualValues(Set<String> failed, Set<String> broken) {
        String breaks = "a line break at the end: " + listed(broken);
        String setting =
                "if a line break is no part of the secret, set secret_backend_remove_trailing_line_break: true";
        if (failed.isEmpty()) {
            return Judgement.warn("values", breaks, setting);
        }
        return Judgement.fail(
                "values",
                listed(failed) + (broken.isEmpty() ? "" : "; " + breaks),
                "see that the store has it and that this user may read it there"
                        + (broken.isEmpty() ? "" : "; " + setting));
    }

    /** The handles that failed with these kinds in a call that was answered, and why, without values. */
    private Set<String> reasons(FailureKind... kinds) {
        Set<String> reasons = new LinkedHashSet<>();
        for (Call call : examination.answered()) {
            for (Handle handle : Examination.asked(call, examination.handles())) {
                if (examination.handles().contains(handle)
                        && examination.result(call, handle, redactor) instanceof FetchResult.Failed failed
                        && List.of(kinds).contains(failed.kind())) {
                    reasons.add(handle + ": " + failed.reason());
                }
            }
        }
        return reasons;
    }

    private Set<Handle> found() {
        Set<Handle> found = new TreeSet<>();
        for (Handle handle : examination.handles()) {
            if (result(handle) instanceof FetchResult.Found) {
                found.add(handle);
            }
        }
        return found;
    }

    private Set<String> handlesWithTrailingLineBreak() {
        Set<String> broken = new LinkedHashSet<>();
        for (Handle handle : examination.handles()) {
            if (result(handle) instanceof FetchResult.Found found) {
                String value = found.value().reveal();
                if (value.endsWith("\n") || value.endsWith("\r")) {
                    broken.add(handle.toString());
                }
            }
        }
        return broken;
    }

    private boolean remarked(Probe.Remark remark) {
        return examination.probes().entrySet().stream()
                .filter(probe -> probe.getKey() != Call.NO_REQUEST)
                .anyMatch(probe -> probe.getValue().remarks().contains(remark));
    }

    private static String listed(Collection<String> all) {
        String some = String.join("; ", all.stream().limit(LISTED).toList());
        return all.size() <= LISTED ? some : some + "; and " + (all.size() - LISTED) + " more";
    }
}
