package io.agentsecrets.examples.cli.command;

import io.agentsecrets.Resolution;
import io.agentsecrets.examples.cli.agent.Agent;
import io.agentsecrets.examples.cli.agent.Loaded;
import io.agentsecrets.examples.cli.agent.RunningAgent;
import io.agentsecrets.examples.cli.control.ControlServer;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.provider.EtcdWatch;
import io.agentsecrets.exec.SecretSettings;
import io.agentsecrets.resolver.Refresher;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The command {@code agent run}. */
@Command(
        name = "run",
        description = "Loads all configurations, follows changes of their secrets, and runs until it is told to stop.")
final class RunCommand implements Callable<Integer> {

    @ParentCommand
    private AgentCommand main;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "0",
            converter = Seconds.class,
            description = "How long to wait at the start until the executable answers; 0 if not given.")
    private Duration wait = Duration.ZERO;

    private RunCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Agent agent = Agent.loadToRun(main.config(), main.sign(), wait);
        RunningAgent running = new RunningAgent(agent, main.printer());
        Stop stop = new Stop(agent, listen(agent, running));
        Runtime.getRuntime().addShutdownHook(new Thread(stop::stop, "stop-agent"));
        agent.resolver().addListener(running::reload);
        Loaded loaded = running.load();
        if (loaded.mainResolution() instanceof Resolution.Dropped<?> dropped) {
            return main.printer().print(Answer.error(ExitStatus.UNUSABLE, dropped.reason()));
        }
        main.printer().error(agent.summary(loaded));
        follow(agent, running, stop);
        new CountDownLatch(1).await(); // the shutdown hook ends the process
        return ExitStatus.OK;
    }

    private static void follow(Agent agent, RunningAgent running, Stop stop) {
        if (agent.etcd() != null) {
            EtcdWatch.start(agent.etcd(), running);
        }
        SecretSettings settings = agent.settings();
        stop.refresher = settings.refreshScatter()
                ? Refresher.startScattered(agent.resolver(), settings.refreshInterval())
                : Refresher.start(agent.resolver(), settings.refreshInterval());
    }

    /** Opens the control socket. A read-only folder, as in many containers, must not keep the agent from running. */
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

    /** Ends everything in order and leaves no child process. */
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
                // a stop on request is not a failure, though the JVM would end with 143
                Runtime.getRuntime().halt(ExitStatus.OK);
            }
        }
    }
}
