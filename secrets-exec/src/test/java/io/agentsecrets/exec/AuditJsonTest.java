package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.Handle;
import io.agentsecrets.audit.AuditEvent;
import io.agentsecrets.audit.AuditFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit file writes its JSON by hand; here another reads it. */
class AuditJsonTest {

    @TempDir
    private Path folder;

    @Test
    void every_character_is_read_back_from_one_line_that_shows_none_that_could_forge_another() throws IOException {
        for (int from = 0; from <= Character.MAX_CODE_POINT; from += 0x1000) {
            String all = codePoints(from, from + 0x1000);
            Path file = folder.resolve("audit" + from);
            AuditFile.at(file, 1_000_000)
                    .record(new AuditEvent(
                            AuditEvent.Type.CHANGED,
                            null,
                            new TreeSet<>(Set.of(new Handle(all))),
                            new TreeSet<>(Set.of("s", "t"))));

            List<String> lines = Files.readAllLines(file);
            assertThat(lines).hasSize(1);
            assertThat(lines.get(0).codePoints().map(Character::getType))
                    .doesNotContain(
                            (int) Character.CONTROL, (int) Character.FORMAT, (int) Character.LINE_SEPARATOR, (int)
                                    Character.PARAGRAPH_SEPARATOR);
            assertThat(Json.read(lines.get(0)))
                    .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                    .containsAllEntriesOf(Map.of("handles", List.of(all), "sources", List.of("s", "t")));
        }
    }

    /** Surrogates stand apart, as halves. */
    private static String codePoints(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int c = from; c < to; c++) {
            text.appendCodePoint(c).append(' ');
        }
        return text.toString();
    }
}
