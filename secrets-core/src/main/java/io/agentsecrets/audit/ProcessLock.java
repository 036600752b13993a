package io.agentsecrets.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes, kept on an empty file. A process that holds it and does not move on is waited for once, then
 * passed over until the lock is free again. Used by one thread at a time.
 */
final class ProcessLock {

    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(200);

    private final Path file;
    private final OwnFiles files;
    private boolean patient = true;

    ProcessLock(Path file, OwnFiles files) {
        this.file = file;
        this.files = files;
    }

    /** Sees that the lock file can be used, if there is one. */
    void check() throws IOException {
        if (files.isThere(file)) {
            open().close();
        }
    }

    /** Takes the lock, or gives it up after a while. */
    Held take() throws IOException {
        files.create(file);
        FileChannel channel = open();
        try {
            FileLock lock = patient ? await(channel) : tried(channel);
            patient = lock != null;
            return new Held(channel, lock);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private FileChannel open() throws IOException {
        FileChannel channel = files.open(file, StandardOpenOption.WRITE);
        if (channel.size() > 0) {
            channel.close();
            throw new ForeignFileException(
                    file, "it is no lock of an audit file; name another audit file, or move it away");
        }
        return channel;
    }

    private static @Nullable FileLock await(FileChannel channel) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        FileLock lock = tried(channel);
        while (lock == null && System.nanoTime() - end < 0) {
            pause();
            lock = tried(channel);
        }
        return lock;
    }

    private static @Nullable FileLock tried(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByAnotherCopyOfThisClass) {
            // a JVM may hold several, each shaded into an agent of its own
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

    /**
     * A turn to write, until it is closed.
     *
     * @param lock null if another process holds it
     */
    record Held(FileChannel channel, @Nullable FileLock lock) implements AutoCloseable {

        /** Tells whether no other process writes meanwhile. */
        boolean isAlone() {
            return lock != null;
        }

        /** Gives the lock back with the channel that it belongs to. */
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
