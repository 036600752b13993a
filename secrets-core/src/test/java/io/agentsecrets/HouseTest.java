package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shape of the code. {@link PicturesTest} compares its structure with docs/design.md. */
class HouseTest {

    private static final Path ROOT = Path.of("..");
    static final JavaClasses CORE = new ClassFileImporter().importPath(Path.of("target", "classes"));

    @Test
    void fewer_than_45_of_100_types_are_public_and_none_of_the_engine() {
        List<JavaClass> types = CORE.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .toList();
        List<JavaClass> shown = types.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .toList();

        assertThat(100 * shown.size() / types.size())
                .as(shown.size() + " of " + types.size())
                .isLessThan(45);
        assertThat(shown)
                .extracting(JavaClass::getSimpleName)
                .doesNotContain(
                        "SharedCalls",
                        "AnswerFetcher",
                        "SourceRegistry",
                        "UsedSource",
                        "KnownValue",
                        "SecretCache",
                        "Lookup");
    }

    /** A builder does not count: it has a paragraph for each setting. */
    @Test
    void no_file_is_longer_than_250_lines_without_its_builder() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            assertThat(files.filter(HouseTest::isMainSource).filter(file -> lines(file) > 250))
                    .isEmpty();
        }
    }

    private static boolean isMainSource(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.endsWith(".java") && path.contains("/src/main/java/");
    }

    private static long lines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            int builder = lines.indexOf("    public static final class Builder {");
            return builder < 0 ? lines.size() : builder;
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }
}
