package io.agentsecrets.examples.cli.command;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.SecretException;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent resolve}. */
@Command(
        name = "resolve",
        description = "Prints a YAML file with secrets in the places of handles and everything else as it is.")
final class ResolveCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private AgentCommand main;

    @Parameters(paramLabel = "FILE|-", description = "The file, or - for standard input.")
    private String file;

    private ResolveCommand() {}

    @Override
    public Integer call() throws IOException {
        Agent agent = Agent.load(main.config(), Map.of());
        if (!file.equals(STANDARD_INPUT) && !Files.exists(Path.of(file))) {
            throw new ConfigException(FailureKind.SETTINGS, file, "no such file");
        }
        String text;
        try {
            text = config().rewrite(agent.resolver());
        } catch (SecretException e) {
            spec.commandLine().getErr().println("agent: " + e.getMessage());
            return ExitStatus.DROPPED;
        }
        System.out.write(text.getBytes(StandardCharsets.UTF_8));
        System.out.flush();
        if (System.out.checkError()) { // a full disk, say: half a configuration must not pass for a whole one
            spec.commandLine().getErr().println("agent: standard output cannot be written");
            return ExitStatus.UNUSABLE;
        }
        return ExitStatus.OK;
    }

    private YamlConfig config() {
        return file.equals(STANDARD_INPUT)
                ? YamlConfig.read("standard input", System.in, YamlOptions.defaults())
                : YamlConfig.read(file, Path.of(file), YamlOptions.defaults());
    }
}
