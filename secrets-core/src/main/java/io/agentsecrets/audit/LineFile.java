package io.agentsecrets.audit;

import io.agentsecrets.ForeignFileException;
import io.agentsecrets.OwnFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file of an audit trail and its predecessor, which has the same name with {@code .1}. It appends to, cuts or replaces
 * only files that an audit trail of this user wrote, which begin with an {@link AuditLine}. Used by one thread at a time.
 *
 * <p>Each process that writes locks the file. The lock is exclusive; if a process does not get that for a while, it takes a
 * shared one. Only under the exclusive lock is the file cut or renamed. So no line of another process is cut off or appended
 * to a file that has been renamed. (On Windows, which gives Java no key of a file, such a line ends up in the renamed one.)
 */
final class LineFile {

    /** The locked byte is far behind the end of the file: on Windows nobody else can read what is locked. */
    private static final long LOCKED = Long.MAX_VALUE - 1;

    /** How often the file may be renamed while it is opened; each time, others have filled a whole file. */
    private static final int MOST_RENAMES = 100;

    private final Path file;
    private final Path previous;
    private final long maxSize;
    private final OwnFiles files;
    private final LockWait exclusive = new LockWait(Duration.ofMillis(200));
    private final LockWait shared = new LockWait(Duration.ofSeconds(10));

    LineFile(Path file, Path previous, long maxSize, OwnFiles files) {
        this.file = file;
        this.previous = previous;
        this.maxSize = maxSize;
        this.files = files;
    }

    /** Checks that both files, if they exist, are ours. */
    void check() throws IOException {
        check(file);
        check(previous);
    }

    private void check(Path path) throws IOException {
        if (files.isThere(path)) {
            try (FileChannel channel = files.open(path, StandardOpenOption.READ)) {
                requireOurs(path, channel);
            }
        }
    }

    private static void requireOurs(Path path, FileChannel channel) throws IOException {
        if (!AuditLine.canBegin(LineTurn.text(channel, 0, AuditLine.BEGINNING))) {
            throw new ForeignFileException(path, "it does not begin with a line of an audit file; name another file");
        }
        OwnFiles.removeRightsOfOthers(path, channel.size() == 0);
    }

    /** Opens and locks the file, which is created if there is none. */
    LineTurn take() throws IOException {
        for (int i = 0; i < MOST_RENAMES; i++) {
            files.create(file);
            Object key = key();
            LineTurn turn;
            try {
                turn = open();
            } catch (IOException e) {
                if (Objects.equals(key, key())) {
                    throw e;
                }
                continue;
            }
            if (Objects.equals(key, key())) {
                return turn;
            }
            turn.close();
        }
        throw new IOException("it was renamed all the time");
    }

    /** Returns what tells the file from others that have had its name; null if there is none, and on Windows. */
    private @Nullable Object key() throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private LineTurn open() throws IOException {
        FileChannel channel = files.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            boolean isExclusive = exclusive.take(channel, LOCKED, 1, false) != null;
            if (!isExclusive && shared.take(channel, LOCKED, 1, true) == null) {
                throw new IOException("another process keeps it locked");
            }
            requireOurs(file, channel);
            // a channel that appends cannot read, which a shared lock needs
            FileChannel end = files.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            return new LineTurn(file, channel, end, isExclusive);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Renames the file if it would exceed its limit. Does nothing under a shared lock: another process may be appending.
     *
     * @param turn what {@link #take} returned
     * @param length the length of the next line in bytes
     * @return whether the file has been renamed
     */
    boolean renameIfFull(LineTurn turn, int length) throws IOException {
        if (!turn.isExclusive() || turn.size() == 0 || turn.size() + length <= maxSize) {
            return false;
        }
        check(previous);
        Files.move(file, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }
}
