package io.agentsecrets.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlainTextTest {

    private static final List<String> PARTS = List.of(
            "true", "False", "null", "NULL", "Null", "~", "0x", "0o", "1", "9", "0", ".", "e", "E", "+", "-", "inf",
            ".nan", ".INF", "$", "{A}", "<<", "<", " ", "a", "N", "n", "t", "_", ":", "/", "\u00e9", "=", "y");

    @Test
    void what_is_beyond_doubt_is_what_the_schema_says() {
        Random random = new Random(15);
        for (int i = 0; i < 50_000; i++) {
            StringBuilder parts = new StringBuilder();
            for (int left = random.nextInt(4); left >= 0; left--) {
                parts.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            String text = parts.toString();
            if (PlainText.isString(text)) {
                assertThat(Schema.isString(text)).as(text).isTrue();
                assertThat(Schema.read(text)).isEqualTo(text);
            }
            if (PlainText.isBeyondDoubt(text)) {
                Schema.read(text); // does not throw
            }
        }
    }
}
