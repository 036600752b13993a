package io.agentsecrets.examples.agent;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.Resolution;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlConfigs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private Main main;

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
        YamlConfigs checks = agent.checks(offline);
        return offline ? checkOffline(agent, checks) : check(agent, checks);
    }

    private int check(Agent agent, YamlConfigs checks) {
        Agent.Loaded loaded = agent.resolve(checks);
        List<CheckedSource> sources = new ArrayList<>();
        for (YamlConfig config : checks.configs()) {
            Resolution<List<@Nullable Object>> resolution =
                    Objects.requireNonNull(loaded.checks().get(config.source()));
            sources.add(CheckedSource.of(config, resolution, reveal));
        }
        print(agent, sources, null);
        if (loaded.main() instanceof Resolution.Dropped<List<@Nullable Object>> dropped) {
            spec.commandLine().getErr().println("agent: " + dropped.reason().getMessage());
            return Main.UNUSABLE;
        }
        return status(agent.main(), sources);
    }

    private int checkOffline(Agent agent, YamlConfigs checks) {
        List<CheckedSource> sources = new ArrayList<>();
        for (YamlConfig config : checks.configs()) {
            sources.add(CheckedSource.offline(config));
        }
        BackendStatus rights = agent.backendStatus();
        print(agent, sources, rights);
        CheckedSource mainSource = CheckedSource.offline(agent.main());
        for (CheckedSource.Problem problem : mainSource.errors()) {
            spec.commandLine().getErr().println("agent: " + mainSource.source() + ": " + problem.message());
        }
        if (mainSource.isDropped()) {
            return Main.UNUSABLE;
        }
        return rights.ok() ? status(agent.main(), sources) : Main.DROPPED;
    }

    private void print(Agent agent, List<CheckedSource> sources, @Nullable BackendStatus rights) {
        String output =
                json ? ConfigcheckJson.of(agent.backendCalls(), sources, rights) : ConfigcheckText.of(sources, rights);
        spec.commandLine().getOut().print(output);
        spec.commandLine().getOut().flush();
    }

    private int status(YamlConfig mainConfig, List<CheckedSource> sources) {
        boolean dropped = sources.stream().anyMatch(CheckedSource::isDropped);
        boolean warned = !mainConfig.warnings().isEmpty()
                || sources.stream().anyMatch(source -> !source.warnings().isEmpty());
        return dropped || (strict && warned) ? Main.DROPPED : Main.OK;
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
