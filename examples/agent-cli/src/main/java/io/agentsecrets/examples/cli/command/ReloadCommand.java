package io.agentsecrets.examples.cli.command;

import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** The command {@code agent reload}. */
@Command(name = "reload", description = "Makes the running agent read and resolve its check files again.")
final class ReloadCommand implements Callable<Integer> {

    @ParentCommand
    private AgentCommand main;

    private ReloadCommand() {}

    @Override
    public Integer call() {
        Agent agent = main.load(Map.of());
        return main.answer(
                agent,
                new ControlRequest(ControlRequest.RELOAD, false, false, false),
                () -> Answer.error(
                        ExitStatus.DROPPED,
                        "no agent listens at " + agent.controlSocket()
                                + "; start it with agent run, or name its main configuration with -c FILE"));
    }
}
