package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.examples.cli.command.Commands;
import io.agentsecrets.examples.cli.output.Printer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says to those who get it wrong, and what helps to get it right. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executable is a shell script")
class CommandLineTest {

    @TempDir
    private Path home;

    private Path mainFile;

    @BeforeEach
    void writeMainConfiguration() throws IOException {
        AgentRun.mendRightsOfDummyBackend();
        Files.createDirectory(home.resolve("conf.d"));
        mainFile = Files.writeString(
                home.resolve("agent.yaml"),
                "secret_backend_command: " + AgentRun.HOME.resolve("secret-backend") + "\n");
    }

    private AgentRun agent(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "-c";
        all[1] = mainFile.toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return AgentRun.of(all);
    }

    @Test
    void help_is_a_command_too() {
        AgentRun help = AgentRun.of("help");
        AgentRun ofCommand = AgentRun.of("help", "configcheck");

        assertThat(List.of(help.status(), ofCommand.status())).containsOnly(0);
        assertThat(help.out()).contains("Usage: agent ", "configcheck", "exec");
        assertThat(ofCommand.out()).contains("Usage: agent configcheck ", "--offline");
    }

    @Test
    void an_error_is_a_few_lines_and_names_the_command_that_helps() {
        AgentRun option = AgentRun.of("configcheck", "--jsn");
        AgentRun command = AgentRun.of("recload");
        AgentRun wait = AgentRun.of("run", "--wait", "abc");
        AgentRun exec = AgentRun.of("exec", "--", "true", "{config}");
        AgentRun config = AgentRun.of("-c", "", "secret");

        for (AgentRun run : List.of(option, command, wait, exec, config)) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err().lines().count()).isLessThanOrEqualTo(4);
        }
        assertThat(option.err()).contains("'--jsn'", "agent configcheck --help tells more.");
        assertThat(command.err()).contains("'recload'", "Did you mean: agent reload", "configcheck, secret, resolve");
        assertThat(wait.err()).contains("'--wait': it must be a number of seconds from 0 to 86400", "agent run --help");
        assertThat(exec.err()).contains("exec needs --config FILE", "agent exec --help");
        assertThat(config.err()).contains("--config must name a file, and is empty");
    }

    @Test
    void an_argument_too_many_is_shown_with_what_can_stand_in_its_place() {
        assertThat(AgentRun.of("configcheck", "postgres.yaml").err())
                .startsWith("agent: 'postgres.yaml' cannot stand here; agent configcheck takes the options --")
                .contains("--strict")
                .doesNotContain("index");
        assertThat(AgentRun.of("resolve", "a.yaml", "b.yaml").err())
                .startsWith("agent: 'b.yaml' cannot stand here; agent resolve takes FILE|- and the options --");
        assertThat(AgentRun.of("secret", "refersh").err())
                .startsWith("agent: 'refersh' cannot stand here; agent secret takes refresh and the options --");
        assertThat(AgentRun.of("recload").err())
                .startsWith("agent: 'recload' cannot stand here; agent takes a command and the options --");
    }

    @Test
    void a_missing_file_or_folder_is_named_with_the_setting_that_names_it() throws IOException {
        Path none = home.resolve("none");
        AgentRun main = AgentRun.of("-c", none + "/agent.yaml", "secret");

        assertThat(main.status()).isEqualTo(2);
        assertThat(main.err())
                .isEqualTo("agent: " + none + "/agent.yaml: there is no main configuration;"
                        + " name it with -c FILE, or its folder with AGENT_HOME\n");
        String settings = Files.readString(mainFile);
        for (String setting : List.of("confd_path", "autoconf_path")) {
            Files.writeString(mainFile, settings + setting + ": none\n");
            for (String command : List.of("configcheck", "audit", "secret")) {
                AgentRun folder = agent(command);
                assertThat(folder.status()).isEqualTo(2);
                assertThat(folder.err())
                        .contains(mainFile.getFileName() + ": " + setting + " names " + none
                                + ", which is no folder; name another one, or create it: mkdir -p '" + none + "'");
            }
        }
    }

    @Test
    void a_link_that_leads_nowhere_is_refused_in_the_same_words_by_all() throws IOException {
        Path link = home.resolve("conf.d/gone.yaml");
        Files.createSymbolicLink(link, home.resolve("nowhere.yaml"));
        String reason = "it is a link to a file that does not exist; put the file there, or remove the link";

        assertThat(agent("configcheck").out()).contains("cannot read " + link + ": " + reason);
        assertThat(agent("audit").err()).contains("agent: " + link + ": " + reason);
    }

    @Test
    void a_reload_without_an_agent_has_failed_but_was_well_spelled() {
        assertThat(agent("reload").status()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "configcheck", "doctor", "audit", "run", "reload", "resolve"})
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no pipes among files")
    @Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void no_command_waits_for_a_pipe_in_the_place_of_a_configuration(String command) throws Exception {
        Path pipe = home.resolve("pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path config = command.equals("resolve") ? mainFile : pipe;
        List<String> arguments = new ArrayList<>(List.of("-c", config.toString(), command));
        if (command.equals("resolve")) {
            arguments.add(pipe.toString());
        }

        DoctorRun run =
                DoctorRun.of(() -> Commands.run(Printer.to(System.out, System.err), arguments.toArray(new String[0])));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("it is not a regular file");
    }

    @Test
    void near_misses_are_told_once() throws IOException {
        Files.writeString(mainFile, "note: enc[y]\n", java.nio.file.StandardOpenOption.APPEND);
        Files.writeString(home.resolve("conf.d/a.yaml"), "password: enc[x]\n");

        AgentRun run = agent("configcheck");

        assertThat(run.out() + run.err()).containsOnlyOnce("line 1, column 11: ENC must be in capitals");
        assertThat(run.err()).containsOnlyOnce("Warning: agent.yaml: note (line 2): ENC must be in capitals");
    }

    @Test
    void near_misses_are_refused_in_a_file_that_is_resolved_if_the_settings_say_so() throws IOException {
        Files.writeString(mainFile, "secret_near_misses: refuse\n", java.nio.file.StandardOpenOption.APPEND);
        Path file = Files.writeString(home.resolve("other.yaml"), "p: enc[db]\n");

        AgentRun run = agent("resolve", file.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("line 1", "ENC must be in capitals");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void variables_may_be_set_where_a_file_is_resolved() throws IOException {
        Path file = Files.writeString(home.resolve("other.yaml"), "p: ENC[db_%%host%%]\nh: %%host%%\n");

        AgentRun run = agent("resolve", "--var", "host=one", file.toString());

        assertThat(run.out()).isEqualTo("p: \"decrypted_db_one\"\nh: \"one\"\n");
        assertThat(agent("resolve", "--var", "host", file.toString()).err()).contains("--var must be NAME=VALUE");
    }

    @Test
    void bash_completes_commands_and_options() throws Exception {
        Path script = Files.writeString(
                home.resolve("completion"), AgentRun.of("generate-completion").out());

        assertThat(completed(script, "agent", "conf")).contains("configcheck");
        assertThat(completed(script, "agent", "configcheck", "--off")).contains("--offline");
        assertThat(completed(script, "agent", "secret", "ref")).contains("refresh");
    }

    private String completed(Path script, String... words) throws Exception {
        String ask = "source " + script + "; COMP_WORDS=(" + String.join(" ", words) + "); COMP_CWORD="
                + (words.length - 1) + "; _complete_agent; echo \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder("bash", "-c", ask)
                .redirectOutput(home.resolve("reply").toFile())
                .start();
        assertThat(bash.waitFor(240, TimeUnit.SECONDS)).isTrue();
        return Files.readString(home.resolve("reply"));
    }

    @Test
    void has_a_manual_page_with_all_commands_and_their_options() {
        AgentRun run = AgentRun.of("man");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith(".TH AGENT 1\n.SH NAME\nagent \\- A sample agent")
                .contains(".SH AGENT CONFIGCHECK\n", "\\fB\\-\\-offline\\fR", ".SH AGENT SECRET REFRESH\n")
                .contains(".SH EXIT STATUS\n.TP\n0\nall well\n");
    }

    @Test
    void a_command_alone_does_not_need_the_others_to_understand_its_options() {
        assertThat(AgentRun.of(Map.of(), "p: ENC[x]\n", "resolve", "-", "--config", mainFile.toString())
                        .out())
                .isEqualTo("p: \"decrypted_x\"\n");
    }
}
