package io.agentsecrets.examples.agent;

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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The calls that the doctor makes to an executable, one after the other, through the agent's own backend.
 *
 * @param handles what the agent needs
 * @param trials what came of each call that was made, in the order of the calls
 */
record Examination(SortedSet<Handle> handles, Map<Call, Probe> trials) {

    /** A name that no store should know. */
    static final Handle UNKNOWN_HANDLE = new Handle("agent_doctor_no_such_handle");

    /** After so many calls that took all their time, the executable is not started again. */
    private static final int PATIENCE = 2;

    /** A call, in the order in which they are made: the first gets to know most secrets, which are then masked. */
    enum Call {
        /** All handles together, as at the start of the agent. */
        SEVERAL("several handles"),
        /** The first handle alone. */
        ONE("one handle"),
        /** The first handle and one that does not exist. */
        UNKNOWN("an unknown handle"),
        /** A request for no handle. */
        NOTHING("an empty request"),
        /** No request: standard input is at its end from the start. */
        NO_REQUEST("a closed standard input");

        private final String words;

        Call(String words) {
            this.words = words;
        }

        /** The name that scripts see in JSON. */
        String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** What is asked, for people. */
        String words() {
            return words;
        }
    }

    /** Makes the calls. A file that cannot be started is tried once. */
    static Examination of(ExecBackend executable, SortedSet<Handle> handles) {
        Map<Call, Probe> trials = new EnumMap<>(Call.class);
        for (Call call : Call.values()) {
            if (needs(call) <= handles.size() && mayStillStart(trials)) {
                trials.put(
                        call,
                        call == Call.NO_REQUEST
                                ? executable.tryOutWithoutRequest()
                                : executable.probe(asked(call, handles)));
            }
        }
        return new Examination(handles, trials);
    }

    private static int needs(Call call) {
        return call == Call.SEVERAL ? 2 : call == Call.ONE ? 1 : 0;
    }

    /** What a call asks for. */
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

    private static boolean mayStillStart(Map<Call, Probe> trials) {
        int timeouts = 0;
        for (Probe trial : trials.values()) {
            BackendException failure = trial.failure();
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
            if (trials.containsKey(call)) {
                asking.add(call);
            }
        }
        return asking;
    }

    /** The calls for the agent's handles that were answered. */
    List<Call> answered() {
        List<Call> answered = new ArrayList<>(asking());
        answered.removeIf(call -> trial(call).failure() != null);
        return answered;
    }

    /** Whether the simplest call for one of the agent's handles failed as a whole, so that others tell nothing new. */
    boolean failsAnyway() {
        List<Call> asking = asking();
        return asking.isEmpty() || trial(asking.get(asking.size() - 1)).failure() != null;
    }

    Probe trial(Call call) {
        Probe trial = trials.get(call);
        if (trial == null) {
            throw new IllegalArgumentException("no such call was made: " + call);
        }
        return trial;
    }

    boolean failed(Call call, FailureKind kind) {
        Probe trial = trials.get(call);
        BackendException failure = trial == null ? null : trial.failure();
        return failure != null && failure.kind() == kind;
    }

    /** Masks what any of the calls brought to light. */
    Redactor redactor() {
        List<SecretValue> secrets = new ArrayList<>();
        for (Probe trial : trials.values()) {
            for (FetchResult result : trial.results().values()) {
                if (result instanceof FetchResult.Found found) {
                    secrets.add(found.value());
                }
            }
        }
        return Redactor.of(secrets);
    }
}
