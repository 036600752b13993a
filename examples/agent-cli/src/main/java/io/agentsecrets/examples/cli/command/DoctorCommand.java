package io.agentsecrets.examples.cli.command;

import io.agentsecrets.ConfigException;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleSyntax;
import io.agentsecrets.SecretException;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.ReportFile;
import io.agentsecrets.examples.cli.report.DoctorJson;
import io.agentsecrets.examples.cli.report.DoctorJunit;
import io.agentsecrets.examples.cli.report.DoctorText;
import io.agentsecrets.exec.ExecBackend;
import io.agentsecrets.exec.doctor.Diagnosis;
import io.agentsecrets.exec.doctor.Doctor;
import io.agentsecrets.exec.doctor.Judgement;
import io.agentsecrets.yaml.YamlConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The command {@code agent doctor}. */
@Command(
        name = "doctor",
        description = {
            "Starts the executable as the agent does, several times, and says what is wrong with it and what to do.",
            "Run it as the agent runs: as its user, with its environment and in its folder. No value is printed."
        })
final class DoctorCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private AgentCommand main;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Also write a report of JUnit, a test case for each judgement, for a CI server.")
    private @Nullable Path junit;

    @Option(
            names = "--route",
            paramLabel = "NAME",
            description = "Judge the executable of this entry of multi_secret_backends; its handles begin with NAME;")
    private @Nullable String route;

    @Parameters(
            paramLabel = "HANDLE",
            arity = "0..*",
            description = "What to ask for, NAME or ENC[NAME]; the handles of the configuration if none is given.")
    private List<String> names = List.of();

    private DoctorCommand() {}

    @Override
    public Integer call() {
        Agent agent = main.load(Map.of());
        ExecBackend executable = route == null ? agent.executable() : executableOfRoute(agent, route);
        Diagnosis diagnosis = diagnosis(executable, agent);
        if (junit != null) {
            ReportFile.replace(junit, DoctorJunit.of(diagnosis, route));
        }
        Duration timeout = executable == null ? agent.settings().timeout() : executable.timeout();
        String out = json ? DoctorJson.of(diagnosis, timeout) : DoctorText.of(diagnosis);
        int status = diagnosis.isOk() ? ExitStatus.OK : ExitStatus.DROPPED;
        return main.printer().print(new Answer(status, out, ""));
    }

    private Diagnosis diagnosis(@Nullable ExecBackend executable, Agent agent) {
        List<String> unread = new ArrayList<>();
        SortedSet<Handle> handles = names.isEmpty() ? used(agent, unread) : named();
        if (route != null) {
            handles = withoutPrefix(handles, route + ";");
        }
        Diagnosis diagnosis = examine(executable, handles, agent);
        return unread.isEmpty()
                ? diagnosis
                : diagnosis.with(Judgement.warn(
                        "configuration",
                        String.join("; ", unread),
                        "its handles were not asked for; agent configcheck shows what is wrong with it"));
    }

    private ExecBackend executableOfRoute(Agent agent, String name) {
        SortedMap<String, ExecBackend> routes = agent.settings().routeBackends();
        ExecBackend executable = routes.get(name);
        if (executable == null) {
            String known = routes.isEmpty() ? "the main configuration has none" : "one of " + routes.keySet();
            throw new ParameterException(spec.commandLine(), "--route must name a route; " + known);
        }
        return executable;
    }

    private Diagnosis examine(@Nullable ExecBackend executable, SortedSet<Handle> handles, Agent agent) {
        if (executable != null) {
            return main.sign().during("the executable", () -> Doctor.examine(executable, handles));
        }
        Diagnosis nothing = Doctor.withoutExecutable(handles);
        SortedMap<String, ExecBackend> routes = agent.settings().routeBackends();
        if (routes.isEmpty()) {
            return nothing;
        }
        Judgement unnamed = new Judgement(
                "routes",
                Judgement.Verdict.FAIL,
                "each route has an executable of its own, and one is judged at a time",
                "agent doctor --route " + String.join(", or --route ", routes.keySet()));
        return new Diagnosis(nothing.status(), nothing.environment(), nothing.handles(), List.of(), List.of(unnamed));
    }

    /** The handles of a route, as its executable gets them. Handles of other routes are left out. */
    private SortedSet<Handle> withoutPrefix(SortedSet<Handle> handles, String prefix) {
        SortedSet<Handle> ofRoute = new TreeSet<>();
        for (Handle handle : handles) {
            if (handle.name().startsWith(prefix)) {
                ofRoute.add(new Handle(handle.name().substring(prefix.length())));
            } else if (!names.isEmpty()) {
                ofRoute.add(handle);
            }
        }
        ofRoute.removeIf(handle -> !canBeAskedFor(handle));
        return ofRoute;
    }

    private SortedSet<Handle> named() {
        SortedSet<Handle> handles = new TreeSet<>();
        for (String name : names) {
            handles.add(HandleSyntax.enc().parse(name).orElse(new Handle(name)));
        }
        if (!handles.stream().allMatch(DoctorCommand::canBeAskedFor)) {
            throw new ParameterException(spec.commandLine(), "HANDLE must be a name that is not empty");
        }
        return handles;
    }

    private static boolean canBeAskedFor(Handle handle) {
        return !handle.isEmpty() && handle.isWellFormed();
    }

    /** The handles that the configuration uses, as far as it can be read. */
    private static SortedSet<Handle> used(Agent agent, List<String> unread) {
        SortedSet<Handle> used = new TreeSet<>(usedIn(agent.main(), unread));
        try {
            for (YamlConfig check : agent.checks(false).configs()) {
                used.addAll(usedIn(check, unread));
            }
        } catch (SecretException e) {
            unread.add(String.valueOf(e.getMessage()));
        }
        used.removeIf(handle -> !canBeAskedFor(handle));
        return used;
    }

    private static Set<Handle> usedIn(YamlConfig config, List<String> unread) {
        try {
            return config.usages().handles();
        } catch (ConfigException e) {
            unread.add(String.valueOf(e.getMessage()));
            return Set.of();
        }
    }
}
