package io.agentsecrets.examples.cli.command;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.SecretException;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.yaml.YamlConfig;
import io.agentsecrets.yaml.YamlOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The command {@code agent resolve}. */
@Command(
        name = "resolve",
        description = "Prints a YAML file with secrets in the places of handles and everything else as it is.")
final class ResolveCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";

    @ParentCommand
    private AgentCommand main;

    @Parameters(paramLabel = "FILE|-", description = "The file, or - for standard input.")
    private String file;

    @Mixin
    private final Variables variables = new Variables();

    private ResolveCommand() {}

    @Override
    public Integer call() {
        Agent agent = main.load(variables.values());
        if (!file.equals(STANDARD_INPUT) && !Files.isRegularFile(Path.of(file))) {
            throw new ConfigException(
                    FailureKind.SETTINGS,
                    file,
                    Files.exists(Path.of(file))
                            ? "it is not a regular file; a pipe is read from standard input, with - as FILE"
                            : "no such file or folder; create it, or correct the path");
        }
        String text;
        try {
            text = config(agent).rewrite(agent.resolver());
        } catch (SecretException e) {
            return main.printer().print(Answer.error(ExitStatus.DROPPED, e));
        }
        // half a configuration, as on a full disk, must not pass for a whole one
        return main.printer().write(text) ? ExitStatus.OK : ExitStatus.UNUSABLE;
    }

    private YamlConfig config(Agent agent) {
        YamlOptions options = agent.optionsForOthers();
        return file.equals(STANDARD_INPUT)
                ? YamlConfig.read("standard input", System.in, options)
                : YamlConfig.read(file, Path.of(file), options);
    }
}
