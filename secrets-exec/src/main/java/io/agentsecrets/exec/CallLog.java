package io.agentsecrets.exec;

import io.agentsecrets.Count;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each call of an executable at DEBUG: how many handles it was asked for, what became of them, and how long it took. The
 * start of a call is the value of {@link System#nanoTime} then. Thread-safe.
 */
final class CallLog {

    private final Class<?> owner;
    private final Path command;

    /** Creates a log that uses the logger of a class. */
    CallLog(Class<?> owner, Path command) {
        this.owner = owner;
        this.command = command;
    }

    /** Logs a call whose reply was read. */
    void answered(int asked, Collection<FetchResult> results, long start) {
        Logger logger = LoggerFactory.getLogger(owner);
        if (logger.isDebugEnabled()) {
            logger.debug(
                    "{} was asked for {} in {} ms: {}",
                    command.getFileName(),
                    Count.of(asked, "handle"),
                    millis(start),
                    outcome(asked, results));
        }
    }

    /** Logs a call that failed as a whole. */
    void failed(int asked, FailureKind kind, long start) {
        LoggerFactory.getLogger(owner)
                .debug(
                        "{} was asked for {} in {} ms: the whole call failed ({})",
                        command.getFileName(),
                        Count.of(asked, "handle"),
                        millis(start),
                        kind.code());
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

    private static long millis(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
