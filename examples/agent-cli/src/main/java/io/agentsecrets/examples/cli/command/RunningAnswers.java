package io.agentsecrets.examples.cli.command;

import io.agentsecrets.Resolution;
import io.agentsecrets.SecretException;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.agent.RunningAgent;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a running agent answers to commands of the same user. */
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
                default -> new Answer(ExitStatus.UNUSABLE, "", "agent: the running agent does not know this command\n");
            };
        } catch (SecretException e) {
            return new Answer(ExitStatus.UNUSABLE, "", "agent: " + e.getMessage() + "\n");
        }
    }

    private Answer reload() {
        Agent.Loaded now = running.load();
        List<String> dropped = new ArrayList<>();
        now.checks().forEach((source, resolution) -> {
            if (resolution instanceof Resolution.Dropped<List<@Nullable Object>> reason) {
                dropped.add("agent: " + reason.reason().getMessage() + "\n");
            }
        });
        return new Answer(
                dropped.isEmpty() ? ExitStatus.OK : ExitStatus.DROPPED,
                "loaded " + (now.checks().size() - dropped.size()) + " of "
                        + now.checks().size() + " configurations\n",
                String.join("", dropped));
    }
}
