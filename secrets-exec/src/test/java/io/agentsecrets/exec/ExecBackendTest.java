package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.REPLY;
import static io.agentsecrets.exec.Scripts.handles;
import static io.agentsecrets.exec.Scripts.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an executable is given, and which settings are refused. */
@DisabledOnOs(OS.WINDOWS)
class ExecBackendTest {

    private static final String DUMP = "env >\"$0.env\"; " + REPLY;

    @TempDir
    Path folder;

    @Test
    void arguments_are_passed_untouched_as_no_shell_is_involved() throws IOException {
        Path script = script(folder, "for a in \"$@\"; do printf '<%s>' \"$a\"; done >\"$0.arguments\"", REPLY);
        List<String> arguments = List.of("", "a b", "* $HOME `id`", "\"'\\", "; exit 1", "zażółć\n");

        ExecBackend.builder(script).arguments(arguments).build().fetch(handles("h"));

        assertThat(folder.resolve("backend.arguments")).hasContent("<><a b><* $HOME `id`><\"'\\><; exit 1><zażółć\n>");
    }

    @Test
    void a_shell_takes_the_request_with_read() throws IOException {
        Path script = script(folder, "read -r request || exit 7", "printf '%s' \"$request\" >\"$0.request\"", REPLY);

        ExecBackend.builder(script).build().fetch(handles("h"));

        assertThat(folder.resolve("backend.request")).hasContent("{\"version\":\"1.0\",\"secrets\":[\"h\"]}");
    }

    @Test
    void the_environment_and_the_working_directory_are_inherited() throws IOException {
        ExecBackend.builder(script(folder, "pwd -P >\"$0.pwd\"", DUMP)).build().fetch(handles("h"));

        assertThat(environment()).contains("PATH=" + System.getenv("PATH"));
        assertThat(folder.resolve("backend.pwd"))
                .hasContent(Path.of("").toRealPath().toString());
    }

    @Test
    void variables_can_be_added_replaced_and_withheld() throws IOException {
        ExecBackend.builder(script(folder, DUMP))
                .environment("VAULT_ADDR", "https://vault")
                .environment("LANG", "xx")
                .environment("EMPTY", "")
                .withhold(List.of("HOME", "NO_SUCH_VARIABLE"))
                .build()
                .fetch(handles("h"));

        assertThat(environment())
                .contains("VAULT_ADDR=https://vault", "LANG=xx", "EMPTY=")
                .noneMatch(line -> line.startsWith("HOME="));
    }

    @Test
    void variables_that_load_agents_into_java_are_not_passed_on() throws Exception {
        Path script = script(folder, DUMP);
        List<String> commandLine = new ArrayList<>(JavaProgram.commandLine(AgentProgram.class));
        commandLine.add(script.toString());
        ProcessBuilder agent = new ProcessBuilder(commandLine);
        agent.environment()
                .putAll(Map.of(
                        "JAVA_TOOL_OPTIONS",
                        "-Da=1",
                        "JDK_JAVA_OPTIONS",
                        "-Da=1",
                        "_JAVA_OPTIONS",
                        "-Da=1",
                        "KEPT",
                        "1"));

        int status = agent.redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start()
                .waitFor();

        assertThat(status).as(Files.readString(folder.resolve("output"))).isZero();
        assertThat(environment())
                .contains("KEPT=1")
                .noneMatch(line -> line.startsWith("JAVA_TOOL_OPTIONS=")
                        || line.startsWith("JDK_JAVA_OPTIONS=")
                        || line.startsWith("_JAVA_OPTIONS="));
    }

    @Test
    void a_variable_that_is_added_on_purpose_is_passed_on() throws IOException {
        ExecBackend.builder(script(folder, DUMP))
                .environment("JAVA_TOOL_OPTIONS", "-Xmx16m")
                .build()
                .fetch(handles("h"));

        assertThat(environment()).contains("JAVA_TOOL_OPTIONS=-Xmx16m");
    }

    @Test
    void a_backend_keeps_its_settings_when_its_builder_is_used_again() throws IOException {
        ExecBackend.Builder builder = ExecBackend.builder(script(folder, DUMP)).environment("GENERATION", "1");
        ExecBackend first = builder.build();
        builder.environment("GENERATION", "2").withhold(List.of("PATH"));

        first.fetch(handles("h"));

        assertThat(environment()).contains("GENERATION=1", "PATH=" + System.getenv("PATH"));
    }

    @Test
    void an_executable_may_be_asked_for_nothing() throws IOException {
        assertThat(ExecBackend.builder(script(folder, REPLY)).build().fetch(handles()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT24H0.001S"})
    void a_timeout_out_of_range_is_refused(Duration timeout) {
        assertThatThrownBy(() -> builder().timeout(timeout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must be more than zero and a day at most, not " + timeout);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, (1 << 30) + 1})
    void an_output_limit_out_of_range_is_refused(int limit) {
        assertThatThrownBy(() -> builder().maxOutput(limit))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxOutput must be from 1 to 1073741824 bytes, not " + limit);
    }

    @Test
    void what_no_process_can_be_given_is_refused() {
        assertThatThrownBy(() -> builder().arguments(List.of("a", "b\0c")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an argument must not hold a NUL character");
        assertThatThrownBy(() -> builder().environment("A", "b\0c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the value of the variable A must not hold a NUL character");
        assertThatThrownBy(() -> builder().environment("A\0", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name of a variable must not hold a NUL character");
        for (String name : List.of("", "A=B")) {
            assertThatThrownBy(() -> builder().environment(name, "c"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the name of a variable must not be empty nor hold an equals sign");
        }
    }

    @Test
    void a_relative_command_is_refused() {
        assertThatThrownBy(() -> ExecBackend.builder(Path.of("bin/backend")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("command must be an absolute path; write the path from the root");
    }

    private static ExecBackend.Builder builder() {
        return ExecBackend.builder(Path.of("/backend"));
    }

    private List<String> environment() throws IOException {
        return Files.readAllLines(folder.resolve("backend.env"));
    }
}
