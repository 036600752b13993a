package io.agentsecrets.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes a lock that another process may hold. After it has waited in vain once, it no longer waits but only tries, until it
 * gets the lock again. So a process that keeps the lock delays one event and not each. Used by one thread at a time.
 */
final class LockWait {

    private final long patience;
    private boolean patient = true;

    /** Creates a wait that lasts this long at most. */
    LockWait(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Takes the lock on a file, or returns null if another process keeps it. */
    @Nullable
    FileLock take(FileChannel channel, boolean isShared) throws IOException {
        long end = System.nanoTime() + patience;
        FileLock lock = tried(channel, isShared);
        while (lock == null && patient && System.nanoTime() - end < 0) {
            pause();
            lock = tried(channel, isShared);
        }
        patient = lock != null;
        return lock;
    }

    private static @Nullable FileLock tried(FileChannel channel, boolean isShared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, isShared);
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
