package io.agentsecrets.examples.cli.command;

import io.agentsecrets.Resolution;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.agent.Loaded;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.Page;
import io.agentsecrets.examples.cli.report.SecretJson;
import io.agentsecrets.resolver.RefreshResult;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The command {@code agent secret refresh}. */
@Command(name = "refresh", description = "Asks for all secrets again and prints which changed and where they are used.")
final class RefreshCommand implements Callable<Integer> {

    /** The beginning of {@link RefreshResult#toText}. */
    private static final String NOTHING_CHANGED = "No secret changed.\n";

    private static final String NOTHING_COMPARED =
            "No agent runs, so there are no values to compare with: nothing is known to have changed.\n";

    @ParentCommand
    private SecretCommand secret;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    private RefreshCommand() {}

    @Override
    public Integer call() {
        Agent agent = secret.main().load(Map.of());
        return secret.main()
                .answer(
                        agent,
                        new ControlRequest(ControlRequest.REFRESH, json, false, false),
                        () -> withoutRunningAgent(agent));
    }

    /** Asks for all secrets twice. That shows what fails, but no change: there is no running agent with older values. */
    private Answer withoutRunningAgent(Agent agent) {
        Answer answer = answer(agent, agent.resolve(agent.checks(false)), json);
        return json || !answer.out().startsWith(NOTHING_CHANGED)
                ? answer
                : new Answer(
                        answer.status(),
                        NOTHING_COMPARED + answer.out().substring(NOTHING_CHANGED.length()),
                        answer.err());
    }

    /** Refreshes a loaded agent. */
    static Answer answer(Agent agent, Loaded loaded, boolean json) {
        RefreshResult result = agent.resolver().refresh();
        boolean unusable = loaded.mainResolution() instanceof Resolution.Dropped<?>;
        int status = unusable ? ExitStatus.UNUSABLE : result.failures().isEmpty() ? ExitStatus.OK : ExitStatus.DROPPED;
        String text =
                json ? SecretJson.of(result) : new Page().lines(result.toText()).toString();
        return new Answer(status, text, "");
    }
}
