package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/settings.md has a row for each setting. */
class SettingsTableTest {

    @Test
    void the_table_and_the_reader_know_the_same_settings_values_and_defaults() throws IOException {
        List<String> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "settings.md"))) {
            if (line.startsWith("| `")) {
                String[] cells = line.split("\\|", -1);
                assertThat(cells).as(line).hasSize(7);
                assertThat(cells[2].strip()).as("the meaning of " + cells[1]).isNotEmpty();
                rows.add(row(cells[1].strip().replace("`", ""), cells[3].strip(), cells[4].strip()));
            }
        }

        List<String> known = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            known.add(row(setting.key(), setting.kind().words(), setting.byDefault()));
        }
        assertThat(rows).containsExactlyElementsOf(known);
    }

    private static String row(String... cells) {
        return String.join(" | ", cells);
    }
}
