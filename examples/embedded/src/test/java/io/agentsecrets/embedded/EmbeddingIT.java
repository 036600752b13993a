package io.agentsecrets.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What docs/embedding.md shows, built and run. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executable is a shell script")
class EmbeddingIT {

    private static final String APPLICATION = """
            public class Application {
                public static class OwnLogManager extends java.util.logging.LogManager {}

                public static void main(String[] args) {
                    System.setProperty("java.util.logging.manager", OwnLogManager.class.getName());
                    System.out.println(java.util.logging.LogManager.getLogManager().getClass().getSimpleName());
                    System.out.println(System.getProperty("my-agent.started"));
                }
            }
            """;

    @TempDir
    private Path folder;

    private Path library = Path.of("");

    private static String block(String language) throws IOException {
        Matcher block = Pattern.compile("<!-- tested by EmbeddingIT -->\n```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "..", "docs", "embedding.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    @BeforeEach
    void the_agent_of_the_docs() throws IOException {
        Path jar = Path.of(System.getProperty("embedded.jar"));
        library = Files.copy(jar, folder.resolve(jar.getFileName()));
        compile("MyAgent", block("java"));
        compile("Application", APPLICATION);
        Files.writeString(folder.resolve("my.yaml"), "password: ENC[p]\n");
        Path backend = folder.resolve("secret-backend");
        Files.writeString(backend, "#!/bin/sh\ncat >/dev/null\nprintf '{\"p\":{\"value\":\"canary-hunter2\"}}'\n");
        Files.setPosixFilePermissions(backend, PosixFilePermissions.fromString("rwx------"));
    }

    private void compile(String name, String source) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        tool("javac", "-cp", library.toString(), "-d", folder.resolve(name).toString(), file.toString());
    }

    private static void tool(String name, String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter printed = new PrintWriter(output);
        assertThat(ToolProvider.findFirst(name).orElseThrow().run(printed, printed, arguments))
                .as(output.toString())
                .isZero();
    }

    /** Packs the agent, and returns the option that starts it. */
    private String agent(String classPath) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", "com.example.MyAgent");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        Path jar = folder.resolve("my-agent.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.putNextEntry(new ZipEntry("com/example/MyAgent.class"));
            out.write(Files.readAllBytes(folder.resolve("MyAgent/com/example/MyAgent.class")));
        }
        return "-javaagent:" + jar + "=" + folder.resolve("my.yaml");
    }

    /** Starts the application beside the old libraries of this test's own class path. */
    private List<String> run(String... options) throws IOException, InterruptedException {
        return runOn(Path.of(System.getProperty("java.home")), options);
    }

    private List<String> runOn(Path runtime, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(runtime.resolve("bin/java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", folder.resolve("Application") + ":" + oldLibraries(), "Application"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed.lines().toList();
    }

    private static String oldLibraries() {
        List<String> old = Stream.of(System.getProperty("java.class.path").split(":", -1))
                .filter(entry -> entry.matches(".*/(jackson-core-2\\.9|caffeine-2\\.8|slf4j-api-1\\.7)[^/]*"))
                .toList();
        assertThat(old).hasSize(3);
        return String.join(":", old);
    }

    @Test
    void the_agent_starts_and_nothing_of_the_application_is_touched() throws Exception {
        assertThat(run(agent(String.valueOf(library.getFileName())))).containsExactly("OwnLogManager", "true");
    }

    @Test
    void the_application_starts_without_an_agent_whose_argument_is_missing_or_wrong() throws Exception {
        String agent = agent(String.valueOf(library.getFileName()));
        String jar = agent.substring(0, agent.indexOf('='));

        assertThat(run(jar))
                .hasSize(3)
                .contains("OwnLogManager", "null")
                .first()
                .asString()
                .contains("name its configuration");
        assertThat(run(jar + "=" + folder.resolve("none.yaml")))
                .hasSize(3)
                .contains("OwnLogManager", "null")
                .first()
                .asString()
                .contains("my-agent: not started: ", "none.yaml");
    }

    @Test
    void it_runs_from_the_boot_class_path() throws Exception {
        assertThat(run("-Xbootclasspath/a:" + library, agent(""))).containsExactly("OwnLogManager", "true");
    }

    @Test
    void it_runs_from_the_module_path() throws Exception {
        assertThat(run("--module-path", library.toString(), "--add-modules", "io.agentsecrets.embedded", agent("")))
                .containsExactly("OwnLogManager", "true");
    }

    @Test
    void it_runs_in_a_runtime_that_it_is_linked_into() throws Exception {
        Path runtime = folder.resolve("runtime");
        tool(
                "jlink",
                "--module-path",
                library.toString(),
                "--add-modules",
                "io.agentsecrets.embedded,java.instrument,java.logging",
                "--output",
                runtime.toString());

        assertThat(runOn(runtime, agent(""))).containsExactly("OwnLogManager", "true");
    }

    @Test
    void the_configuration_to_copy_is_the_one_of_this_build() throws IOException {
        String own = Files.readString(Path.of("pom.xml")).replaceAll("\\s+", "");
        String shown = block("xml").replace("com.example.shaded", "io.agentsecrets.embedded");

        Matcher part = Pattern.compile(
                        "<(pattern>|filter>|transformer ).*?(</shadedPattern>|</filter>|/>)", Pattern.DOTALL)
                .matcher(shown);
        List<String> parts = new ArrayList<>();
        while (part.find()) {
            parts.add(part.group().replaceAll("\\s+", ""));
        }
        assertThat(parts).hasSize(11).allSatisfy(each -> assertThat(own).contains(each));
    }
}
