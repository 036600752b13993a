package io.agentsecrets.examples.cli.agent;

import io.agentsecrets.Count;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.examples.cli.output.Verbosity;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Logs each call at DEBUG if {@code -v} is given: how many handles were asked for, what became of them, and how long it took. */
final class CallLog {

    private CallLog() {}

    /** Logs a call that was answered. */
    static void answered(int asked, Collection<FetchResult> results, long start) {
        if (Verbosity.isRaised()) {
            log(asked, start, outcome(asked, results));
        }
    }

    /** Logs a call that failed as a whole. */
    static void failed(int asked, FailureKind kind, long start) {
        if (Verbosity.isRaised()) {
            log(asked, start, "the whole call failed (" + kind.code() + ")");
        }
    }

    private static void log(int asked, long start, String outcome) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        LoggerFactory.getLogger(CallLog.class)
                .debug("the backend was asked for {} in {} ms: {}", Count.of(asked, "handle"), millis, outcome);
    }

    private static String outcome(int asked, Collection<FetchResult> results) {
        int found = 0;
        Map<FailureKind, Integer> failed = new EnumMap<>(FailureKind.class);
        for (FetchResult result : results) {
            if (result instanceof FetchResult.Failed failure) {
                failed.merge(failure.kind(), 1, Integer::sum);
            } else {
                found++;
            }
        }
        if (asked > results.size()) {
            failed.merge(FailureKind.MISSING, asked - results.size(), Integer::sum);
        }
        StringJoiner outcome = new StringJoiner(", ").add(found + " found");
        failed.forEach((kind, count) -> outcome.add(count + " " + kind.code()));
        return outcome.toString();
    }
}
