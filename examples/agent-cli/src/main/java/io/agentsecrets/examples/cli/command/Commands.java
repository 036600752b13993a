package io.agentsecrets.examples.cli.command;

import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.Page;
import io.agentsecrets.examples.cli.output.Printer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Finds the command in the arguments and runs it. Reading the annotations of all commands takes a tenth of a second, so
 * only commands whose names are in the arguments are set up.
 */
public final class Commands {

    private static final Map<String, Class<?>> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("configcheck", ConfigcheckCommand.class);
        BY_NAME.put("secret", SecretCommand.class);
        BY_NAME.put("resolve", ResolveCommand.class);
        BY_NAME.put("doctor", DoctorCommand.class);
        BY_NAME.put("audit", AuditCommand.class);
        BY_NAME.put("run", RunCommand.class);
        BY_NAME.put("reload", ReloadCommand.class);
        BY_NAME.put("exec", ExecCommand.class);
        BY_NAME.put("man", ManCommand.class);
        BY_NAME.put("generate-completion", AutoComplete.GenerateCompletion.class);
        BY_NAME.put("help", CommandLine.HelpCommand.class);
    }

    /** Commands that describe the others. */
    private static final List<String> NEED_ALL = List.of("help", "man", "generate-completion");

    private Commands() {}

    /**
     * Runs a command.
     *
     * @param arguments the command and its options
     * @return the exit status
     */
    public static int run(String... arguments) {
        return run(Printer.ofThisProcess(), arguments);
    }

    /**
     * Runs a command that prints elsewhere.
     *
     * @param printer prints the output of the command
     * @param arguments the command and its options
     * @return the exit status
     */
    public static int run(Printer printer, String... arguments) {
        if (List.of("--version").equals(List.of(arguments))) {
            return printVersion(printer);
        }
        AgentCommand agent = new AgentCommand(printer);
        return commandLine(agent, named(List.of(arguments)))
                .setOut(printer.out())
                .setErr(printer.err())
                .setParameterExceptionHandler((problem, given) -> misunderstood(printer, problem))
                .setExecutionExceptionHandler((problem, command, parsed) -> agent.failed(problem))
                .execute(arguments);
    }

    /** Prints the version without a command line, which takes most of the time of a short command. */
    private static int printVersion(Printer printer) {
        Page page = new Page().line(Version.line());
        return printer.print(new Answer(ExitStatus.OK, page.toString(), ""));
    }

    /** Returns a command line with some commands. */
    static CommandLine commandLine(AgentCommand agent, Map<String, Class<?>> commands) {
        CommandLine commandLine = new CommandLine(agent);
        commands.forEach(commandLine::addSubcommand);
        return commandLine;
    }

    private static Map<String, Class<?>> named(List<String> arguments) {
        Map<String, Class<?>> named = new LinkedHashMap<>(BY_NAME);
        named.keySet().retainAll(arguments);
        return named.isEmpty() || named.keySet().stream().anyMatch(NEED_ALL::contains) ? BY_NAME : named;
    }

    /** Prints an error in the arguments at the end, where it is seen, and not above a page of options. */
    private static int misunderstood(Printer printer, ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        StringWriter suggestions = new StringWriter();
        UnmatchedArgumentException.printSuggestions(problem, new PrintWriter(suggestions, true));
        Page page = new Page().error(message(problem)).lines(suggestions.toString());
        if (command.getSubcommands().containsKey("help")) { // all are known
            page.line("The commands are "
                    + command.getSubcommands().values().stream()
                            .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
                            .map(CommandLine::getCommandName)
                            .distinct()
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        page.line(command.getCommandSpec().qualifiedName() + " --help tells more.");
        return printer.print(new Answer(ExitStatus.UNUSABLE, "", page.toString()));
    }

    /** Shows an argument that cannot stand where it does and says what can. (Picocli counts it.) */
    private static String message(ParameterException problem) {
        if (!(problem instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
            return String.valueOf(problem.getMessage());
        }
        CommandSpec command = problem.getCommandLine().getCommandSpec();
        return "'" + unmatched.getUnmatched().get(0) + "' cannot stand here; " + command.qualifiedName() + " takes "
                + allowed(command);
    }

    private static String allowed(CommandSpec command) {
        List<String> allowed = new ArrayList<>();
        command.positionalParameters().forEach(parameter -> allowed.add(parameter.paramLabel()));
        if (!command.subcommands().isEmpty()) {
            boolean isTop = command.parent() == null;
            allowed.add(
                    isTop
                            ? "a command"
                            : String.join(", ", command.subcommands().keySet()));
        }
        String options = command.options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
                .collect(Collectors.joining(", "));
        allowed.add("the options " + options);
        return String.join(" and ", allowed);
    }
}
