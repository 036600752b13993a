package io.agentsecrets.exec;

import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Hands what an executable printed on standard error to the log, a line a record, with known secrets masked. */
final class StderrLog {

    private StderrLog() {}

    static void write(Path command, ProcessOutput output, boolean failed, Collection<SecretValue> secrets) {
        byte[] stderr = output.stderr();
        if (stderr.length == 0) {
            return;
        }
        Logger logger = LoggerFactory.getLogger(ExecBackend.class);
        Level level = failed ? Level.WARN : Level.DEBUG;
        if (!logger.isEnabledForLevel(level)) {
            return;
        }
        Redactor redactor = Redactor.of(secrets);
        UnaryOperator<String> mask = output.stderrWasCut() ? redactor::redactTruncated : redactor::redact;
        // masked before it is cut into lines, as a secret of several lines must not slip through line by line, and once
        // more without the control characters that may have stood inside a secret
        String text = mask.apply(withoutHalfACharacter(new String(stderr, StandardCharsets.UTF_8)));
        text = mask.apply(ControlCharacters.takenOut(text, "\t\r\n"));
        if (output.stderrWasCut()) {
            text += "\n... (more than " + stderr.length + " bytes; the rest was left out)";
        }
        text.lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> logger.atLevel(level).log("{} on standard error: {}", command.getFileName(), line));
    }

    private static String withoutHalfACharacter(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\ufffd') {
            end--;
        }
        return text.substring(0, end);
    }
}
