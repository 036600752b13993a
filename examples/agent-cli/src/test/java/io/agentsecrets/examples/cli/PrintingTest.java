package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names of files and handles that would like to be more than a part of a line. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "file names there hold no line feeds")
class PrintingTest {

    private static final String HOSTILE = "a\n=== forged check ===\n\u001b[31m\u202eb";

    @TempDir
    private Path home;

    private Path mainFile;

    @BeforeEach
    void hostile_files() throws IOException {
        Path backend = AgentRun.script(
                home.resolve("backend"), "#!/bin/sh\ncat >/dev/null\necho '{\"good\":{\"value\":\"v\"}}'\n");
        mainFile = Files.writeString(home.resolve("agent.yaml"), "secret_backend_command: " + backend + "\n");
        Path checks = Files.createDirectory(home.resolve("conf.d"));
        Files.writeString(checks.resolve(HOSTILE + "1.yaml"), "p: ENC[good]\n");
        Files.writeString(
                checks.resolve(HOSTILE + "2.yaml"),
                "\"" + HOSTILE.replace("\n", "\\n").replace("\u001b", "\\e") + "\": \"ENC["
                        + HOSTILE.replace("\n", "\\n").replace("\u001b", "\\e") + "]\"\nq: enc[x]\n");
        Files.writeString(checks.resolve(HOSTILE + "3.yaml"), "a: [\n");
    }

    @Test
    void forge_no_line_and_colour_no_terminal() {
        for (List<String> command : List.of(
                List.of("configcheck"),
                List.of("configcheck", "--offline"),
                List.of("secret"),
                List.of("secret", "refresh"),
                List.of("doctor"))) {
            AgentRun run = agent(command);

            String all = run.out() + run.err();
            assertThat(all).as(command.toString()).contains("a?=== forged check ===??[31m?b");
            assertThat(all.lines()).as(command.toString()).doesNotContain("=== forged check ===");
            assertThat(all).doesNotContain("\u001b", "\u202e");
        }
    }

    private AgentRun agent(List<String> command) {
        String[] arguments = new String[command.size() + 2];
        arguments[0] = "-c";
        arguments[1] = mainFile.toString();
        for (int i = 0; i < command.size(); i++) {
            arguments[i + 2] = command.get(i);
        }
        return AgentRun.of(arguments);
    }
}
