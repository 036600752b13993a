package io.agentsecrets.audit;

import io.agentsecrets.ForeignFileException;
import io.agentsecrets.OwnFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes, on an empty file. It is exclusive; a process that does not get that for a while takes a shared one.
 *
 * <p>POSIX gives up all locks of a process on a file as soon as the process closes any channel of it. So the lock is on a file that
 * nobody else opens, through one channel that stays open. Used by one thread at a time.
 */
final class ProcessLock {

    /** Never closed, as long as the file is there; guarded by the lock of {@link AuditFile}. */
    private static final Map<Path, OpenFile> OPEN = new HashMap<>();

    private final Path file;
    private final OwnFiles files;
    private final LockWait exclusive = new LockWait(Duration.ofMillis(200));
    private final LockWait shared = new LockWait(Duration.ofSeconds(10));

    ProcessLock(Path file, OwnFiles files) {
        this.file = file;
        this.files = files;
    }

    /** Checks that the file, if it exists, can be used. */
    void check() throws IOException {
        if (files.isThere(file) && Files.size(file) > 0) {
            throw new ForeignFileException(
                    file, "it is no lock of an audit file; name another audit file, or move it away");
        }
    }

    /** Takes the lock, to be released soon. */
    FileLock take() throws IOException {
        FileChannel channel = channel();
        FileLock lock = exclusive.take(channel, false);
        if (lock == null) {
            lock = shared.take(channel, true);
        }
        if (lock == null) {
            throw new IOException("another process keeps it locked; give each agent an audit file of its own");
        }
        return lock;
    }

    private FileChannel channel() throws IOException {
        files.create(file);
        check();
        Object key = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        OpenFile known = OPEN.get(file);
        if (known != null && Objects.equals(known.key, key)) {
            return known.channel;
        }
        OpenFile opened = new OpenFile(key, files.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
        OPEN.put(file, opened);
        if (known != null) {
            // somebody has put another file in its place
            known.channel.close();
        }
        return opened.channel;
    }

    /**
     * An open file.
     *
     * @param key what tells it from others that have had its name; null on Windows
     */
    private record OpenFile(@Nullable Object key, FileChannel channel) {}
}
