package io.agentsecrets.examples.cli.command;

import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The command {@code agent man}. */
@Command(name = "man", description = "Prints the manual page: agent man | man -l -")
final class ManCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private AgentCommand main;

    private ManCommand() {}

    @Override
    public Integer call() {
        return main.printer().print(new Answer(ExitStatus.OK, ManPage.of(spec.root()), ""));
    }
}
