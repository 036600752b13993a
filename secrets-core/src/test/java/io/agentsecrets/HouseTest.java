package io.agentsecrets;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The structure of the code; {@link PicturesTest} compares it with docs/design.md. */
class HouseTest {

    private static final Path ROOT = Path.of("..");
    static final JavaClasses CORE = new ClassFileImporter().importPath(Path.of("target", "classes"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secrets-core",
                "secrets-yaml",
                "secrets-exec",
                "examples/sample-agent",
                "examples/agent-cli",
                "examples/keyring",
                "examples/vault",
                "examples/sealed",
                "examples/files"
            })
    void packages_have_no_circles(String module) {
        Path classes = ROOT.resolve(module).resolve("target").resolve("classes");
        if (Files.isDirectory(classes)) { // those of other modules are there once they were built
            slices().matching("io.agentsecrets.(**)")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .check(new ClassFileImporter().importPath(classes));
        }
    }

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
                        "SharedCalls", "Answers", "SourceRegistry", "UsedSource", "Known", "SecretCache", "Lookup");
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
