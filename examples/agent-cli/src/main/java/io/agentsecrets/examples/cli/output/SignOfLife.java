package io.agentsecrets.examples.cli.output;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells a person at a terminal that the agent is still waiting: after two seconds, then after four, and so on, twice as
 * long each time. It prints nothing if there is no terminal. Thread-safe.
 */
public final class SignOfLife {

    private static final Duration FIRST = Duration.ofSeconds(2);

    private final Printer printer;
    private final boolean atTerminal;

    /**
     * Creates a sign of life that uses a printer.
     *
     * @param printer prints the lines on standard error
     */
    public SignOfLife(Printer printer) {
        this.printer = printer;
        // set by the launcher, as Java cannot ask this for a single stream
        this.atTerminal = Boolean.getBoolean("agent.terminal");
    }

    /**
     * Does work that may take long.
     *
     * @param what the agent waits for, such as {@code the executable /path}
     * @param work what to do
     * @return what it returns
     */
    public <T> T during(String what, Supplier<T> work) {
        if (!atTerminal) {
            return work.get();
        }
        Thread watch = new Thread(() -> tell(what), "agent-sign-of-life");
        watch.setDaemon(true);
        watch.start();
        try {
            return work.get();
        } finally {
            watch.interrupt();
        }
    }

    private void tell(String what) {
        try {
            long pause = FIRST.toMillis();
            for (long waited = pause; ; waited += pause) {
                TimeUnit.MILLISECONDS.sleep(pause);
                printer.error("waiting for " + what + " (" + waited / 1000 + " s)");
                pause = waited;
            }
        } catch (InterruptedException done) {
            // the work is done
        }
    }
}
