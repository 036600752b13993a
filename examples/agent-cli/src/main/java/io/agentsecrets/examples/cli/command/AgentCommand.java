package io.agentsecrets.examples.cli.command;

import io.agentsecrets.SecretException;
import io.agentsecrets.examples.cli.output.ExitStatus;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line as a whole: the options that all commands have. */
@Command(
        name = "agent",
        description = "A sample agent that loads its configuration with secrets in place.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = AgentCommand.Version.class,
        subcommands = {
            ConfigcheckCommand.class,
            SecretCommand.class,
            ResolveCommand.class,
            DoctorCommand.class,
            RunCommand.class,
            ReloadCommand.class,
            ExecCommand.class
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all well",
            "1:a source was dropped, the rights check of the executable failed, or the doctor found a failure",
            "2:the command line or the main configuration cannot be used"
        })
public final class AgentCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    /** What {@code --config} names before and after the command, in this order. */
    private final List<Path> configs = new ArrayList<>();

    private AgentCommand() {}

    /**
     * Runs a command.
     *
     * @param arguments the command and its options
     * @return the exit status
     */
    public static int run(String... arguments) {
        CommandLine commandLine = new CommandLine(new AgentCommand());
        commandLine.setExecutionExceptionHandler((problem, command, parsed) -> failed(problem, command));
        return commandLine.execute(arguments);
    }

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description =
                    "The main configuration; $AGENT_HOME/agent.yaml if not given. (After exec: the file to resolve.)")
    void config(@Nullable Path file) {
        if (file != null) {
            configs.add(file);
        }
    }

    /** Sets the level of the log on standard error before the first logger is made. */
    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Log every call of the executable and what it prints on standard error.")
    void verbose(boolean verbose) {
        if (verbose) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
        }
    }

    /** The main configuration of this run. */
    Path config() {
        if (configs.size() > 1) {
            throw new ParameterException(spec.commandLine(), "option '--config' should be specified only once");
        }
        return configs.isEmpty() ? configInHome() : configs.get(0);
    }

    /** The main configuration of {@code exec}, whose last file is the one to resolve. */
    Path configOfExec() {
        return configs.size() > 1 ? configs.get(0) : configInHome();
    }

    /** The file that {@code exec} resolves. */
    Path fileOfExec() {
        if (configs.isEmpty() || configs.size() > 2) {
            throw new ParameterException(spec.commandLine(), "exec needs --config FILE: the file to resolve");
        }
        return configs.get(configs.size() - 1);
    }

    private Path configInHome() {
        String home = System.getenv("AGENT_HOME");
        if (home == null || home.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no main configuration: give -c FILE or set AGENT_HOME");
        }
        return Path.of(home, "agent.yaml");
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int failed(Exception problem, CommandLine command) {
        PrintWriter err = command.getErr();
        if (problem instanceof SecretException) {
            err.println("agent: " + problem.getMessage());
        } else {
            err.println("agent: " + problem.getClass().getName()); // somebody else's message may hold a secret
        }
        err.flush();
        return ExitStatus.UNUSABLE;
    }

    /** Reads the version from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = AgentCommand.class.getPackage().getImplementationVersion();
            return new String[] {"agent " + (version == null ? "(not built)" : version)};
        }
    }
}
