package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.OneLine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one call that was made to try out an executable ({@code ExecBackend.probe}): the results of a fetch, and
 * remarks on what a fetch ignores because an agent can live with it. Of the executable's output it holds only the values,
 * which print as stars, the reasons of failed handles, and, if all values asked for are known, the beginning of standard error
 * with these masked. The log has standard error at DEBUG only.
 *
 * @param results a result for each asked handle that the reply holds; none if the call failed as a whole
 * @param failure why the call failed as a whole, as a fetch would have thrown it; null if it did not
 * @param exitStatus the exit status of the process; null if it was not started or had to be killed
 * @param remarks what else the author of the executable should fix
 * @param took how long the call took, from the check of the rights to the reading of the reply
 * @param stderrLines how many lines that are not blank the executable printed on standard error
 * @param stderr the first of these lines, at most 20, each cut at 200 characters; secrets of this call and of earlier ones are
 *     masked, and there are no control characters. None unless the process ended with a reply that has a value for each handle
 *     asked for, as a line could otherwise hold a secret that is not known
 */
public record Probe(
        Map<Handle, FetchResult> results,
        @Nullable BackendException failure,
        @Nullable Integer exitStatus,
        Set<Remark> remarks,
        Duration took,
        int stderrLines,
        List<String> stderr) {

    private static final int MOST_LINES = 20;
    private static final int LONGEST_LINE = 200;

    /** A flaw that an agent can live with, but that the author should fix. */
    public enum Remark {
        /** The reply starts with a byte order mark, which is ignored. */
        BYTE_ORDER_MARK,
        /** The reply holds handles that were not asked for, which are ignored. */
        UNASKED_HANDLE,
        /** An entry of the reply holds a value and an error; the error counts. */
        VALUE_BESIDE_ERROR,
        /** A secret of this call or an earlier one was printed on standard error; the log shows it masked. */
        SECRET_ON_STDERR,
        /** There was more on standard error than the log keeps. */
        STDERR_CUT,
        /**
         * The agent is the first process of its container, and Java reaps only its own children: each process that an
         * executable leaves behind stays as a zombie. Start the container with an init process.
         */
        NO_INIT
    }

    /** Copies the collections. */
    public Probe {
        stderr = List.copyOf(stderr);
        results = Map.copyOf(results);
        remarks = Set.copyOf(remarks);
        Objects.requireNonNull(took, "took");
    }

    /** Makes a call and returns its outcome. */
    static Probe of(Function<Notes, Map<Handle, FetchResult>> call) {
        Notes notes = new Notes();
        Map<Handle, FetchResult> results = Map.of();
        BackendException failure = null;
        long start = System.nanoTime();
        try {
            results = call.apply(notes);
        } catch (BackendException e) {
            failure = e;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        return new Probe(results, failure, notes.exitStatus, notes.remarks, took, notes.stderrLines, notes.stderr);
    }

    /** Notes that are taken during a call; none if nothing was started. */
    static final class Notes {

        private final Set<Remark> remarks = EnumSet.noneOf(Remark.class);
        private @Nullable Integer exitStatus;
        private int stderrLines;
        private List<String> stderr = List.of();

        private Notes() {}

        void take(ProcessOutput output, Reply reply, TextMask mask) {
            exitStatus = output.exitStatusIfExited();
            remarks.addAll(reply.remarks());
            String printed = new String(output.stderr(), StandardCharsets.UTF_8);
            stderrLines = (int) printed.lines().filter(line -> !line.isBlank()).count();
            if (exitStatus != null && reply.tellsAllValues()) {
                stderr = StderrLog.lines(output, mask).stream()
                        .limit(MOST_LINES)
                        .map(line -> OneLine.stripped(line, LONGEST_LINE))
                        .toList();
            }
            if (!mask.redact(printed).equals(printed)) {
                remarks.add(Remark.SECRET_ON_STDERR);
            }
            if (output.stderrWasCut()) {
                remarks.add(Remark.STDERR_CUT);
            }
            if (ProcessHandle.current().pid() == 1) {
                remarks.add(Remark.NO_INIT);
            }
        }
    }
}
