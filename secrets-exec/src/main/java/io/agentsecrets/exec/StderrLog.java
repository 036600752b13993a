package io.agentsecrets.exec;

import io.agentsecrets.Loggers;
import io.agentsecrets.OneLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** Logs the standard error of an executable, one record for each line, with known secrets masked. */
final class StderrLog {

    private static final String RECORD = "{} on standard error: {}";

    private final Path command;

    StderrLog(Path command) {
        this.command = command;
    }

    /**
     * Logs what an executable printed.
     *
     * @param warn whether as a warning: the call failed and nobody else shows it to an operator; otherwise at DEBUG
     */
    void write(ProcessOutput output, boolean warn, TextMask mask) {
        if (output.stderr().length == 0) {
            return; // without a logger: SLF4J is loaded by those who need it
        }
        Logger logger = Loggers.of(ExecBackend.class);
        if (warn ? logger.isWarnEnabled() : logger.isDebugEnabled()) {
            lines(output, mask).forEach(line -> log(logger, warn, line));
        }
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
