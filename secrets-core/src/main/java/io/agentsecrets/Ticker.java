package io.agentsecrets;

/**
 * A source of time in nanoseconds, counted from any start; only differences mean something. Ages, times to live, pauses and
 * intervals are measured with it, so a test can move time forward instead of sleeping. Thread-safe.
 */
@FunctionalInterface
public interface Ticker {

    /**
     * Returns the time.
     *
     * @return nanoseconds since some fixed moment; never less than before
     */
    long read();

    /**
     * Returns the time of this machine, {@link System#nanoTime()}.
     *
     * @return the default of everything that takes a ticker
     */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }
}

/** The time of this machine. A class, as a lambda would be linked before the first process (docs/adr/0003). */
final class SystemTicker implements Ticker {

    static final Ticker INSTANCE = new SystemTicker();

    @Override
    public long read() {
        return System.nanoTime();
    }
}
