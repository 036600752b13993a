package io.agentsecrets.examples.cli.command;

import io.agentsecrets.Resolution;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.control.ControlClient;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.report.SecretJson;
import io.agentsecrets.resolver.SecretsReport;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent secret}. */
@Command(
        name = "secret",
        subcommands = RefreshCommand.class,
        description =
                "Resolves all configurations and reports the rights of the executable, the handles and what failed.")
final class SecretCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private AgentCommand main;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    private SecretCommand() {}

    @Override
    public Integer call() {
        Agent agent = Agent.load(main.config(), Map.of());
        return ControlClient.ask(agent.controlSocket(), new ControlRequest(ControlRequest.SECRET, json, false, false))
                .orElseGet(() -> answer(agent, agent.resolve(agent.checks(false)), json))
                .print(spec.commandLine());
    }

    /** Reports what a loaded agent knows. */
    static Answer answer(Agent agent, Agent.Loaded loaded, boolean json) {
        SecretsReport report = agent.resolver().report();
        String out = json ? SecretJson.of(report) : report.toText();
        StringBuilder err = new StringBuilder();
        loaded.checks().values().forEach(check -> appendReason(check, err));
        appendReason(loaded.mainResolution(), err);
        if (loaded.mainResolution() instanceof Resolution.Dropped<?>) {
            return new Answer(ExitStatus.UNUSABLE, out, err.toString());
        }
        return new Answer(
                err.length() == 0 && report.backend().isOk() ? ExitStatus.OK : ExitStatus.DROPPED, out, err.toString());
    }

    private static void appendReason(Resolution<?> resolution, StringBuilder err) {
        if (resolution instanceof Resolution.Dropped<?> dropped) {
            err.append("agent: ").append(dropped.reason().getMessage()).append('\n');
        }
    }

    AgentCommand main() {
        return main;
    }
}
