package io.agentsecrets.examples.cli.command;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.Resolution;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.agent.Loaded;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.Page;
import io.agentsecrets.examples.cli.report.CheckedSource;
import io.agentsecrets.examples.cli.report.ConfigcheckJson;
import io.agentsecrets.examples.cli.report.ConfigcheckText;
import io.agentsecrets.examples.cli.report.Summary;
import io.agentsecrets.yaml.YamlConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The command {@code agent configcheck}. */
@Command(
        name = "configcheck",
        description = "Loads the main configuration and every check file, and prints the check files.")
final class ConfigcheckCommand implements Callable<Integer> {

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

    @Mixin
    private final Variables variables = new Variables();

    private ConfigcheckCommand() {}

    @Override
    public Integer call() {
        YamlWarnings.areShown();
        Agent agent = main.load(variables.values());
        if (offline) {
            return main.printer().print(offline(agent));
        }
        Supplier<Answer> byItself = () -> answer(agent, agent.resolve(agent.checks(false)), json, reveal, strict);
        return variables.isEmpty()
                ? main.answer(agent, new ControlRequest(ControlRequest.CONFIGCHECK, json, reveal, strict), byItself)
                : main.printer().print(byItself.get());
    }

    /** Shows the configurations of a loaded agent. */
    static Answer answer(Agent agent, Loaded loaded, boolean json, boolean reveal, boolean strict) {
        List<CheckedSource> sources = new ArrayList<>();
        for (YamlConfig config : loaded.configs()) {
            Resolution<List<@Nullable Object>> resolution =
                    Objects.requireNonNull(loaded.checks().get(config.source()));
            sources.add(CheckedSource.of(config, resolution, reveal));
        }
        String out = json ? ConfigcheckJson.of(agent.backendCalls(), sources, null) : ConfigcheckText.of(sources, null);
        Page err = new Page();
        YamlWarnings.print(err, loaded.main());
        boolean unusable = loaded.mainResolution() instanceof Resolution.Dropped<?>;
        if (loaded.mainResolution() instanceof Resolution.Dropped<?> dropped) {
            err.error(String.valueOf(dropped.reason().getMessage()));
        }
        err.line(agent.summary(loaded));
        return new Answer(unusable ? ExitStatus.UNUSABLE : status(loaded.main(), sources, strict), out, err.toString());
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
        Page err = new Page();
        YamlWarnings.print(err, agent.main());
        for (CheckedSource.Problem problem : mainSource.errors()) {
            err.error(mainSource.source() + ": " + problem.message());
        }
        err.line(Summary.offline(sources));
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
}
