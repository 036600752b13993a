package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.exec.ExecBackend;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows, run. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executables are shell scripts")
class ReadmeTest {

    private static final String IMPORTS = """
            import io.agentsecrets.*;
            import io.agentsecrets.exec.*;
            import io.agentsecrets.resolver.*;
            import io.agentsecrets.testing.*;
            import io.agentsecrets.yaml.*;
            import java.nio.file.Path;
            import java.time.Duration;
            import java.util.*;
            """;

    @TempDir
    private Path folder;

    private static String readme;

    @BeforeAll
    static void readReadme() throws IOException {
        readme = Files.readString(Path.of("..", "..", "README.md"));
        AgentRun.mendRightsOfDummyBackend();
    }

    /** Returns the block of code in the README whose text contains the given words. */
    private static String block(String language, String words) {
        return Pattern.compile("<!-- tested by ReadmeTest -->\n```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(readme)
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(code -> code.contains(words))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the README has no such block: " + words));
    }

    private String outputOf(String code) throws Exception {
        Path source = folder.resolve("Example.java");
        Files.writeString(
                source,
                IMPORTS + "public class Example { public static void main(String[] args) throws Exception {\n" + code
                        + "\n}}");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        boolean compiled = compiler.getTask(
                        problems,
                        null,
                        null,
                        java.util.List.of("-d", folder.toString(), "-cp", classPath(), "-proc:none"),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
                .call();
        assertThat(compiled).as(problems.toString()).isTrue();
        Process process = new ProcessBuilder(java(), "-ea", "-cp", folder + File.pathSeparator + classPath(), "Example")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .directory(AgentRun.HOME.toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("out")))
                .isZero();
        return Files.readString(folder.resolve("out"));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    @Test
    void the_lines_of_use_compile_and_run() throws Exception {
        String code = block("java", "YamlConfigs.readFolder")
                .replace("System.getenv(\"AGENT_HOME\")", "\"" + AgentRun.HOME + "\"");

        assertThat(outputOf(code))
                .contains("loaded: postgres.yaml", "loaded: custom_queries.yaml")
                .doesNotContain("dropped");
    }

    @Test
    void the_lines_that_read_the_settings_compile_and_run() throws Exception {
        Files.writeString(
                folder.resolve("agent.yaml"),
                "secret_backend_command: " + AgentRun.HOME.resolve("secret-backend") + "\napi_key: ENC[api_key]\n");
        String code = block("java", "SecretSettings.of").replace("System.getenv(\"AGENT_HOME\")", "\"" + folder + "\"");

        assertThat(outputOf(code + "System.out.println(configuration.toString().contains(\"ENC[\"));"))
                .contains("false");
    }

    @Test
    void the_unit_test_of_an_agent_compiles_and_passes() {
        assertThatCode(() -> outputOf(block("java", "FakeBackend"))).doesNotThrowAnyException();
    }

    @Test
    void the_shell_executable_works() throws IOException {
        assumeInstalled("jq");
        assertAnswersFromFiles(block("sh", "jq"));
    }

    @Test
    void the_python_executable_works() throws IOException {
        assumeInstalled("python3");
        assertAnswersFromFiles(block("python", "import json"));
    }

    @Test
    void the_java_executable_works() throws IOException {
        Path arguments = Files.writeString(folder.resolve("args"), "--class-path " + classPath()); // #! lines are short
        String code = block("java", "BackendServer.run")
                .replace("-S java", "-S " + java())
                .replace("--class-path /opt/agent/lib/*", "@" + arguments);
        Path script = AgentRun.script(folder.resolve("backend"), code);

        Map<Handle, FetchResult> results = fetch(script, "db_prod_user", "other");

        assertThat(results.get(new Handle("db_prod_user"))).isEqualTo(FetchResult.found("datadog"));
        assertFailed(results, "other");
    }

    private void assertAnswersFromFiles(String code) throws IOException {
        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        Files.writeString(secrets.resolve("db_user"), "dätadog \"1\"\n");
        Files.writeString(folder.resolve("outside"), "x");
        Path script =
                AgentRun.script(folder.resolve("backend"), code.replace("/etc/agent/secrets", secrets.toString()));

        Map<Handle, FetchResult> results = fetch(script, "db_user", "none", "../outside");

        assertThat(results.get(new Handle("db_user"))).isEqualTo(FetchResult.found("dätadog \"1\"\n"));
        assertFailed(results, "none");
        assertFailed(results, "../outside");
        assertThat(fetch(script, "none")).doesNotContainValue(FetchResult.found(""));
    }

    private static void assertFailed(Map<Handle, FetchResult> results, String handle) {
        FetchResult result = results.getOrDefault(new Handle(handle), FetchResult.missing());
        assertThat(result)
                .isInstanceOfSatisfying(
                        FetchResult.Failed.class,
                        failed -> assertThat(failed.kind()).isIn(FailureKind.MISSING, FailureKind.BACKEND_ERROR));
    }

    private static Map<Handle, FetchResult> fetch(Path script, String... handles) {
        Set<Handle> asked = new TreeSet<>();
        Arrays.stream(handles).map(Handle::new).forEach(asked::add);
        try (ExecBackend backend = ExecBackend.builder(script).build()) {
            return backend.fetch(asked);
        }
    }

    private static void assumeInstalled(String tool) {
        boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
        Assumptions.assumeTrue(installed, tool + " is not installed, so its example is not run");
    }
}
