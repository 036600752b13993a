package io.agentsecrets.examples.cli.command;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.Resolution;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.control.ControlClient;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.report.CheckedSource;
import io.agentsecrets.examples.cli.report.ConfigcheckJson;
import io.agentsecrets.examples.cli.report.ConfigcheckText;
import io.agentsecrets.yaml.YamlConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent configcheck}. */
@Command(
        name = "configcheck",
        description = "Loads the main configuration and every check file, and prints the check files.")
final class ConfigcheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private AgentCommand main;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Option(names = "--reveal", description = "Print secrets instead of stars.")
    private boolean reveal;

    @Option(names = "--offline", description = "Start nothing: check syntax, handles, near misses and rights.")
    private boolean offline;

    @Option(names = "--strict", description = "Let warnings count for the exit status.")
    private boolean strict;

    @Option(
            names = "--var",
            paramLabel = "NAME=VALUE",
            description = "Sets a template variable: --var host=db1 is what %%%%host%%%% stands for. May be repeated.")
    private List<String> variables = List.of();

    private ConfigcheckCommand() {}

    @Override
    public Integer call() {
        Agent agent = Agent.load(main.config(), variables());
        if (offline) {
            return offline(agent).print(spec.commandLine());
        }
        Optional<Answer> ofRunningAgent = variables.isEmpty()
                ? ControlClient.ask(
                        agent.controlSocket(), new ControlRequest(ControlRequest.CONFIGCHECK, json, reveal, strict))
                : Optional.empty();
        return ofRunningAgent
                .orElseGet(() -> answer(agent, agent.resolve(agent.checks(false)), json, reveal, strict))
                .print(spec.commandLine());
    }

    /** Shows what a loaded agent made of its configurations. */
    static Answer answer(Agent agent, Agent.Loaded loaded, boolean json, boolean reveal, boolean strict) {
        List<CheckedSource> sources = new ArrayList<>();
        for (YamlConfig config : loaded.configs()) {
            Resolution<List<@Nullable Object>> resolution =
                    Objects.requireNonNull(loaded.checks().get(config.source()));
            sources.add(CheckedSource.of(config, resolution, reveal));
        }
        String out = json ? ConfigcheckJson.of(agent.backendCalls(), sources, null) : ConfigcheckText.of(sources, null);
        if (loaded.mainResolution() instanceof Resolution.Dropped<List<@Nullable Object>> dropped) {
            return new Answer(
                    ExitStatus.UNUSABLE, out, "agent: " + dropped.reason().getMessage() + "\n");
        }
        return new Answer(status(loaded.main(), sources, strict), out, "");
    }

    private Answer offline(Agent agent) {
        List<CheckedSource> sources = new ArrayList<>();
        for (YamlConfig config : agent.checks(true).configs()) {
            sources.add(CheckedSource.offline(config));
        }
        BackendStatus rights = agent.backendStatus();
        String out =
                json ? ConfigcheckJson.of(agent.backendCalls(), sources, rights) : ConfigcheckText.of(sources, rights);
        CheckedSource mainSource = CheckedSource.offline(agent.main());
        StringBuilder err = new StringBuilder();
        for (CheckedSource.Problem problem : mainSource.errors()) {
            err.append("agent: ")
                    .append(mainSource.source())
                    .append(": ")
                    .append(problem.message())
                    .append('\n');
        }
        int status = mainSource.isDropped()
                ? ExitStatus.UNUSABLE
                : rights.isOk() ? status(agent.main(), sources, strict) : ExitStatus.DROPPED;
        return new Answer(status, out, err.toString());
    }

    private static int status(YamlConfig mainConfig, List<CheckedSource> sources, boolean strict) {
        boolean dropped = sources.stream().anyMatch(CheckedSource::isDropped);
        boolean warned = !mainConfig.warnings().isEmpty()
                || sources.stream().anyMatch(source -> !source.warnings().isEmpty());
        return dropped || (strict && warned) ? ExitStatus.DROPPED : ExitStatus.OK;
    }

    private Map<String, String> variables() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String variable : variables) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw new ParameterException(spec.commandLine(), "--var must be NAME=VALUE");
            }
            values.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return values;
    }
}
