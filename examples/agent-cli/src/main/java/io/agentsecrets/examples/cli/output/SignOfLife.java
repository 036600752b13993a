package io.agentsecrets.examples.cli.output;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells somebody at a terminal that the agent is still waiting: after two seconds, and then each time when twice as long has
 * passed. Elsewhere it tells nothing. Thread-safe.
 */
public final class SignOfLife {

    private static final Duration FIRST = Duration.ofSeconds(2);

    private final Printer printer;
    private final boolean atTerminal;

    /**
     * Tells by a printer.
     *
     * @param printer prints the lines on standard error
     */
    public SignOfLife(Printer printer) {
        this.printer = printer;
        this.atTerminal =
                Boolean.getBoolean("agent.terminal"); // set by the launcher, as Java cannot ask for one stream
    }

    /**
     * Does something that may take long.
     *
     * @param what is waited for, such as {@code the executable /path}
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
            // what was waited for is there
        }
    }
}
