package io.agentsecrets.exec;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Checks that the system has room for one more process and its thread. Java starts a process first and then the thread that
 * waits for its end; if the system has no thread left by then, Java loses the process and its pipes, and nobody can end it.
 * So there must be room for both before a start.
 *
 * <p>The check starts two threads, which takes a tenth of a millisecond. It is skipped while a thread of an earlier process
 * is still waiting for the next process, as Java keeps such threads for a minute. Not thread-safe.
 */
final class ThreadRoom {

    private static final long THREADS_STAY = TimeUnit.SECONDS.toNanos(30);

    private int waiting;
    private long waitingSince;

    /**
     * Throws if there is no room.
     *
     * @throws OutOfMemoryError if the system does not have two threads left
     */
    void require() {
        if (waiting > 0 && System.nanoTime() - waitingSince < THREADS_STAY) {
            waiting--;
            return;
        }
        waiting = 0;
        startTwoThreads();
    }

    /** Notes that a process ended, so that its thread now waits for another one. */
    void processEnded() {
        waiting++;
        waitingSince = System.nanoTime();
    }

    private static void startTwoThreads() {
        CountDownLatch bothRun = new CountDownLatch(1);
        Thread[] threads = new Thread[2];
        try {
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(null, () -> await(bothRun), "agent-secrets-room", 64 * 1024);
                threads[i].setDaemon(true);
                threads[i].start();
            }
        } finally {
            bothRun.countDown();
        }
        for (Thread thread : threads) {
            awaitEnd(thread);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a thread. An interrupt ends the wait and stays set; then the process is not needed any more. */
    private static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
