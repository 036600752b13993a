package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that build and start the examples, with a Maven and a Java that only note how they are called. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the scripts are for a POSIX shell")
class LauncherTest {

    private static final Path EXAMPLES = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private Path examples;

    @BeforeEach
    void a_project_that_was_never_built() throws IOException {
        folder = folder.toRealPath();
        examples = Files.createDirectories(folder.resolve("project/examples"));
        for (String script : new String[] {"build", "launch"}) {
            AgentRun.script(examples.resolve(script), Files.readString(EXAMPLES.resolve(script)));
        }
        Files.createDirectories(examples.resolve("vault/src/main"));
        AgentRun.script(
                examples.resolve("vault/vault-backend"), Files.readString(EXAMPLES.resolve("vault/vault-backend")));
        Files.createDirectories(folder.resolve("bin"));
        AgentRun.script(folder.resolve("bin/mvn"), """
                #!/bin/sh
                echo "$*" >>'%1$s/mvn-calls'
                echo 'BUILD OUTPUT'
                exit $(cat '%1$s/mvn-status')
                """.formatted(folder));
        AgentRun.script(
                folder.resolve("bin/java"),
                "#!/bin/sh\necho \"$@\" >>'" + folder + "/java-calls'\necho started \"$@\"\n");
        Files.writeString(folder.resolve("mvn-status"), "0");
    }

    private AgentRun run(Map<String, String> environment, Path script, String... arguments) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(script.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .directory(folder.toFile());
        builder.command().addAll(java.util.List.of(arguments));
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().remove("JAVA_HOME");
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
        return new AgentRun(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private AgentRun launch() throws Exception {
        return run(Map.of(), examples.resolve("launch"), "vault", "example.Main", "hello");
    }

    @Test
    void the_first_start_says_that_it_builds_also_where_nobody_sits() throws Exception {
        AgentRun first = launch();
        AgentRun second = launch();

        assertThat(first.err()).startsWith("building examples/vault (a minute or two the first time");
        assertThat(first.out()).startsWith("started ").endsWith("example.Main hello\n");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(folder.resolve("mvn-calls")).content().hasLineCount(1);
    }

    @Test
    void the_first_start_after_a_build_keeps_its_classes_for_later_ones() throws Exception {
        Map<String, String> training = Map.of("AGENT_SECRETS_TRAINING", "warm up");
        run(training, examples.resolve("launch"), "vault", "example.Main", "hello");
        run(training, examples.resolve("launch"), "vault", "example.Main", "hello");

        assertThat(Files.readAllLines(folder.resolve("java-calls")))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains("-XX:DumpLoadedClassList=")
                                .endsWith("example.Main warm up"),
                        dump -> assertThat(dump).contains("-Xshare:dump ", "-XX:SharedArchiveFile="),
                        second -> assertThat(second).endsWith("example.Main hello"),
                        third -> assertThat(third).endsWith("example.Main hello"));
    }

    @Test
    void a_changed_source_is_built_again() throws Exception {
        launch();
        Files.setLastModifiedTime(
                Files.writeString(examples.resolve("vault/src/main/A.java"), "class A {}"),
                java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 60_000));

        assertThat(launch().err()).startsWith("building examples/vault");
    }

    @Test
    void a_build_that_fails_shows_its_end() throws Exception {
        Files.writeString(folder.resolve("mvn-status"), "1");

        AgentRun run = launch();

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("the build failed", "BUILD OUTPUT");
    }

    @Test
    void one_command_builds_all_examples_at_once() throws Exception {
        AgentRun run = run(Map.of(), examples.resolve("build"));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readString(folder.resolve("mvn-calls")))
                .contains("examples/agent-cli,examples/sample-agent,examples/keyring,")
                .hasLineCount(1);
        assertThat(launch().err()).isEmpty();
    }

    @Test
    void an_executable_for_an_agent_that_is_not_built_fails_at_once_and_says_so() throws Exception {
        AgentRun run = run(Map.of(), examples.resolve("vault/vault-backend"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("vault is not built; run ", "/build vault once");
        assertThat(folder.resolve("mvn-calls")).doesNotExist();
    }

    @Test
    void an_executable_for_an_agent_starts_what_is_built() throws Exception {
        launch();

        AgentRun run = run(Map.of(), examples.resolve("vault/vault-backend"));

        assertThat(run.out()).startsWith("started ").endsWith("io.agentsecrets.examples.vault.Main\n");
    }
}
