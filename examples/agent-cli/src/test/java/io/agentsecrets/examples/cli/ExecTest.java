package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code agent exec} with real programs. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs are shell scripts")
class ExecTest {

    @TempDir
    private Path home;

    private Path config;

    @BeforeEach
    void a_configuration() throws IOException {
        home = home.toRealPath();
        AgentRun.script(
                home.resolve("backend"), "#!/bin/sh\ncat >/dev/null\nprintf '{\"p\":{\"value\":\"canary\"}}'\n");
        Files.writeString(home.resolve("agent.yaml"), "secret_backend_command: " + home.resolve("backend") + "\n");
        config = Files.writeString(home.resolve("other.yaml"), "# kept\npassword: ENC[p]\n");
    }

    private AgentRun exec(String... command) {
        String[] arguments = new String[6 + command.length];
        List<String> first =
                List.of("-c", home.resolve("agent.yaml").toString(), "exec", "--config", config.toString(), "--");
        for (int i = 0; i < first.size(); i++) {
            arguments[i] = first.get(i);
        }
        System.arraycopy(command, 0, arguments, first.size(), command.length);
        return AgentRun.of(arguments);
    }

    @Test
    void a_program_reads_its_resolved_configuration_from_a_private_file_that_then_goes() {
        AgentRun run = exec(
                "sh",
                "-c",
                "cat \"$1\"; stat -c '%a %F' \"$1\"; dirname \"$1\"; stat -c %a \"${1%/*}\"",
                "sh",
                "{config}");

        assertThat(run.status()).as(run.err()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.subList(0, 3)).containsExactly("# kept", "password: \"canary\"", "600 regular file");
        assertThat(lines.get(4)).isEqualTo("700");
        assertThat(Path.of(lines.get(3))).doesNotExist();
        assertThat(run.err()).doesNotContain("canary");
    }

    @Test
    void its_exit_status_is_handed_on_and_so_is_a_signal() {
        assertThat(exec("sh", "-c", "exit 7 # {config}").status()).isEqualTo(7);
        assertThat(exec("sh", "-c", "kill -9 $$ # {config}").status()).isEqualTo(137);
    }

    @Test
    void nothing_is_started_with_a_near_miss_if_the_settings_refuse_them() throws IOException {
        Files.writeString(
                home.resolve("agent.yaml"), "secret_near_misses: refuse\n", java.nio.file.StandardOpenOption.APPEND);
        Files.writeString(config, "password: enc[p]\n");

        AgentRun run = exec("sh", "-c", "echo started # {config}");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("ENC must be in capitals");
        assertThat(run.out()).doesNotContain("started");
    }

    @Test
    void nothing_is_started_when_a_handle_fails() throws IOException {
        Files.writeString(config, "a: ENC[p]\nb: ENC[none]\n");

        AgentRun run = exec("touch", home.resolve("started").toString(), "{config}");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("ENC[none] at b (line 2)").doesNotContain("canary");
        assertThat(home.resolve("started")).doesNotExist();
    }

    @Test
    void what_cannot_be_started_is_an_error() {
        assertThat(exec("/no/such/program", "{config}").status()).isEqualTo(2);
        assertThat(exec("true").err()).contains("the command must hold {config}");
        assertThat(AgentRun.of("exec", "--", "true", "{config}").err()).contains("exec needs --config FILE");
    }

    @Test
    void to_be_told_to_stop_is_passed_on_and_the_file_goes() throws Exception {
        Process agent = new ProcessBuilder(AgentRun.commandLine(
                        List.of(),
                        "-c",
                        home.resolve("agent.yaml").toString(),
                        "exec",
                        "--config",
                        config.toString(),
                        "--",
                        "sh",
                        "-c",
                        "trap 'cat \"$1\" >/dev/null && echo stopped; exit 4' TERM; echo \"$1\"; while :; do sleep 0.1; done",
                        "sh",
                        "{config}"))
                .start();
        BufferedReader out = new BufferedReader(new InputStreamReader(agent.getInputStream(), StandardCharsets.UTF_8));
        Path file = Path.of(out.readLine());
        assertThat(file).exists();

        agent.toHandle().destroy(); // the process itself would close its streams

        assertThat(out.readLine()).isEqualTo("stopped");
        assertThat(agent.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).as("the program's status").isEqualTo(4);
        assertThat(file).doesNotExist();
    }

    @Test
    void what_the_program_puts_beside_the_file_goes_too() {
        AgentRun run = AgentRun.of(
                "-c",
                home.resolve("agent.yaml").toString(),
                "exec",
                "--config",
                config.toString(),
                "--",
                "sh",
                "-c",
                "cp \"$1\" \"$1.bak\"; dirname \"$1\"",
                "sh",
                "{config}");

        assertThat(run.err()).isEmpty();
        assertThat(Path.of(run.out().strip())).doesNotExist();
    }

    @Test
    void the_file_may_go_earlier() {
        AgentRun run = AgentRun.of(
                "-c",
                home.resolve("agent.yaml").toString(),
                "exec",
                "--delete-after",
                "1",
                "--config",
                config.toString(),
                "--",
                "sh",
                "-c",
                "while [ -e \"$1\" ]; do sleep 0.1; done; echo gone",
                "sh",
                "{config}");

        assertThat(run.out()).isEqualTo("gone\n");
        assertThat(run.status()).isZero();
    }
}
