package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code on the package pages and on the overview page of the Javadoc compiles. */
class JavadocTest {

    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern CODE = Pattern.compile("<pre>\\{@code\n(.*?)}</pre>", Pattern.DOTALL);

    /** The imports and variables that the code of the pages needs. Variables that a page declares itself hide these. */
    private static final String FRAME = """
            import io.agentsecrets.*;
            import io.agentsecrets.audit.*;
            import io.agentsecrets.backend.*;
            import io.agentsecrets.exec.*;
            import io.agentsecrets.exec.doctor.*;
            import io.agentsecrets.micrometer.*;
            import io.agentsecrets.resolver.*;
            import io.agentsecrets.testing.*;
            import io.agentsecrets.tree.*;
            import io.agentsecrets.yaml.*;
            import java.nio.file.Path;
            import java.time.Duration;
            import java.util.*;

            abstract class Page%d {
                SecretBackend backend, vault, keyring;
                ExecBackend executable;
                SecretResolver resolver;
                Map<String, Object> configuration;
                Map<String, String> store;
                io.micrometer.core.instrument.MeterRegistry registry;
                abstract void reload(String source);

                void code() throws Exception {
            %s
                }
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void compiles() throws IOException {
        List<Path> pages = pages();
        List<Path> sources = new ArrayList<>();
        for (Path page : pages) {
            List<String> blocks = CODE.matcher(Files.readString(page).replaceAll("(?m)^ \\* ?", ""))
                    .results()
                    .map(block -> block.group(1))
                    .toList();
            assertThat(blocks).as(page.toString()).isNotEmpty();
            for (String block : blocks) {
                int number = sources.size();
                sources.add(
                        Files.writeString(folder.resolve("Page" + number + ".java"), FRAME.formatted(number, block)));
            }
        }

        assertThat(sources).hasSizeGreaterThan(10);
        assertThat(problems(sources)).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("docs/javadoc/overview.html")));
        for (String module : List.of("secrets-core", "secrets-yaml", "secrets-exec")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.endsWith("package-info.java")).forEach(pages::add);
            }
        }
        return pages;
    }

    private String problems(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
            compiler.getTask(problems, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call();
        }
        return problems.toString();
    }
}
