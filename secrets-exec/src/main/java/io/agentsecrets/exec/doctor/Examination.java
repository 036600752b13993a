package io.agentsecrets.exec.doctor;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.exec.Probe;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * The calls that the doctor makes to an executable, one after the other, through the agent's own backend.
 *
 * @param handles the handles that the agent needs
 * @param probes the outcome of each call that was made, in the order of the calls
 */
record Examination(SortedSet<Handle> handles, Map<Call, Probe> probes) {

    /** A name that no store should know. */
    static final Handle UNKNOWN_HANDLE = new Handle("agent_doctor_no_such_handle");

    /** After this many timeouts, the executable is not started again. */
    private static final int PATIENCE = 2;

    /** Makes the calls. If the file cannot be started, it is tried only once. */
    static Examination of(ExecBackend executable, SortedSet<Handle> handles) {
        Map<Call, Probe> probes = new EnumMap<>(Call.class);
        for (Call call : Call.values()) {
            if (needs(call) <= handles.size() && mayStillStart(probes)) {
                probes.put(
                        call,
                        call == Call.NO_REQUEST
                                ? executable.tryOutWithoutRequest()
                                : executable.probe(asked(call, handles)));
            }
        }
        return new Examination(handles, probes);
    }

    private static int needs(Call call) {
        return call == Call.SEVERAL ? 2 : call == Call.ONE ? 1 : 0;
    }

    /** The handles that a call asks for. */
    static Set<Handle> asked(Call call, SortedSet<Handle> handles) {
        SortedSet<Handle> asked = new TreeSet<>();
        if (call == Call.SEVERAL) {
            asked.addAll(handles);
        } else if (!handles.isEmpty() && (call == Call.ONE || call == Call.UNKNOWN)) {
            asked.add(handles.first());
        }
        if (call == Call.UNKNOWN) {
            asked.add(UNKNOWN_HANDLE);
        }
        return asked;
    }

    private static boolean mayStillStart(Map<Call, Probe> probes) {
        int timeouts = 0;
        for (Probe probe : probes.values()) {
            BackendException failure = probe.failure();
            if (failure != null) {
                switch (failure.kind()) {
                    case START, PERMISSIONS, INTERRUPTED -> {
                        return false;
                    }
                    case TIMEOUT -> timeouts++;
                    default -> {}
                }
            }
        }
        return timeouts < PATIENCE;
    }

    /** The calls that were made for the agent's handles; without any, the call for the unknown handle stands in. */
    List<Call> asking() {
        List<Call> asking = new ArrayList<>();
        for (Call call : handles.isEmpty() ? List.of(Call.UNKNOWN) : List.of(Call.SEVERAL, Call.ONE)) {
            if (probes.containsKey(call)) {
                asking.add(call);
            }
        }
        return asking;
    }

    /** The calls for the agent's handles that were answered. */
    List<Call> answered() {
        List<Call> answered = asking();
        answered.removeIf(call -> probe(call).failure() != null);
        return answered;
    }

    /** The calls for the agent's handles that failed with this kind. */
    List<Call> failing(FailureKind kind) {
        List<Call> failing = asking();
        failing.removeIf(call -> {
            BackendException failure = probe(call).failure();
            return failure == null || failure.kind() != kind;
        });
        return failing;
    }

    /** Says which calls failed and why, each reason once. */
    String reasonsOf(List<Call> failing) {
        Map<String, StringJoiner> callsByReason = new LinkedHashMap<>();
        for (Call call : failing) {
            callsByReason
                    .computeIfAbsent(CallChecks.message(probe(call)), reason -> new StringJoiner(", "))
                    .add(call.words());
        }
        StringJoiner reasons = new StringJoiner("; ");
        callsByReason.forEach((reason, calls) -> reasons.add(calls + ": " + reason));
        return reasons.toString();
    }

    /** Whether the simplest call for one of the agent's handles failed as a whole, so that other calls show nothing new. */
    boolean failsAnyway() {
        List<Call> asking = asking();
        return asking.isEmpty() || probe(asking.get(asking.size() - 1)).failure() != null;
    }

    /** How each call ended. */
    List<Diagnosis.Call> calls() {
        // knows the secrets of later calls too
        Redactor redactor = redactor();
        List<Diagnosis.Call> calls = new ArrayList<>();
        probes.forEach((call, probe) -> {
            BackendException failure = probe.failure();
            // a call for some handles may print the secrets of others
            boolean isShown = failure != null && asked(call, handles).containsAll(handles);
            calls.add(new Diagnosis.Call(
                    call.code(),
                    failure == null ? null : failure.kind(),
                    probe.exitStatus(),
                    probe.took(),
                    probe.stderrLines(),
                    isShown ? probe.stderr().stream().map(redactor::redact).toList() : List.of()));
        });
        return calls;
    }

    Probe probe(Call call) {
        Probe probe = probes.get(call);
        if (probe == null) {
            throw new IllegalArgumentException("no such call was made: " + call);
        }
        return probe;
    }

    /** Returns what came of a handle, without values of others in its reason. */
    FetchResult result(Call call, Handle handle, Redactor redactor) {
        FetchResult result = probe(call).results().getOrDefault(handle, FetchResult.missing());
        return result instanceof FetchResult.Failed failed
                ? new FetchResult.Failed(failed.kind(), redactor.redact(failed.reason()))
                : result;
    }

    /** Returns a redactor for the values that any of the calls returned. */
    Redactor redactor() {
        List<SecretValue> secrets = new ArrayList<>();
        for (Probe probe : probes.values()) {
            for (FetchResult result : probe.results().values()) {
                if (result instanceof FetchResult.Found found) {
                    secrets.add(found.value());
                }
            }
        }
        return Redactor.of(secrets);
    }
}
