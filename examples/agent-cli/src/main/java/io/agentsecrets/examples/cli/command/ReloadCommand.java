package io.agentsecrets.examples.cli.command;

import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.control.ControlClient;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent reload}. */
@Command(name = "reload", description = "Makes the running agent read and resolve its check files again.")
final class ReloadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private AgentCommand main;

    private ReloadCommand() {}

    @Override
    public Integer call() {
        Agent agent = Agent.load(main.config(), Map.of());
        return ControlClient.ask(agent.controlSocket(), new ControlRequest(ControlRequest.RELOAD, false, false, false))
                .orElseGet(() -> new Answer(
                        ExitStatus.UNUSABLE, "", "agent: no agent listens at " + agent.controlSocket() + "\n"))
                .print(spec.commandLine());
    }
}
