package io.agentsecrets.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metadata for native-image names the classes that the library and its libraries load by name. */
class LoadedByNameTest {

    private static final Pattern LIBRARY_TYPE =
            Pattern.compile("(?:io/agentsecrets|com/github/benmanes|com/fasterxml|org/snakeyaml|org/slf4j)/[\\w/$]+");
    private static final String METADATA = "META-INF/native-image/io.agentsecrets/secrets-core/reflect-config.json";

    @TempDir
    private Path folder;

    @Test
    void the_metadata_names_the_classes_that_are_loaded_though_no_loaded_class_names_them() throws Exception {
        Set<String> loaded = loaded();
        Set<String> byName = new HashSet<>(loaded);
        for (String type : loaded) {
            byName.removeAll(named(type));
        }
        byName.removeIf(type -> type.startsWith("io/agentsecrets/embedded/"));

        assertThat(loaded).hasSizeGreaterThan(200).contains("com/github/benmanes/caffeine/cache/LocalCacheFactory");
        assertThat(byName).isEqualTo(toldNames());
    }

    /** Returns the types of the libraries that {@link LoadingProgram} loads. */
    private Set<String> loaded() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:file=" + folder.resolve("classes") + ":none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadingProgram.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
        return Files.readAllLines(folder.resolve("classes")).stream()
                .map(line -> line.split(" ", 2)[0].replace('.', '/'))
                .filter(name ->
                        !name.contains("$$") && LIBRARY_TYPE.matcher(name).matches())
                .collect(Collectors.toSet());
    }

    /** Returns the other types of the libraries that a class names in its constants. */
    private static Set<String> named(String type) throws IOException {
        ClassLoader loader = LoadedByNameTest.class.getClassLoader();
        try (InputStream in = Objects.requireNonNull(loader.getResourceAsStream(type + ".class"), type)) {
            String constants = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            Set<String> named = LIBRARY_TYPE
                    .matcher(constants)
                    .results()
                    .map(match -> match.group())
                    .collect(Collectors.toSet());
            named.remove(type);
            return named;
        }
    }

    private static Set<String> toldNames() throws IOException {
        ClassLoader loader = LoadedByNameTest.class.getClassLoader();
        try (InputStream in = Objects.requireNonNull(loader.getResourceAsStream(METADATA))) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("\"name\": \"(.*)\"")
                    .matcher(json)
                    .results()
                    .map(match -> match.group(1).replace('.', '/'))
                    .collect(Collectors.toSet());
        }
    }
}
