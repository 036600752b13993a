package io.agentsecrets.examples.agent;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.exec.Probe;
import io.agentsecrets.exec.SecretSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * All that {@code agent doctor} has to say. Of the calls it says how they ended, how long they took and how many lines stood
 * on standard error: the reasons in their results are masked in the judgements only.
 *
 * @param settings how the executable is started
 * @param status what is known of its file
 * @param surroundings what it inherits
 * @param handles what came of each handle: {@code found}, the code of a failure, or nothing if no reply was read
 * @param calls the calls that were made
 * @param judgements what follows from them, in the order of a call
 */
record Diagnosis(
        SecretSettings settings,
        BackendStatus status,
        Surroundings surroundings,
        SortedMap<Handle, Optional<String>> handles,
        Map<Examination.Call, Probe> calls,
        List<Judgement> judgements) {

    /** Starts the executable several times and judges it. */
    static Diagnosis of(SecretSettings settings, ExecBackend executable, SortedSet<Handle> handles) {
        BackendStatus status = executable.status();
        Surroundings surroundings = Surroundings.ofThisProcess(executable.withheld());
        Examination examination = Examination.of(executable, handles);
        CallJudge call = new CallJudge(settings, status, examination);
        ReplyJudge reply = new ReplyJudge(examination);
        SortedMap<Handle, Optional<String>> results = new TreeMap<>();
        for (Handle handle : handles) {
            results.put(handle, Optional.ofNullable(reply.result(handle)).map(Diagnosis::code));
        }
        return new Diagnosis(
                settings,
                status,
                surroundings,
                results,
                examination.trials(),
                List.of(
                        surroundings.judgement(),
                        call.rights(),
                        call.start(),
                        call.time(),
                        call.exit(),
                        reply.output(),
                        reply.protocol(),
                        reply.values(),
                        reply.unknownHandle(),
                        call.emptyRequest(),
                        call.closedInput(),
                        call.stderr()));
    }

    /** What there is to say where no executable is set. */
    static Diagnosis withoutExecutable(SecretSettings settings, SortedSet<Handle> handles) {
        SortedMap<Handle, Optional<String>> results = new TreeMap<>();
        handles.forEach(handle -> results.put(handle, Optional.empty()));
        return new Diagnosis(
                settings,
                BackendStatus.none(),
                Surroundings.ofThisProcess(Set.of()),
                results,
                Collections.unmodifiableMap(new EnumMap<>(Examination.Call.class)),
                List.of(Judgement.fail(
                        "command",
                        "no secret_backend_command is set in the main configuration",
                        "set it to the absolute path of the executable")));
    }

    private static String code(FetchResult result) {
        return result instanceof FetchResult.Failed failed ? failed.kind().code() : "found";
    }

    /** Adds a judgement in front. */
    Diagnosis with(Judgement judgement) {
        List<Judgement> all = new ArrayList<>(judgements);
        all.add(0, judgement);
        return new Diagnosis(settings, status, surroundings, handles, calls, all);
    }

    /** How many judgements have this verdict. */
    long count(Judgement.Verdict verdict) {
        return judgements.stream()
                .filter(judgement -> judgement.verdict() == verdict)
                .count();
    }

    boolean ok() {
        return count(Judgement.Verdict.FAIL) == 0;
    }
}
