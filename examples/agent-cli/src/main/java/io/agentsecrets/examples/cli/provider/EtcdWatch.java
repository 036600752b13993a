package io.agentsecrets.examples.cli.provider;

import io.agentsecrets.yaml.YamlConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Follows etcd in a thread of its own and loads only sources that changed. If etcd is gone, it tries again until it is
 * back.
 */
public final class EtcdWatch {

    private static final long FIRST_PAUSE = 500;
    private static final long LONGEST_PAUSE = 30_000;

    private final EtcdChecks etcd;
    private final Follower agent;
    private Map<String, String> known;

    private EtcdWatch(EtcdChecks etcd, Follower agent) {
        this.etcd = etcd;
        this.agent = agent;
        this.known = etcd.last().texts();
    }

    /** A listener that loads changed configurations. */
    public interface Follower {

        /**
         * A configuration is new or has changed.
         *
         * @param source its name
         * @param config the configuration
         */
        void replace(String source, YamlConfig config);

        /**
         * A configuration is gone.
         *
         * @param source its name, which may be unknown
         */
        void remove(String source);
    }

    /**
     * Follows etcd until the process ends.
     *
     * @param etcd what to follow
     * @param agent the listener, called for one change at a time
     */
    public static void start(EtcdChecks etcd, Follower agent) {
        Thread thread = new Thread(new EtcdWatch(etcd, agent)::run, "agent-etcd-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long pause = FIRST_PAUSE;
        try {
            while (true) {
                try {
                    apply();
                    pause = FIRST_PAUSE;
                    etcd.watch(etcd.last().revision(), this::apply);
                } catch (IOException | RuntimeException e) { // the next change must still be followed
                    LoggerFactory.getLogger(EtcdWatch.class)
                            .warn(
                                    "etcd is gone ({}); its configurations stay as they are",
                                    e.getClass().getSimpleName());
                }
                TimeUnit.MILLISECONDS.sleep(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE);
            }
        } catch (InterruptedException stopped) {
            // nobody else knows this thread
        }
    }

    private void apply() throws IOException, InterruptedException {
        Map<String, String> now = etcd.readAgain().texts();
        agent.remove(etcd.placeholder());
        Map<String, String> gone = new HashMap<>(known);
        now.forEach((source, text) -> {
            if (!text.equals(gone.remove(source))) {
                agent.replace(source, etcd.parsed(source, text));
            }
        });
        gone.keySet().forEach(agent::remove);
        known = now;
    }
}
