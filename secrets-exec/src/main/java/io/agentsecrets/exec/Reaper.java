package io.agentsecrets.exec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Kills the processes of calls until none of them is left. It has no time limit: on a busy machine a killed process can
 * take long to die, and one that was just started can take long to be found.
 *
 * <p>The calling thread kills for a short time, which is nearly always enough. The rest is left to a daemon thread that
 * exists only while there is something to kill. If the JVM ends meanwhile, it waits for that thread for up to ten seconds.
 *
 * <p>Thread-safe.
 */
final class Reaper {

    /** How long a caller kills processes itself. */
    private static final long SHARE_OF_CALLER = TimeUnit.MILLISECONDS.toNanos(100);

    /** How long a caller continues if no thread can be started to do the rest. */
    private static final long SHARE_WITHOUT_THREAD = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long SHORTEST_PAUSE = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_WAIT_AT_EXIT = TimeUnit.SECONDS.toNanos(10);

    /** Guards {@link #left} and {@link #working}; no process is killed while it is held. */
    private final Lock lock = new ReentrantLock();

    private final Condition done = lock.newCondition();
    private final List<ProcessTree> left = new ArrayList<>();
    private boolean working;

    /** Kills all processes of some trees. An interrupt does not stop this and stays set. */
    void kill(Collection<ProcessTree> trees) {
        List<ProcessTree> alive = killFor(SHARE_OF_CALLER, trees);
        if (!handOver(alive)) {
            killFor(SHARE_WITHOUT_THREAD, alive);
        }
    }

    /** Waits until nothing is left to kill, or for ten seconds. An interrupt ends the wait and stays set. */
    void awaitDone() {
        long rest = LONGEST_WAIT_AT_EXIT;
        lock.lock();
        try {
            while (working && rest > 0) {
                rest = done.awaitNanos(rest);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Kills for a given time, and returns the trees that are not known to be dead by then. */
    private static List<ProcessTree> killFor(long nanos, Collection<ProcessTree> trees) {
        long start = System.nanoTime();
        List<ProcessTree> alive = new ArrayList<>(trees);
        long pause = SHORTEST_PAUSE;
        alive.removeIf(Reaper::isDead);
        while (!alive.isEmpty() && System.nanoTime() - start < nanos) {
            pause(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE / 10);
            alive.removeIf(Reaper::isDead);
        }
        return alive;
    }

    private static boolean isDead(ProcessTree tree) {
        try {
            return tree.killOnce();
        } catch (SecurityException mayNotKill) {
            return true;
        } catch (RuntimeException | OutOfMemoryError noDescriptorOrMemoryLeft) {
            return false; // some will be free again
        }
    }

    /**
     * Leaves trees to the daemon thread. Returns false if no thread can be started; the next one that starts will kill
     * these too.
     */
    private boolean handOver(List<ProcessTree> alive) {
        lock.lock();
        try {
            left.addAll(alive);
            if (left.isEmpty()) {
                return true;
            }
            working = working || started(new Thread(this::work, "agent-secrets-reaper"));
            return working;
        } finally {
            lock.unlock();
        }
    }

    private static boolean started(Thread thread) {
        thread.setDaemon(true);
        try {
            thread.start();
            return true;
        } catch (OutOfMemoryError noThreadLeft) {
            return false;
        }
    }

    private void work() {
        Thread atExit = new Thread(this::awaitDone, "agent-secrets-exit");
        boolean registered = registered(atExit);
        try {
            long pause = SHORTEST_PAUSE;
            for (List<ProcessTree> trees = unfinished(); !trees.isEmpty(); trees = unfinished()) {
                trees.removeIf(tree -> !isDead(tree));
                finish(trees);
                pause(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE);
            }
        } finally {
            if (registered) {
                unregister(atExit);
            }
        }
    }

    /** Returns what is left; if nothing is, notes that the thread ends. */
    private List<ProcessTree> unfinished() {
        lock.lock();
        try {
            working = !left.isEmpty();
            if (!working) {
                done.signalAll();
            }
            return new ArrayList<>(left);
        } finally {
            lock.unlock();
        }
    }

    private void finish(List<ProcessTree> dead) {
        lock.lock();
        try {
            left.removeAll(dead);
        } finally {
            lock.unlock();
        }
    }

    private static boolean registered(Thread atExit) {
        try {
            Runtime.getRuntime().addShutdownHook(atExit);
            return true;
        } catch (IllegalStateException endsAlready) {
            return false;
        }
    }

    private static void unregister(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException endsAlready) {
            // the JVM runs the hook, which returns as nothing is left
        }
    }

    private static void pause(long nanos) {
        boolean interrupted = Thread.interrupted(); // otherwise parking would not wait at all
        LockSupport.parkNanos(nanos);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
