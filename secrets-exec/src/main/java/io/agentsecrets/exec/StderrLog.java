package io.agentsecrets.exec;

import io.agentsecrets.Loggers;
import io.agentsecrets.OneLine;
import io.agentsecrets.Ticker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs the standard error of an executable, one record for each line, with known secrets masked.
 *
 * <p>A failed fetch makes up to {@link io.agentsecrets.backend.SplitFetch#MAX_CALLS} calls, and each may print the same. So a
 * line is logged as a warning at most once a minute while each failed call prints it. Thread-safe.
 */
final class StderrLog {

    private static final String RECORD = "{} on standard error: {}";

    private static final long REPEATED_AFTER = TimeUnit.MINUTES.toNanos(1);

    private final Path command;
    private final Ticker ticker;

    private volatile @Nullable Warnings last;

    /**
     * The lines of a failed call.
     *
     * @param since when the first failed call of this minute was logged
     */
    private record Warnings(Set<String> lines, long since) {}

    StderrLog(Path command, Ticker ticker) {
        this.command = command;
        this.ticker = ticker;
    }

    /**
     * Logs what an executable printed.
     *
     * @param warn whether as a warning: the call failed and nobody else shows it to an operator; otherwise, and if the line
     *     was a warning a short time ago, at DEBUG
     */
    void write(ProcessOutput output, boolean warn, TextMask mask) {
        if (output.stderr().length == 0) {
            return; // without a logger: SLF4J is loaded by those who need it
        }
        Logger logger = Loggers.of(ExecBackend.class);
        if (warn ? logger.isWarnEnabled() : logger.isDebugEnabled()) {
            List<String> lines = lines(output, mask);
            Set<String> known = warn ? warnings(lines) : Set.of();
            lines.forEach(line -> log(logger, warn && !known.contains(line), line));
        }
    }

    /** Remembers the lines of a failed call, and returns those of the one before it, unless they are out of date. */
    private Set<String> warnings(List<String> lines) {
        Warnings before = last;
        long now = ticker.read();
        if (before == null || now - before.since() >= REPEATED_AFTER) {
            last = new Warnings(new HashSet<>(lines), now);
            return Set.of();
        }
        last = new Warnings(new HashSet<>(lines), before.since());
        return before.lines();
    }

    /** Returns the lines of standard error that are not blank, with secrets masked and without control characters. */
    static List<String> lines(ProcessOutput output, TextMask mask) {
        byte[] stderr = output.stderr();
        UnaryOperator<String> masked = output.stderrWasCut() ? mask::redactTruncated : mask::redact;
        // masked before it is cut into lines, so that a secret of several lines is found; and once more without control
        // characters, as they could split a secret
        String text = masked.apply(withoutHalfACharacter(new String(stderr, StandardCharsets.UTF_8)));
        text = masked.apply(withoutControlCharacters(text));
        if (output.stderrWasCut()) {
            text += "\n... (more than " + stderr.length + " bytes; the rest was left out)";
        }
        return text.lines().filter(line -> !line.isBlank()).toList();
    }

    /** Logs without the methods that SLF4J 1.7 lacks. */
    private void log(Logger logger, boolean warn, String line) {
        if (warn) {
            logger.warn(RECORD, command.getFileName(), line);
        } else {
            logger.debug(RECORD, command.getFileName(), line);
        }
    }

    private static String withoutControlCharacters(String text) {
        return text.replace('\t', ' ')
                .lines()
                .map(line -> OneLine.stripped(line, line.length()))
                .collect(Collectors.joining("\n"));
    }

    private static String withoutHalfACharacter(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\ufffd') {
            end--;
        }
        return text.substring(0, end);
    }
}
