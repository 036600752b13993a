package io.agentsecrets.exec.doctor;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The findings of a {@link Doctor}. They hold no values, and no text of the executable except, with secrets masked, the
 * reasons in the judgements and lines of standard error whose secrets are known.
 *
 * @param status the status of the executable's file
 * @param environment what the executable inherits
 * @param handles the result of each handle: {@code found}, the code of a failure, or empty if no reply was read
 * @param calls the calls that were made, in their order
 * @param judgements what follows from the calls, one judgement for each aspect of the executable
 */
public record Diagnosis(
        BackendStatus status,
        Environment environment,
        SortedMap<Handle, Optional<String>> handles,
        List<Call> calls,
        List<Judgement> judgements) {

    /**
     * How one call ended.
     *
     * @param code the name of the call that scripts see
     * @param failure why it failed as a whole; null if it was answered
     * @param exitStatus of the process; null if it was not started or was killed
     * @param took how long it took
     * @param stderrLines how many lines it printed on standard error
     * @param stderr the first of these lines, if the call failed although its reply had the values of all handles of the agent; otherwise
     *     none, as they could hold a secret that is not known
     */
    public record Call(
            String code,
            @Nullable FailureKind failure,
            @Nullable Integer exitStatus,
            Duration took,
            int stderrLines,
            List<String> stderr) {

        /** Copies the lines. */
        public Call {
            stderr = List.copyOf(stderr);
        }
    }

    /** Copies the collections. */
    public Diagnosis {
        handles = Collections.unmodifiableSortedMap(new TreeMap<>(handles));
        calls = List.copyOf(calls);
        judgements = List.copyOf(judgements);
    }

    /**
     * Adds a judgement in front of the others.
     *
     * @param judgement a judgement by the agent itself
     * @return a new diagnosis
     */
    public Diagnosis with(Judgement judgement) {
        List<Judgement> all = new ArrayList<>(judgements);
        all.add(0, judgement);
        return new Diagnosis(status, environment, handles, calls, all);
    }

    /**
     * Counts the judgements of one verdict.
     *
     * @param verdict which
     * @return how many there are
     */
    public long count(Judgement.Verdict verdict) {
        return judgements.stream()
                .filter(judgement -> judgement.verdict() == verdict)
                .count();
    }

    /**
     * Tells whether the executable can be used.
     *
     * @return true if no judgement is a failure
     */
    public boolean isOk() {
        return count(Judgement.Verdict.FAIL) == 0;
    }
}
