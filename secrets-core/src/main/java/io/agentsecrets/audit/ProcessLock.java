package io.agentsecrets.audit;

import io.agentsecrets.ForeignFileException;
import io.agentsecrets.OwnFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes, on an empty file. If a process holds it for too long, this one waits once, and then does
 * without the lock until it is free again. Used by one thread at a time.
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

    /** Checks that the lock file, if it exists, can be used. */
    void check() throws IOException {
        if (files.isThere(file)) {
            open().close();
        }
    }

    /** Takes the lock, or gives up after a while. */
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

    /**
     * The right to write until this is closed, with or without the lock.
     *
     * @param lock the lock, or null if another process holds it
     */
    record Held(FileChannel channel, @Nullable FileLock lock) implements AutoCloseable {

        /** Tells whether no other process writes at the same time. */
        boolean isAlone() {
            return lock != null;
        }

        /** Releases the lock by closing its channel. */
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
