package io.agentsecrets.examples.sealed;

import java.io.PrintWriter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells what is wrong with a command line without quoting it: somebody may have put a secret there. */
final class CommandLineErrors {

    private static final int USAGE = 2;

    private CommandLineErrors() {}

    static int print(ParameterException problem, String[] arguments) {
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
}
