package io.agentsecrets.exec.doctor;

import io.agentsecrets.BackendException;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.Count;
import io.agentsecrets.FailureKind;
import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.exec.Probe;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Judges an executable as a process: its file, its start, its time, its end and its standard error. */
final class CallChecks {

    /** A call that takes at least the timeout divided by this may fail on a busy machine. */
    private static final int NEAR = 2;

    private static final String NOTHING_STARTED = "nothing was started";

    private final ExecBackend executable;
    private final BackendStatus status;
    private final Examination examination;

    CallChecks(ExecBackend executable, BackendStatus status, Examination examination) {
        this.executable = executable;
        this.status = status;
        this.examination = examination;
    }

    Judgement rights() {
        if (!status.isOk()) {
            return Judgement.fail(
                    "rights",
                    String.valueOf(status.error()),
                    "fix this first: nothing is started before that; docs/protocol.md has the rules");
        }
        StringJoiner details = new StringJoiner(", ");
        status.details().forEach((name, value) -> details.add(name + " " + value));
        return !executable.checksRights()
                ? Judgement.warn(
                        "rights",
                        "not checked, as secret_backend_skip_rights_checks is set (" + details + ")",
                        "anybody who can change the file reads every secret: remove the setting and fix what is then"
                                + " reported")
                : Judgement.ok("rights", details.toString());
    }

    Judgement start() {
        if (!status.isOk()) {
            return Judgement.skip("start", NOTHING_STARTED);
        }
        for (Probe probe : examination.probes().values()) {
            if (isStartFailure(probe.failure())) {
                return Judgement.fail(
                        "start",
                        message(probe),
                        "see that secret_backend_command names the right file and that this user can start it");
            }
        }
        return Judgement.ok("start", "started " + Count.of(examination.probes().size(), "time"));
    }

    Judgement time() {
        List<Call> late = examination.failing(FailureKind.TIMEOUT);
        if (!late.isEmpty()) {
            return Judgement.fail(
                    "time",
                    examination.reasonsOf(late),
                    "find out what it waits for: a question on a terminal that it does not have, the network, a lock;"
                            + " if it is only slow, set secret_backend_timeout");
        }
        Call slowest = null;
        for (Call call : examination.asking()) {
            if (hasEnded(call) && (slowest == null || took(call).compareTo(took(slowest)) > 0)) {
                slowest = call;
            }
        }
        if (slowest == null) {
            return Judgement.skip("time", "no call ran to its end");
        }
        String finding = slowest.words() + " took " + seconds(took(slowest)) + " of " + seconds(executable.timeout());
        return took(slowest).multipliedBy(NEAR).compareTo(executable.timeout()) < 0
                ? Judgement.ok("time", finding)
                : Judgement.warn(
                        "time",
                        finding,
                        "a busy machine will make it fail: make it faster, or set secret_backend_timeout");
    }

    Judgement exit() {
        List<Call> failing = examination.failing(FailureKind.EXIT);
        if (!failing.isEmpty()) {
            return Judgement.fail(
                    "exit",
                    examination.reasonsOf(failing),
                    "let it say why on standard error, which agent -v doctor logs; what concerns one handle"
                            + " belongs in its entry, with exit status 0");
        }
        boolean ended = examination.asking().stream().anyMatch(this::hasEnded);
        return ended ? Judgement.ok("exit", "exit status 0") : Judgement.skip("exit", "no call ran to its end");
    }

    /** Judges the empty request. An agent never sends one, so this is only a warning. */
    Judgement emptyRequest() {
        String name = "empty_request";
        Probe probe = examination.probes().get(Call.NOTHING);
        BackendException failure = probe == null ? null : probe.failure();
        if (probe == null || isStartFailure(failure)) {
            return Judgement.skip(name, "not tried");
        }
        if (examination.failsAnyway()) {
            return Judgement.skip(name, "a request for a handle fails already");
        }
        return failure == null
                ? Judgement.ok(name, "a request for no handle is answered")
                : Judgement.warn(
                        name,
                        String.valueOf(failure.getMessage()),
                        "an agent never asks for nothing, but a script that tests the executable may: print {}");
    }

    Judgement closedInput() {
        String name = "closed_input";
        Probe probe = examination.probes().get(Call.NO_REQUEST);
        if (probe == null || isStartFailure(probe.failure())) {
            return Judgement.skip(name, "not tried");
        }
        if (probe.exitStatus() != null) {
            return Judgement.ok(name, "without a request it ends, with exit status " + probe.exitStatus());
        }
        return Judgement.warn(
                name,
                "without a request: " + message(probe),
                "let it end when standard input ends: what an agent that is killed leaves behind stays for ever"
                        + " otherwise");
    }

    Judgement stderr() {
        int lines = 0;
        boolean secret = false;
        boolean cut = false;
        for (Probe probe : examination.probes().values()) {
            lines += probe.stderrLines();
            secret |= probe.remarks().contains(Probe.Remark.SECRET_ON_STDERR);
            cut |= probe.remarks().contains(Probe.Remark.STDERR_CUT);
        }
        if (examination.probes().values().stream().allMatch(probe -> isStartFailure(probe.failure()))) {
            return Judgement.skip("stderr", NOTHING_STARTED);
        }
        String finding =
                Count.of(lines, "line") + " in " + Count.of(examination.probes().size(), "call");
        if (secret) {
            return Judgement.warn(
                    "stderr",
                    finding + "; a secret stands there, which is masked only if the agent knows it",
                    "never print a secret there; in a shell script, look for set -x");
        }
        if (cut) {
            return Judgement.warn("stderr", finding + "; more than 64 KiB in one call", "the log leaves the rest out");
        }
        return Judgement.ok("stderr", lines == 0 ? "nothing printed" : finding + "; agent -v doctor logs all of them");
    }

    /** Says why a call failed as a whole. */
    static String message(Probe probe) {
        BackendException failure = probe.failure();
        return failure == null ? "it was answered" : String.valueOf(failure.getMessage());
    }

    private static boolean isStartFailure(@Nullable BackendException failure) {
        return failure != null && (failure.kind() == FailureKind.START || failure.kind() == FailureKind.PERMISSIONS);
    }

    private boolean hasEnded(Call call) {
        return examination.probe(call).exitStatus() != null;
    }

    private Duration took(Call call) {
        return examination.probe(call).took();
    }

    private static String seconds(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.toMillis(), 3).setScale(2, RoundingMode.HALF_UP);
        return seconds.stripTrailingZeros().toPlainString() + " s";
    }
}
