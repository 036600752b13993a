package io.agentsecrets.exec.doctor;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.Handle;
import io.agentsecrets.exec.ExecBackend;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds out why an executable works by hand but fails in an agent. It starts the executable up to five times through the
 * agent's own backend, in the agent's own environment, and judges the outcome. It never shows a value, its length or a part
 * of it.
 */
public final class Doctor {

    private Doctor() {}

    /**
     * Starts an executable several times and judges it. That takes at most twice the timeout of a call and the time of
     * three more calls.
     *
     * @param executable the backend of the agent
     * @param handles the handles that the agent needs; with none, the diagnosis says less
     * @return the findings
     */
    public static Diagnosis examine(ExecBackend executable, Set<Handle> handles) {
        BackendStatus status = executable.status();
        Environment environment = Environment.ofThisProcess(executable.withheld());
        Examination examination = Examination.of(executable, new TreeSet<>(handles));
        CallChecks call = new CallChecks(executable, status, examination);
        ReplyChecks reply = new ReplyChecks(examination);
        return new Diagnosis(
                status,
                environment,
                reply.results(),
                examination.calls(),
                List.of(
                        EnvironmentChecks.judge(environment),
                        call.rights(),
                        call.start(),
                        call.time(),
                        call.exit(),
                        reply.output(),
                        reply.protocol(),
                        reply.values(),
                        new UnknownHandleCheck(examination).judgement(),
                        call.emptyRequest(),
                        call.closedInput(),
                        call.stderr()));
    }

    /**
     * Returns the diagnosis of an agent without an executable.
     *
     * @param handles what the agent needs
     * @return a diagnosis with one judgement, which fails
     */
    public static Diagnosis withoutExecutable(Set<Handle> handles) {
        SortedMap<Handle, Optional<String>> results = new TreeMap<>();
        handles.forEach(handle -> results.put(handle, Optional.empty()));
        return new Diagnosis(
                BackendStatus.none(),
                Environment.ofThisProcess(Set.of()),
                results,
                List.of(),
                List.of(Judgement.fail(
                        "command",
                        "no secret_backend_command is set in the main configuration",
                        "set it to the absolute path of the executable")));
    }
}
