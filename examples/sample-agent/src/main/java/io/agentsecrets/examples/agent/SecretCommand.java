package io.agentsecrets.examples.agent;

import io.agentsecrets.Resolution;
import io.agentsecrets.SecretsReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent secret}. */
@Command(
        name = "secret",
        description =
                "Resolves all configurations and reports the rights of the executable, the handles and what failed.")
final class SecretCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Main main;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    private SecretCommand() {}

    @Override
    public Integer call() {
        Agent agent = Agent.load(main.config(), Map.of());
        Agent.Loaded loaded = agent.resolve(agent.checks(false));
        SecretsReport report = agent.resolver().report();
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? SecretJson.of(report) : report.toText());
        out.flush();
        if (loaded.main() instanceof Resolution.Dropped<List<@Nullable Object>> dropped) {
            spec.commandLine().getErr().println("agent: " + dropped.reason().getMessage());
            return Main.UNUSABLE;
        }
        boolean allLoaded = true;
        for (Resolution<List<@Nullable Object>> check : loaded.checks().values()) {
            if (check instanceof Resolution.Dropped<List<@Nullable Object>> dropped) {
                allLoaded = false;
                spec.commandLine().getErr().println("agent: " + dropped.reason().getMessage());
            }
        }
        return allLoaded && report.backend().ok() ? Main.OK : Main.DROPPED;
    }
}
