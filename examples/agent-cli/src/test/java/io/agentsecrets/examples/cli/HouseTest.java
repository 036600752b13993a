package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules that hold for the source as a whole. */
class HouseTest {

    private static final Path SOURCES = Path.of("src/main/java/io/agentsecrets/examples/cli");

    /** Each uses only those before it. */
    private static final List<String> ORDER =
            List.of("output", "audit", "provider", "report", "agent", "control", "command");

    private static final Pattern IMPORT = Pattern.compile("import io\\.agentsecrets\\.examples\\.cli\\.(\\w+)\\.");
    private static final Pattern PRINTING = Pattern.compile("System\\.(out|err)\\b|PrintStream|getOut\\(|getErr\\(");

    @Test
    void packages_use_only_those_before_them() throws IOException {
        Map<String, TreeSet<String>> upwards = new TreeMap<>();
        for (String room : ORDER) {
            for (String text : texts(SOURCES.resolve(room))) {
                for (Matcher used = IMPORT.matcher(text); used.find(); ) {
                    if (ORDER.indexOf(used.group(1)) >= ORDER.indexOf(room)) {
                        upwards.computeIfAbsent(room, key -> new TreeSet<>()).add(used.group(1));
                    }
                }
            }
        }

        assertThat(upwards).isEmpty();
    }

    @Test
    void all_printing_goes_through_the_printer() throws IOException {
        for (String room : ORDER.subList(1, ORDER.size())) {
            assertThat(texts(SOURCES.resolve(room)))
                    .allSatisfy(text -> assertThat(text).doesNotContainPattern(PRINTING));
        }
    }

    @Test
    void the_examples_read_configurations_as_the_settings_say() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            assertThat(files.filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
                            .filter(file -> text(file).contains("YamlOptions.defaults()"))
                            .map(file -> String.valueOf(file.getFileName())))
                    .as("those that have no settings, or read them")
                    .containsExactlyInAnyOrder(
                            "AgentSettings.java", "Audit.java", "Resealing.java", "ResolveAllBenchmark.java");
        }
    }

    private static List<String> texts(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).isNotEmpty();
            return all.stream().map(HouseTest::text).toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
