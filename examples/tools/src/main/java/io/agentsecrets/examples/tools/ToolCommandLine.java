package io.agentsecrets.examples.tools;

import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs a tool's command line and tells what went wrong without quoting it: somebody may have put a secret there. */
public final class ToolCommandLine {

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private ToolCommandLine() {}

    /**
     * Runs a command.
     *
     * @param command the annotated object
     * @param arguments of the command line
     * @return the exit status: the command's own, 1 if it failed, 2 if the command line cannot be understood
     */
    public static int execute(Object command, String... arguments) {
        return new CommandLine(command)
                .setParameterExceptionHandler((problem, given) -> misunderstood(problem))
                .setExecutionExceptionHandler((problem, failing, parsed) -> failed(problem, failing))
                .execute(arguments);
    }

    private static int misunderstood(ParameterException problem) {
        PrintWriter err = problem.getCommandLine().getErr();
        if (problem instanceof UnmatchedArgumentException) {
            err.println("unknown option, or too many arguments (not shown here; a secret is never an argument)");
        } else if (problem.getValue() != null) {
            err.println("an option or argument has a value that cannot be used (not shown here)");
        } else {
            err.println(problem.getMessage());
        }
        problem.getCommandLine().usage(err);
        return USAGE;
    }

    private static int failed(Exception problem, CommandLine failing) {
        CommandLine tool = failing;
        while (tool.getParent() != null) {
            tool = tool.getParent();
        }
        tool.getErr().println(tool.getCommandName() + ": " + reason(problem));
        tool.getErr().flush();
        return FAILED;
    }

    private static String reason(Exception problem) {
        if (problem instanceof ToolException told) {
            return String.valueOf(told.getMessage());
        }
        return problem instanceof InvalidPathException
                ? "a path has characters that this locale does not know; set LC_ALL=C.UTF-8"
                : problem.getClass().getName(); // its message may quote anything
    }
}
