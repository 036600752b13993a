package io.agentsecrets.examples.cli.command;

import io.agentsecrets.Resolution;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.agent.Loaded;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.Page;
import io.agentsecrets.examples.cli.report.Reasons;
import io.agentsecrets.examples.cli.report.SecretJson;
import io.agentsecrets.examples.cli.report.SecretText;
import io.agentsecrets.resolver.SecretsReport;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The command {@code agent secret}. */
@Command(
        name = "secret",
        subcommands = RefreshCommand.class,
        description =
                "Resolves all configurations and reports the rights of the executable, the handles and what failed.")
final class SecretCommand implements Callable<Integer> {

    @ParentCommand
    private AgentCommand main;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    private SecretCommand() {}

    @Override
    public Integer call() {
        Agent agent = main.load(Map.of());
        return main.answer(
                agent,
                new ControlRequest(ControlRequest.SECRET, json, false, false),
                () -> answer(agent, agent.resolve(agent.checks(false)), json));
    }

    /** Reports what a loaded agent knows. */
    static Answer answer(Agent agent, Loaded loaded, boolean json) {
        SecretsReport report = agent.resolver().report();
        String out = json ? SecretJson.of(report) : SecretText.of(report);
        String err = reasons(loaded);
        if (loaded.mainResolution() instanceof Resolution.Dropped<?>) {
            return new Answer(ExitStatus.UNUSABLE, out, err);
        }
        return new Answer(err.isEmpty() && report.backend().isOk() ? ExitStatus.OK : ExitStatus.DROPPED, out, err);
    }

    /** Returns why configurations are dropped; empty if none is. */
    static String reasons(Loaded loaded) {
        Page page = new Page();
        Reasons reasons = new Reasons();
        if (loaded.mainResolution() instanceof Resolution.Dropped<?> dropped) {
            reasons.inFull(page, dropped.reason());
        }
        for (Resolution<?> check : loaded.checks().values()) {
            if (check instanceof Resolution.Dropped<?> dropped) {
                reasons.inFull(page, dropped.reason());
            }
        }
        return page.toString();
    }

    AgentCommand main() {
        return main;
    }
}
