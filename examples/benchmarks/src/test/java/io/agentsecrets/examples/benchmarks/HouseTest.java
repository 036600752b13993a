package io.agentsecrets.examples.benchmarks;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

/** The structure of all modules. It is checked here because this module is built last. */
class HouseTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secrets-core",
                "secrets-yaml",
                "secrets-exec",
                "examples/tools",
                "examples/sample-agent",
                "examples/agent-cli",
                "examples/keyring",
                "examples/files",
                "examples/vault",
                "examples/sealed",
                "examples/javaagent",
                "examples/embedded"
            })
    void packages_have_no_circles(String module) {
        slices().matching("io.agentsecrets.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(classes(module));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secrets-core", "secrets-yaml", "secrets-exec"})
    void loggers_are_called_as_slf4j_1_7_knows_them(String module) {
        assertThat(classes(module).stream()
                        .flatMap(type -> type.getMethodCallsFromSelf().stream())
                        .map(JavaMethodCall::getTarget)
                        .filter(method -> method.getOwner().isEquivalentTo(Logger.class))
                        .map(AccessTarget::getName))
                .isNotEmpty()
                .isSubsetOf("trace", "debug", "info", "warn", "error", "isDebugEnabled", "isWarnEnabled");
    }

    private static JavaClasses classes(String module) {
        Path classes = Path.of("..", "..", module, "target", "classes");
        assumeTrue(Files.isDirectory(classes), module + " was not built");
        return new ClassFileImporter().importPath(classes);
    }
}
