package io.agentsecrets.exec;

import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Hands what an executable printed on standard error to the log, a line a record, with known secrets masked. */
final class StderrLog {

    /** JSON makes six characters of one (<); no form of a secret that is masked grows more. */
    private static final int LONGEST_FORM = 6;

    private StderrLog() {}

    static void write(Path command, ProcessRunner.Output output, boolean failed, Collection<SecretValue> secrets) {
        byte[] stderr = output.stderr();
        if (stderr.length == 0) {
            return;
        }
        Logger logger = LoggerFactory.getLogger(ExecBackend.class);
        Level level = failed ? Level.WARN : Level.DEBUG;
        if (!logger.isEnabledForLevel(level)) {
            return;
        }
        // masked before it is cut into lines: a secret of several lines must not slip through line by line
        Redactor redactor = Redactor.of(secrets);
        String text = redactor.redact(new String(stderr, StandardCharsets.UTF_8));
        if (output.stderrWasCut()) {
            text = withoutTheStartOfASecret(text, secrets) + "\n... (more than " + stderr.length
                    + " bytes; the rest was left out)";
        }
        text.lines()
                .map(line -> redactor.redact(ControlCharacters.takenOut(line, "\t")))
                .filter(line -> !line.isBlank())
                .forEach(line -> logger.atLevel(level).log("{} on standard error: {}", command.getFileName(), line));
    }

    /** The first half of a secret that stood where the rest was left out would not be known as one. */
    private static String withoutTheStartOfASecret(String text, Collection<SecretValue> secrets) {
        long longest = 0;
        for (SecretValue secret : secrets) {
            int bytes = secret.reveal().getBytes(StandardCharsets.UTF_8).length;
            longest = Math.max(longest, (long) LONGEST_FORM * bytes);
        }
        return text.substring(0, (int) Math.max(0, text.length() - longest));
    }
}
