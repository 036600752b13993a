package io.agentsecrets.examples.cli.command;

import io.agentsecrets.Resolution;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.control.ControlClient;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.report.SecretJson;
import io.agentsecrets.resolver.RefreshResult;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent secret refresh}. */
@Command(name = "refresh", description = "Asks for all secrets again and prints which changed and where they are used.")
final class RefreshCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private SecretCommand secret;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    private RefreshCommand() {}

    @Override
    public Integer call() {
        Agent agent = Agent.load(secret.main().config(), Map.of());
        return ControlClient.ask(agent.controlSocket(), new ControlRequest(ControlRequest.REFRESH, json, false, false))
                .orElseGet(() -> answer(agent, agent.resolve(agent.checks(false)), json))
                .print(spec.commandLine());
    }

    /** Refreshes a loaded agent. */
    static Answer answer(Agent agent, Agent.Loaded loaded, boolean json) {
        RefreshResult result = agent.resolver().refresh();
        boolean unusable = loaded.mainResolution() instanceof Resolution.Dropped<?>;
        int status = unusable ? ExitStatus.UNUSABLE : result.failures().isEmpty() ? ExitStatus.OK : ExitStatus.DROPPED;
        return new Answer(status, json ? SecretJson.of(result) : result.toText(), "");
    }
}
