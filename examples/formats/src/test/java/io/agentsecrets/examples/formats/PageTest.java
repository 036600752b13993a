package io.agentsecrets.examples.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The code in docs/formats.md is the code that {@link FormatsTest} runs. */
class PageTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "formats.md");
    private static final Path TEST = Path.of("src/test/java/io/agentsecrets/examples/formats/FormatsTest.java");

    @Test
    void shows_code_that_is_tested() throws IOException {
        String tested = withoutIndentation(Files.readString(TEST));
        List<String> blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .map(found -> withoutIndentation(found.group(1)))
                .toList();

        assertThat(blocks).hasSize(5).allSatisfy(block -> assertThat(tested).contains(block));
    }

    private static String withoutIndentation(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
