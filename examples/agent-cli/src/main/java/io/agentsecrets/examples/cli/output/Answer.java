package io.agentsecrets.examples.cli.output;

import java.io.PrintWriter;
import picocli.CommandLine;

/**
 * What a command prints, and its exit status; of this agent or of one that is running.
 *
 * @param status the exit status
 * @param out for standard output
 * @param err for standard error
 */
public record Answer(int status, String out, String err) {

    /** Prints it and returns the exit status. */
    public int print(CommandLine commandLine) {
        PrintWriter stdout = commandLine.getOut();
        stdout.print(out);
        stdout.flush();
        PrintWriter stderr = commandLine.getErr();
        stderr.print(err);
        stderr.flush();
        return status;
    }

    /** Without the texts, which may show secrets to who asked for them. */
    @Override
    public String toString() {
        return "Answer(" + status + ")";
    }
}
