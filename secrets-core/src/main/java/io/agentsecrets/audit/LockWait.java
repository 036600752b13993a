package io.agentsecrets.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes a lock that another process may hold. It waits for the lock once in vain, and from then on only tries, until the lock
 * is free again: so a process that keeps it costs no time for each event. Used by one thread at a time.
 */
final class LockWait {

    private final long patience;
    private boolean patient = true;

    /** @param patience how long to wait */
    LockWait(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Takes the lock on a part of a file, or returns null if another process keeps it. */
    @Nullable
    FileLock take(FileChannel channel, long position, long size, boolean isShared) throws IOException {
        long end = System.nanoTime() + patience;
        FileLock lock = tried(channel, position, size, isShared);
        while (lock == null && patient && System.nanoTime() - end < 0) {
            pause();
            lock = tried(channel, position, size, isShared);
        }
        patient = lock != null;
        return lock;
    }

    private static @Nullable FileLock tried(FileChannel channel, long position, long size, boolean isShared)
            throws IOException {
        try {
            return channel.tryLock(position, size, isShared);
        } catch (OverlappingFileLockException heldByAnotherCopyOfThisClass) {
            // a JVM may hold several copies, one shaded into each agent
            return null;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
