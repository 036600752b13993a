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

    private StderrLog() {}

    static void write(Path command, byte[] stderr, boolean failed, Collection<SecretValue> secrets) {
        if (stderr.length == 0) {
            return;
        }
        Logger logger = LoggerFactory.getLogger(ExecBackend.class);
        Level level = failed ? Level.WARN : Level.DEBUG;
        if (!logger.isEnabledForLevel(level)) {
            return;
        }
        // masked before it is cut into lines: a secret of several lines must not slip through line by line
        String text = Redactor.of(secrets).redact(new String(stderr, StandardCharsets.UTF_8));
        text.lines()
                .map(StderrLog::withoutControls)
                .filter(line -> !line.isBlank())
                .forEach(line -> logger.atLevel(level).log("{} on standard error: {}", command.getFileName(), line));
    }

    private static String withoutControls(String line) {
        StringBuilder shown = new StringBuilder(line.length());
        line.codePoints().filter(c -> c == '\t' || !Character.isISOControl(c)).forEach(shown::appendCodePoint);
        return shown.toString();
    }
}
