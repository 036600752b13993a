package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.micrometer.MicrometerMetrics;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import io.agentsecrets.tree.ConfigTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the module shows to its users. */
class ModuleTest {

    private static final String[] ROOMS = {
        "io.agentsecrets",
        "io.agentsecrets.audit",
        "io.agentsecrets.backend",
        "io.agentsecrets.micrometer",
        "io.agentsecrets.resolver",
        "io.agentsecrets.testing",
        "io.agentsecrets.tree"
    };

    private static final Path CLASSES = Path.of("target", "classes");

    @Test
    void exports_these_packages_and_no_others() {
        ModuleDescriptor module = ModuleFinder.of(CLASSES)
                .find("io.agentsecrets.core")
                .orElseThrow()
                .descriptor();

        assertThat(module.exports())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder(ROOMS);
        assertThat(module.exports()).noneMatch(ModuleDescriptor.Exports::isQualified);
        assertThat(module.opens()).isEmpty();
        assertThat(module.packages()).containsExactlyInAnyOrder(ROOMS);
    }

    @Test
    void no_public_type_mentions_a_library_but_the_log_and_the_binder_to_micrometer() throws Exception {
        Set<String> mentioned = publicTypes()
                .filter(type -> type != MicrometerMetrics.class)
                .flatMap(ModuleTest::signatures)
                .flatMap(signature -> Stream.of(signature.split("[^\\p{Alnum}._$]+", -1)))
                .filter(name -> name.contains("."))
                .map(name -> name.substring(0, name.indexOf('.', name.indexOf('.') + 1)))
                .collect(Collectors.toSet());

        assertThat(mentioned).contains("io.agentsecrets", "java.util");
        assertThat(mentioned)
                .allMatch(
                        name -> name.equals("io.agentsecrets") || name.equals("org.slf4j") || name.startsWith("java."));
    }

    @Test
    void the_public_types_are_these() throws Exception {
        assertThat(publicTypes().map(Class::getName).map(name -> name.substring("io.agentsecrets.".length())))
                .containsExactlyInAnyOrder(
                        "audit.AuditEvent",
                        "audit.AuditEvent$Type",
                        "audit.AuditFile",
                        "audit.AuditTrail",
                        "BackendException",
                        "BackendStatus",
                        "resolver.ChangeListener",
                        "ConfigException",
                        "ConfigWarning",
                        "Count",
                        "FailureKind",
                        "FetchResult",
                        "FetchResult$Failed",
                        "FetchResult$Found",
                        "ForeignFileException",
                        "Handle",
                        "HandleFailure",
                        "resolver.HandleRule",
                        "HandleSyntax",
                        "micrometer.MicrometerMetrics",
                        "KnownSecrets",
                        "Loggers",
                        "NearMisses",
                        "OneLine",
                        "Origin",
                        "OwnFiles",
                        "Redactor",
                        "resolver.RefreshResult",
                        "resolver.Rejection",
                        "resolver.Refresher",
                        "Resolution",
                        "Resolution$Dropped",
                        "Resolution$Resolved",
                        "resolver.ResolverMetrics",
                        "backend.GuardedBackend",
                        "backend.ResilientBackend",
                        "backend.ResilientBackend$Builder",
                        "backend.RoutingBackend",
                        "backend.RoutingBackend$Builder",
                        "SecretBackend",
                        "SecretException",
                        "resolver.SecretResolver",
                        "resolver.SecretResolver$Builder",
                        "SecretValue",
                        "Source",
                        "Ticker",
                        "resolver.SecretsReport",
                        "resolver.SecretsReport$Secret",
                        "resolver.SecretsReport$State",
                        "ShellWord",
                        "resolver.SourceChange",
                        "UnresolvedHandlesException",
                        "Usages",
                        "Usages$Builder",
                        "backend.SplitFetch",
                        "testing.FakeBackend",
                        "tree.ConfigTree",
                        "tree.ConfigTree$StringMapper",
                        "tree.TemplateVariables",
                        "tree.TreePath",
                        "tree.TreeSource");
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(Stream.of(SecretResolver.class, ConfigTree.class, FakeBackend.class)
                        .map(type -> type.getPackage().isAnnotationPresent(org.jspecify.annotations.NullMarked.class)))
                .containsOnly(true);
    }

    private static Stream<Class<?>> publicTypes() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CLASSES)) {
            files.map(file -> CLASSES.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name -> name.replace(".class", "").replace('/', '.').replace('\\', '.'))
                    .map(ModuleTest::load)
                    .filter(ModuleTest::isPublic)
                    .forEach(types::add);
        }
        return types.stream();
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ModuleTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && (type.getEnclosingClass() == null || isPublic(Objects.requireNonNull(type.getEnclosingClass())));
    }

    private static Stream<String> signatures(Class<?> type) {
        return Stream.of(
                        Stream.of(type.toGenericString(), String.valueOf(type.getGenericSuperclass())),
                        Stream.of(type.getGenericInterfaces()).map(Object::toString),
                        visible(type.getDeclaredMethods(), Method::getModifiers).map(Method::toGenericString),
                        visible(type.getDeclaredFields(), Field::getModifiers).map(Field::toGenericString),
                        visible(type.getDeclaredConstructors(), Constructor::getModifiers)
                                .map(Constructor::toGenericString))
                .flatMap(signatures -> signatures);
    }

    private static <M> Stream<M> visible(M[] members, java.util.function.ToIntFunction<M> modifiers) {
        return Stream.of(members)
                .filter(member -> Modifier.isPublic(modifiers.applyAsInt(member))
                        || Modifier.isProtected(modifiers.applyAsInt(member)));
    }
}
