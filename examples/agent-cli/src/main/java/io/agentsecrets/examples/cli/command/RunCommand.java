package io.agentsecrets.examples.cli.command;

import io.agentsecrets.Resolution;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.agent.RunningAgent;
import io.agentsecrets.examples.cli.control.ControlServer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.provider.EtcdWatch;
import io.agentsecrets.exec.SecretSettings;
import io.agentsecrets.resolver.Refresher;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code agent run}. */
@Command(
        name = "run",
        description = "Loads all configurations, follows changes of their secrets, and runs until it is told to stop.")
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private AgentCommand main;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "How long to wait at the start until the executable answers; 0 if not given.")
    private double wait;

    private RunCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Agent agent = Agent.load(main.config(), Map.of(), patience());
        RunningAgent running = new RunningAgent(agent, spec.commandLine().getOut());
        ControlServer control = listen(agent, running);
        Stop stop = new Stop(agent, control);
        Runtime.getRuntime().addShutdownHook(new Thread(stop::stop, "stop-agent"));
        agent.resolver().addListener(running::reload);
        if (running.load().mainResolution() instanceof Resolution.Dropped<?> dropped) {
            spec.commandLine().getErr().println("agent: " + dropped.reason().getMessage());
            return ExitStatus.UNUSABLE;
        }
        if (agent.etcd() != null) {
            EtcdWatch.start(agent.etcd(), running);
        }
        SecretSettings settings = agent.settings();
        stop.refresher = settings.refreshScatter()
                ? Refresher.startScattered(agent.resolver(), settings.refreshInterval())
                : Refresher.start(agent.resolver(), settings.refreshInterval());
        new CountDownLatch(1).await(); // the shutdown hook ends the process
        return ExitStatus.OK;
    }

    private Duration patience() {
        if (!(wait >= 0 && wait <= 86_400)) {
            throw new ParameterException(spec.commandLine(), "--wait must be a number of seconds from 0 to 86400");
        }
        return Duration.ofMillis((long) (wait * 1000));
    }

    /** A folder that cannot be written to, as in many containers, must not keep the agent from running. */
    private static @Nullable ControlServer listen(Agent agent, RunningAgent running) {
        try {
            return ControlServer.listen(agent.controlSocket(), new RunningAnswers(agent, running)::answer);
        } catch (IOException | UnsupportedOperationException e) {
            LoggerFactory.getLogger(RunCommand.class)
                    .warn(
                            "no control socket at {} ({}): commands will not reach this agent; set control_socket to a"
                                    + " short path in a folder that it may write to",
                            agent.controlSocket(),
                            e.getClass().getSimpleName());
            return null;
        }
    }

    /** Ends everything in order, with no child left. */
    private static final class Stop {

        private final Agent agent;
        private final @Nullable ControlServer control;
        private volatile @Nullable Refresher refresher;

        Stop(Agent agent, @Nullable ControlServer control) {
            this.agent = agent;
            this.control = control;
        }

        void stop() {
            if (control != null) {
                control.close();
            }
            agent.close();
            Refresher running = refresher;
            if (running != null) {
                running.close();
                Runtime.getRuntime()
                        .halt(ExitStatus.OK); // to be told to stop is no failure, as the JVM's 143 would say
            }
        }
    }
}
