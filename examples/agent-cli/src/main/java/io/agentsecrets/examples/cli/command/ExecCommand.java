package io.agentsecrets.examples.cli.command;

import io.agentsecrets.SecretException;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.tools.PrivateCopy;
import io.agentsecrets.yaml.YamlConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The command {@code agent exec}: runs any program with a resolved configuration. */
@Command(
        name = "exec",
        description = {
            "Starts a program with a configuration whose secrets are in place.",
            "The file that --config names is resolved with the executable of the main configuration (-c FILE before"
                    + " exec, or $AGENT_HOME/agent.yaml) and written to a private file, whose path replaces {config} in"
                    + " the command. It is deleted when the program ends. The exit status is the program's; 1 if a handle"
                    + " cannot be resolved and 2 if nothing can be started."
        })
final class ExecCommand implements Callable<Integer> {

    private static final String CONFIG = "{config}";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private AgentCommand main;

    @Option(
            names = "--delete-after",
            paramLabel = "SECONDS",
            defaultValue = "0",
            converter = Seconds.class,
            description =
                    "Deletes the private file that long after the start, if the program reads it at its start only.")
    private Duration deleteAfter = Duration.ZERO;

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The program and its arguments, after --.")
    private List<String> command;

    /** The program, once it was started; guarded by this. */
    private @Nullable Process program;

    /** Whether no program may be started any more; guarded by this. */
    private boolean isStopping;

    private ExecCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Path file = main.fileOfExec();
        if (file == null) {
            throw new ParameterException(spec.commandLine(), "exec needs --config FILE: the file to resolve");
        }
        if (command.stream().noneMatch(word -> word.contains(CONFIG))) {
            throw new ParameterException(spec.commandLine(), "the command must hold " + CONFIG);
        }
        Agent agent = Agent.load(main.configOfExec(), Map.of(), main.sign());
        if (!Files.exists(file)) {
            return unusable(file + ": no such file or folder; create it, or correct the path");
        }
        String text;
        try {
            text = YamlConfig.read(file.toString(), file, agent.optionsForOthers())
                    .rewrite(agent.resolver());
        } catch (SecretException e) {
            return main.printer().print(Answer.error(ExitStatus.DROPPED, e));
        }
        try (PrivateCopy copy = PrivateCopy.of(String.valueOf(file.getFileName()), text)) {
            return run(copy);
        } catch (IOException e) {
            return unusable(
                    "the private file cannot be written (" + e.getClass().getSimpleName()
                            + "); see that its folder has room and that this user may write to it");
        }
    }

    private int unusable(String problem) {
        return main.printer().print(Answer.error(ExitStatus.UNUSABLE, problem));
    }

    private int run(PrivateCopy copy) throws InterruptedException {
        List<String> words = command.stream()
                .map(word -> word.replace(CONFIG, copy.path().toString()))
                .collect(Collectors.toList());
        // before the start, so that a program which was just started is stopped as well
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(copy), "stop-program"));
        copy.keepUntilClosed(); // the program may read the file again while it stops
        Process process;
        try {
            process = start(words);
        } catch (IOException e) {
            return unusable("the command cannot be started: " + words.get(0)
                    + "; see that it exists and that this user may execute it");
        }
        if (!deleteAfter.isZero() && !process.waitFor(deleteAfter.toMillis(), TimeUnit.MILLISECONDS)) {
            copy.close();
        }
        return process.waitFor();
    }

    private synchronized Process start(List<String> words) throws IOException {
        if (isStopping) {
            throw new IOException("this process is being stopped");
        }
        Process started = new ProcessBuilder(words).inheritIO().start();
        program = started;
        return started;
    }

    /**
     * Stops the program when this process is stopped. The program gets some time to end, and its exit status becomes that
     * of this process. Waits for a start that is under way.
     */
    private synchronized void stop(PrivateCopy copy) {
        isStopping = true;
        Process process = program;
        if (process == null) {
            copy.close();
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
        copy.close();
        if (!process.isAlive()) {
            Runtime.getRuntime().halt(process.exitValue());
        }
    }
}
