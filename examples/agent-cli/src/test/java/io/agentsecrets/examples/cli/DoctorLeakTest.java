package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.Handle;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.Printer;
import io.agentsecrets.examples.cli.output.SignOfLife;
import io.agentsecrets.examples.cli.report.DoctorJson;
import io.agentsecrets.examples.cli.report.DoctorJunit;
import io.agentsecrets.examples.cli.report.DoctorText;
import io.agentsecrets.exec.doctor.Diagnosis;
import io.agentsecrets.exec.doctor.Doctor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushes a secret down every path on which {@code agent doctor} fails and searches all that it prints for it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executables are shell scripts")
class DoctorLeakTest {

    private static final String CANARY = "c4naryW1thW1ngs";
    private static final String GOOD = "printf '{\"g\":{\"value\":\"other\"},\"h\":{\"value\":\"" + CANARY + "\"}}'; ";

    @TempDir
    private Path home;

    @ParameterizedTest
    @ValueSource(
            strings = {
                GOOD,
                // not a reply
                "echo " + CANARY,
                "echo '{\"" + CANARY,
                "echo '{\"" + CANARY + "\":1,\"" + CANARY + "\":2}'",
                "echo '[\"" + CANARY + "\"]'",
                "echo '{\"h\":" + CANARY + "}'",
                "echo '{\"h\":{\"value\":\"" + CANARY + "'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\\377\"}}'",
                "printf '\\357\\273\\277'; " + GOOD,
                GOOD + GOOD,
                GOOD + "echo " + CANARY,
                "echo " + CANARY + "; " + GOOD,
                "yes " + CANARY,
                // single handles
                "printf '{\"h\":{\"value\":[\"" + CANARY + "\"]},\"g\":\"" + CANARY + "\"}'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\",\"value\":\"" + CANARY + "\"}}'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\"},\"" + CANARY + "\":{\"value\":\"" + CANARY + "\"}}'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\",\"error\":\"" + CANARY + " is locked\"}}'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\"},\"g\":{\"error\":\"" + CANARY + " is locked\"}}'",
                "printf '{\"h\":{\"value\":\"" + CANARY + "\\\\n\"}}'",
                // the secret gets known only by a later call than the error that shows it
                "r=$(cat); case $r in *g*h*) printf '{\"g\":{\"error\":\"" + CANARY
                        + "\"}}' ;; *) printf '{\"g\":{\"value\":\"" + CANARY + "\"}}' ;; esac; exit 0",
                // the unknown handle, nothing, and no request
                "r=$(cat); case $r in *no_such*) echo " + CANARY + "; exit 3 ;; esac; " + GOOD,
                "r=$(cat); case $r in *'[]'*) echo " + CANARY + "; exit 3 ;; esac; " + GOOD,
                "r=$(cat); [ -n \"$r\" ] || { echo " + CANARY + "; echo " + CANARY + " >&2; exit 3; }; " + GOOD,
                "r=$(cat); [ -n \"$r\" ] || sleep 1000; " + GOOD,
                "printf '{\"agent_doctor_no_such_handle\":{\"error\":\"not " + CANARY + "\"},\"g\":{\"value\":\""
                        + CANARY + "\"}}'",
                // the end of the process
                GOOD + "exit 1",
                GOOD + "kill -9 $$",
                GOOD + "sleep 1000",
                // standard error beside a reply that does not tell the secrets in it
                "set -x; v=" + CANARY + "; printf '{\"h\":{\"value\":\"%.5s' \"$v\"; exit 0",
                "echo 'login with " + CANARY + " failed' >&2; exit 1",
                "echo 'login with " + CANARY + " failed' >&2; echo '{}'; exit 1",
                "echo '" + CANARY + " is locked' >&2; echo '{\"g\":{\"value\":\"v\"}}'; exit 1",
                "echo '" + CANARY + "' >&2; echo '{\"g\":{\"value\":\"v\"},\"h\":{\"error\":\"locked\"}}'; exit 1",
                "r=$(cat); echo 'not " + CANARY
                        + "' >&2; case $r in *g*h*) ;; *) echo '{\"g\":{\"value\":\"v\"}}' ;; esac; exit 1",
                // what a script with set -x says
                GOOD + "echo " + CANARY + " >&2",
                GOOD + "echo " + CANARY + " >&2; exit 1",
                GOOD + "yes " + CANARY + " | head -n 10000 >&2",
            })
    void no_secret_gets_out(String line) throws IOException {
        Path script = AgentRun.script(home.resolve("backend"), "#!/bin/sh\n" + line + "\n");
        Path mainFile = Files.writeString(
                home.resolve("agent.yaml"), "secret_backend_command: " + script + "\nsecret_backend_timeout: 0.4\n");

        DoctorRun run = DoctorRun.of(
                () -> printDiagnosis(Agent.load(mainFile, Map.of(), new SignOfLife(Printer.ofThisProcess()))));

        assertThat(run.out()).contains("=== Doctor ===", "{\"ok\":", "\"judgements\":[", "</testsuite>");
        assertThat(run.all()).doesNotContain("c4nary", "W1ngs");
    }

    /** One examination for all forms, as the calls are what takes time. */
    private static int printDiagnosis(Agent agent) {
        SortedSet<Handle> handles = new TreeSet<>(List.of(new Handle("g"), new Handle("h")));
        Diagnosis diagnosis = Doctor.examine(Objects.requireNonNull(agent.executable()), handles);
        System.out.print(DoctorText.of(diagnosis));
        System.out.print(DoctorJson.of(diagnosis, agent.settings().timeout()));
        System.out.print(DoctorJunit.of(diagnosis, null));
        return diagnosis.isOk() ? ExitStatus.OK : ExitStatus.DROPPED;
    }
}
