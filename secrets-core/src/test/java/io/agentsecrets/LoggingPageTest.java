package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/logging.md names each logger of the library with each of its levels, and no others. */
class LoggingPageTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("^\\| `([\\w.]+)` \\| ([A-Z]+) \\| .+ \\|$", Pattern.MULTILINE);
    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);$", Pattern.MULTILINE);
    private static final Pattern LOGGER = Pattern.compile("Loggers\\.of\\((\\w+)\\.class\\)");

    /** A call of a logger, or a level that is chosen at run time. */
    private static final Pattern LEVEL = Pattern.compile(
            "(?:Loggers\\.of\\([\\w.]+\\)|LOGGER|logger)\\s*\\.(error|warn|info|debug|trace)\\(|Level\\.([A-Z]+)");

    @Test
    void the_page_names_the_loggers_and_levels_of_the_code() throws IOException {
        String page = Files.readString(ROOT.resolve("docs").resolve("logging.md"));

        assertThat(ROW.matcher(page).results().map(row -> row.group(1) + " " + row.group(2)))
                .containsExactlyElementsOf(loggersAndLevels());
    }

    @Test
    void one_place_asks_slf4j_for_loggers() throws IOException {
        assertThat(sources())
                .filteredOn(source -> source.contains("LoggerFactory.get"))
                .singleElement()
                .satisfies(source -> assertThat(source).contains("final class Loggers {"));
    }

    private static Set<String> loggersAndLevels() throws IOException {
        Set<String> found = new TreeSet<>(LoggingPageTest::compare);
        for (String source : sources()) {
            for (MatchResult logger : LOGGER.matcher(source).results().toList()) {
                for (MatchResult level : LEVEL.matcher(source).results().toList()) {
                    String name = level.group(1) == null ? level.group(2) : level.group(1);
                    found.add(group(PACKAGE, source) + "." + logger.group(1) + " " + name.toUpperCase(Locale.ROOT));
                }
            }
        }
        return found;
    }

    /** By name, and the most important level first. */
    private static int compare(String one, String other) {
        String[] first = one.split(" ", -1);
        String[] second = other.split(" ", -1);
        List<String> levels = List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");
        int names = first[0].compareTo(second[0]);
        return names != 0 ? names : Integer.compare(levels.indexOf(first[1]), levels.indexOf(second[1]));
    }

    private static String group(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError(pattern + " is not in " + text))
                .group(1);
    }

    private static List<String> sources() throws IOException {
        List<String> sources = new ArrayList<>();
        for (String module : List.of("secrets-core", "secrets-yaml", "secrets-exec")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(LoggingPageTest::text)
                        .forEach(sources::add);
            }
        }
        return sources;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
