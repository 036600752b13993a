package io.agentsecrets.examples.cli.command;

import io.agentsecrets.SecretException;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.control.ControlClient;
import io.agentsecrets.examples.cli.control.ControlRequest;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.Printer;
import io.agentsecrets.examples.cli.output.SignOfLife;
import io.agentsecrets.examples.cli.output.Verbosity;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line as a whole: the options that all commands have, and what they share. */
@Command(
        name = "agent",
        description = "A sample agent that loads its configuration with secrets in place.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all well",
            "1:a source was dropped, the rights check of the executable failed, the doctor found a failure,"
                    + " the audit a plain secret, or the running agent could not be asked",
            "2:the command line or the main configuration cannot be used, or the audit could not read a file"
        })
public final class AgentCommand implements Runnable {

    private static final String UNKNOWN_CHARACTERS =
            "a path has characters that this locale does not know; set LC_ALL=C.UTF-8";

    @Spec
    private CommandSpec spec;

    private final Printer printer;
    private final SignOfLife sign;

    /** The files that {@code --config} names before and after the command, in this order. */
    private final List<Path> configs = new ArrayList<>();

    AgentCommand(Printer printer) {
        this.printer = printer;
        this.sign = new SignOfLife(printer);
    }

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description =
                    "The main configuration; $AGENT_HOME/agent.yaml if not given. (After exec: the file to resolve.)")
    void config(@Nullable String file) {
        if (file == null) {
            return;
        }
        if (file.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--config must name a file, and is empty");
        }
        try {
            configs.add(Path.of(file));
        } catch (InvalidPathException e) {
            throw new ParameterException(spec.commandLine(), "--config: " + UNKNOWN_CHARACTERS);
        }
    }

    /** Sets the level of the log on standard error before the first logger is made. */
    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Log every call of the executable and what it prints on standard error.")
    void verbose(boolean verbose) {
        if (verbose) {
            Verbosity.raise();
        }
    }

    /** The main configuration of this run. */
    Path config() {
        if (configs.size() > 1) {
            throw new ParameterException(spec.commandLine(), "--config must be given only once");
        }
        return configs.isEmpty() ? configInHome() : configs.get(0);
    }

    /** The main configuration of {@code exec}, whose last file is the one to resolve. */
    Path configOfExec() {
        return configs.size() > 1 ? configs.get(0) : configInHome();
    }

    /** The file that {@code exec} resolves; null if it is not named, or too many are. */
    @Nullable
    Path fileOfExec() {
        return configs.isEmpty() || configs.size() > 2 ? null : configs.get(configs.size() - 1);
    }

    private Path configInHome() {
        String home = System.getenv("AGENT_HOME");
        if (home == null || home.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no main configuration; give -c FILE or set AGENT_HOME");
        }
        return Path.of(home, "agent.yaml");
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command must be named");
    }

    Printer printer() {
        return printer;
    }

    SignOfLife sign() {
        return sign;
    }

    /** Loads an agent for a command that ends at once. */
    Agent load(Map<String, String> variables) {
        return Agent.load(config(), variables, sign);
    }

    /** Prints the answer of the running agent or, if none runs, of this process. */
    int answer(Agent agent, ControlRequest request, Supplier<Answer> byItself) {
        return printer.print(asked(agent, request).orElseGet(byItself));
    }

    /** Returns the answer of the running agent; empty if none runs. */
    Optional<Answer> asked(Agent agent, ControlRequest request) {
        return sign.during("the running agent", () -> ControlClient.ask(agent.controlSocket(), request));
    }

    /** Prints why a command failed. */
    int failed(Exception problem) {
        if (problem instanceof SecretException reason) {
            return printer.print(Answer.error(ExitStatus.UNUSABLE, reason));
        }
        // a foreign message may hold a secret
        String message = problem instanceof InvalidPathException
                ? UNKNOWN_CHARACTERS
                : problem.getClass().getName();
        return printer.print(Answer.error(ExitStatus.UNUSABLE, message));
    }
}
