package io.agentsecrets.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What the jar holds. */
class EmbeddedJarIT {

    private static final Path JAR = Path.of(System.getProperty("embedded.jar"));

    private static List<String> entries() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return jar.stream().map(ZipEntry::getName).toList();
        }
    }

    private static String text(String entry) throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return new String(jar.getInputStream(jar.getEntry(entry)).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void all_its_classes_are_in_packages_of_its_own() throws IOException {
        assertThat(entries())
                .filteredOn(name -> !name.endsWith("/") && !name.equals("module-info.class"))
                .allMatch(name -> name.startsWith("io/agentsecrets/embedded/") || name.startsWith("META-INF/"));
        assertThat(entries()).noneMatch(name -> name.startsWith("META-INF/versions/"));
    }

    @Test
    void it_is_a_module_that_exports_what_the_modules_of_the_library_export() throws IOException {
        Set<String> expected = new TreeSet<>(Set.of(
                "io.agentsecrets.embedded.logging",
                "io.agentsecrets.embedded.libs.jspecify.annotations",
                "io.agentsecrets.embedded.libs.slf4j"));
        for (String module : List.of("secrets-core", "secrets-yaml", "secrets-exec")) {
            module(Path.of("..", "..", module, "target", "classes")).exports().stream()
                    .map(exported -> exported.source().replaceFirst("^io\\.agentsecrets", "io.agentsecrets.embedded"))
                    .forEach(expected::add);
        }

        ModuleDescriptor embedded = module(JAR);

        assertThat(embedded.name()).isEqualTo("io.agentsecrets.embedded");
        assertThat(embedded.isAutomatic()).isFalse();
        assertThat(embedded.exports().stream().map(ModuleDescriptor.Exports::source))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static ModuleDescriptor module(Path path) {
        return ModuleFinder.of(path).findAll().iterator().next().descriptor();
    }

    @Test
    void nothing_outside_of_it_is_needed_but_the_optional_libraries() {
        StringWriter missing = new StringWriter();
        int status = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(new PrintWriter(missing), new PrintWriter(missing), "--missing-deps", JAR.toString());

        assertThat(status).as(missing.toString()).isZero();
        assertThat(missing.toString()
                        .lines()
                        .map(line ->
                                line.replaceFirst(".*-> ([\\w.$]+).*", "$1").strip()))
                .filteredOn(name -> name.matches("[a-z]+\\.[\\w.$]+") && !name.equals("io.agentsecrets.embedded"))
                .filteredOn(name ->
                        !name.contains(".errorprone.annotations.")) // nobody needs an annotation that is not there
                .allMatch(name -> name.startsWith("io.micrometer.") || name.startsWith("com.sun.jna."));
    }

    @Test
    void licences_are_in_it() throws IOException {
        assertThat(entries()).contains("META-INF/FastDoubleParser-LICENSE", "META-INF/Schubfach-LICENSE");
        assertThat(text("META-INF/LICENSE")).contains("Apache License");
        assertThat(text("META-INF/LICENSE.txt")).contains("QOS.ch");
        assertThat(text("META-INF/NOTICE")).startsWith("Agent Secrets, embedded");
    }

    @Test
    void what_native_image_is_told_of_is_in_it() throws IOException {
        String folder = "META-INF/native-image/";
        List<String> names = new ArrayList<>();
        Matcher name = Pattern.compile("\"(?:name|typeReachable)\": \"(.*)\"")
                .matcher(text(folder + "io.agentsecrets/agent-secrets-embedded/reflect-config.json"));
        while (name.find()) {
            names.add(name.group(1).replace('.', '/') + ".class");
        }

        assertThat(entries()).containsAll(names);
        assertThat(names).hasSize(4);
        assertThat(entries())
                .filteredOn(entry -> entry.startsWith(folder) && entry.endsWith(".json"))
                .hasSize(1);
    }

    @Test
    void it_is_as_small_as_the_docs_say() throws IOException {
        Matcher stated = Pattern.compile("The jar is (\\d\\.\\d) MB")
                .matcher(Files.readString(Path.of("..", "..", "docs", "embedding.md")));

        assertThat(stated.find()).isTrue();
        assertThat(Files.size(JAR) / 1e6).isCloseTo(Double.parseDouble(stated.group(1)), within(0.06));
    }
}
