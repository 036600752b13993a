package io.agentsecrets.examples.cli.command;

import io.agentsecrets.ConfigException;
import io.agentsecrets.examples.cli.audit.AllowList;
import io.agentsecrets.examples.cli.audit.Audit;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.Page;
import io.agentsecrets.examples.cli.provider.AuditedFiles;
import io.agentsecrets.examples.cli.report.AuditJson;
import io.agentsecrets.examples.cli.report.AuditText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The command {@code agent audit}. */
@Command(
        name = "audit",
        description = {
            "Finds secrets that still stand in plain text in YAML files, and says how to move them.",
            "No value is printed, nor anything about it, and nothing is started."
        })
final class AuditCommand implements Callable<Integer> {

    @ParentCommand
    private AgentCommand main;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Option(
            names = "--allow",
            paramLabel = "FILE",
            description = "Plain values that are allowed: a line for each, FILE PATH, with * for any text.")
    private @Nullable Path allow;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description =
                    "Files, and folders with files *.yaml and *.yml; the agent's own configuration if none is given.")
    private List<Path> files = List.of();

    private AuditCommand() {}

    @Override
    public Integer call() {
        YamlWarnings.areShown();
        AllowList allowed = allow == null ? AllowList.none() : AllowList.of(allow.toString(), Audit.text(allow));
        Audit audit = Audit.of(files.isEmpty() ? AuditedFiles.ofHome(main.config()) : named(), allowed);
        Page err = new Page();
        for (ConfigException error : audit.errors()) {
            err.error(String.valueOf(error.getMessage()));
        }
        for (int line : allowed.unused()) {
            err.line("Warning: " + allow + ": line " + line + " allows nothing that was found; delete it");
        }
        err.line(AuditText.summary(audit));
        String out = json ? AuditJson.of(audit) : AuditText.of(audit);
        return main.printer().print(new Answer(status(audit), out, err.toString()));
    }

    private List<Path> named() {
        Set<Path> named = new LinkedHashSet<>();
        for (Path file : files) {
            named.addAll(AuditedFiles.of(file));
        }
        return new ArrayList<>(named);
    }

    private static int status(Audit audit) {
        if (!audit.errors().isEmpty()) {
            return ExitStatus.UNUSABLE;
        }
        return audit.secrets().isEmpty() ? ExitStatus.OK : ExitStatus.DROPPED;
    }
}
