package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An executable that does not answer, as an operator sees it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executables are shell scripts")
class OutageTest {

    @TempDir
    private Path home;

    @BeforeEach
    void three_checks() throws IOException {
        Files.createDirectory(home.resolve("conf.d"));
        for (String name : List.of("a", "b", "c")) {
            Files.writeString(home.resolve("conf.d/" + name + ".yaml"), "u: ENC[u]\np: ENC[" + name + "]\n");
        }
    }

    private void backend(String script) throws IOException {
        Path backend = AgentRun.script(home.resolve("backend"), "#!/bin/sh\n" + script + "\n");
        Files.writeString(home.resolve("agent.yaml"), "secret_backend_command: " + backend + "\n");
    }

    private AgentRun agent(String... command) {
        String[] arguments = new String[command.length + 2];
        arguments[0] = "-c";
        arguments[1] = home.resolve("agent.yaml").toString();
        System.arraycopy(command, 0, arguments, 2, command.length);
        return AgentRun.of(arguments);
    }

    @Test
    void a_reason_that_many_share_is_explained_once_and_summed_up() throws IOException {
        backend("cat >/dev/null; exit 3");

        AgentRun configcheck = agent("configcheck");
        AgentRun secret = agent("secret");

        assertThat(configcheck.out())
                .containsOnlyOnce("ended with exit status 3")
                .contains("  line 1, column 4: ENC[u] at u: the executable '")
                .contains("  line 2, column 4: ENC[a] at p: as above (exit)\n")
                .contains("  line 1, column 4: ENC[u] at u: as above, in a.yaml (exit)\n");
        assertThat(configcheck.err())
                .containsPattern("0 of 3 configurations resolved, 3 dropped \\(3 exit\\); 0 secrets, \\d+ calls in ");
        assertThat(secret.out()).containsOnlyOnce("ended with exit status 3").contains("- b: from b.yaml: as a\n");
        assertThat(secret.err())
                .contains(
                        "agent: Could not resolve 2 of 2 handles in c.yaml\n  ENC[u] at u (line 1): as above, in a.yaml\n");
        assertThat(secret.err()
                        .lines()
                        .filter(line -> line.startsWith("agent: Could not") || line.startsWith("  ENC["))
                        .filter(line -> line.contains("exit status 3")))
                .hasSize(1);
    }

    @Test
    void what_is_missing_is_told_where_it_is_missing() throws IOException {
        backend("cat >/dev/null; echo '{\"u\":{\"value\":\"x\"},\"b\":{\"value\":\"y\"}}'");

        AgentRun run = agent("configcheck");

        assertThat(run.out()).contains("ENC[a] at p: the backend has no such handle (missing)");
        assertThat(run.out()).contains("ENC[c] at p: the backend has no such handle (missing)");
        assertThat(run.err())
                .containsPattern("1 of 3 configurations resolved, 2 dropped \\(2 missing\\); 2 secrets, 1 call in ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret_backend_command: %s\n", "multi_secret_backends: {r: {command: %s}}\n"})
    void a_command_leaves_the_state_file_to_the_agent_that_runs(String executable) throws IOException {
        Path state = home.resolve("state");
        Path backend = AgentRun.script(home.resolve("backend"), "#!/bin/sh\ncat >/dev/null; exit 3\n");
        Files.writeString(
                home.resolve("agent.yaml"),
                executable.formatted(backend) + "k: ENC[r;k]\nsecret_backend_cool_down: 60\nsecret_backend_state_file: "
                        + state + "\n");

        AgentRun first = agent("configcheck");
        AgentRun second = agent("configcheck");

        assertThat(first.out() + first.err()).contains("ended with exit status 3");
        assertThat(second.out() + second.err())
                .contains("ended with exit status 3")
                .doesNotContain("before the restart");
        assertThat(state).doesNotExist();
    }

    @Test
    void somebody_at_a_terminal_sees_that_the_agent_waits() throws Exception {
        backend("cat >/dev/null; while [ ! -e '" + home + "/go' ]; do sleep 0.1; done; echo '{}'");
        Process agent = new ProcessBuilder(AgentRun.commandLine(
                        List.of("-Dagent.terminal=true"),
                        "-c",
                        home.resolve("agent.yaml").toString(),
                        "secret"))
                .redirectOutput(home.resolve("out").toFile())
                .redirectError(home.resolve("err").toFile())
                .start();
        String sign = "agent: waiting for the executable (2 s)\n";
        while (!Files.readString(home.resolve("err")).contains(sign)) {
            assertThat(agent.isAlive()).isTrue();
            TimeUnit.MILLISECONDS.sleep(20); // until the sign is there
        }
        Files.createFile(home.resolve("go"));

        assertThat(agent.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(home.resolve("err"))).startsWith(sign);
    }
}
