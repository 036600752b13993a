package io.agentsecrets.examples.cli.command;

import io.agentsecrets.Count;
import io.agentsecrets.Resolution;
import io.agentsecrets.SecretException;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.agent.Loaded;
import io.agentsecrets.examples.cli.agent.RunningAgent;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.Page;

/** The answers of a running agent to commands of the same user. */
final class RunningAnswers {

    private final Agent agent;
    private final RunningAgent running;

    RunningAnswers(Agent agent, RunningAgent running) {
        this.agent = agent;
        this.running = running;
    }

    Answer answer(ControlRequest request) {
        try {
            return switch (request.command()) {
                case ControlRequest.SECRET -> SecretCommand.answer(agent, running.loaded(), request.json());
                case ControlRequest.REFRESH -> RefreshCommand.answer(agent, running.loaded(), request.json());
                case ControlRequest.CONFIGCHECK ->
                    ConfigcheckCommand.answer(
                            agent, running.loaded(), request.json(), request.reveal(), request.strict());
                case ControlRequest.RELOAD -> reload();
                default ->
                    new Answer(
                            ExitStatus.UNUSABLE,
                            "",
                            "agent: the running agent does not know this command; restart it with the version that is"
                                    + " installed now\n");
            };
        } catch (SecretException e) {
            return Answer.error(ExitStatus.UNUSABLE, e);
        }
    }

    private Answer reload() {
        Loaded now = running.load();
        long dropped = now.checks().values().stream()
                .filter(check -> check instanceof Resolution.Dropped<?>)
                .count();
        int all = now.checks().size();
        boolean well = dropped == 0 && !(now.mainResolution() instanceof Resolution.Dropped<?>);
        return new Answer(
                well ? ExitStatus.OK : ExitStatus.DROPPED,
                new Page()
                        .line("loaded " + (all - dropped) + " of " + Count.of(all, "configuration"))
                        .toString(),
                SecretCommand.reasons(now));
    }
}
