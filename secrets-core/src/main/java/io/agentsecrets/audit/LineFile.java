package io.agentsecrets.audit;

import io.agentsecrets.ForeignFileException;
import io.agentsecrets.OwnFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The file of an audit trail and its predecessor, which has the same name with {@code .1}. It appends to, cuts or replaces
 * only files that an audit trail of this user wrote, which begin with an {@link AuditLine}. Used by one thread at a time.
 *
 * <p>Each process that writes holds a {@link ProcessLock}. Only under the exclusive lock is the file cut or renamed. So no line
 * of another process is cut off or appended to a file that has been renamed.
 */
final class LineFile {

    private final Path file;
    private final Path previous;
    private final long maxSize;
    private final OwnFiles files;
    private final ProcessLock lock;

    LineFile(Path file, long maxSize, OwnFiles files) {
        this.file = file;
        this.previous = sibling(file, ".1");
        this.maxSize = maxSize;
        this.files = files;
        this.lock = new ProcessLock(sibling(file, ".lock"), files);
    }

    private static Path sibling(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    /** Checks that all files, if they exist, are ours. */
    void check() throws IOException {
        check(file);
        check(previous);
        lock.check();
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

    /** Locks and opens the file, which is created if there is none. */
    LineTurn take() throws IOException {
        FileLock held = lock.take();
        try {
            files.create(file);
            FileChannel channel = files.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                requireOurs(file, channel);
                // what is appended goes to the end at the time of the write
                FileChannel end = files.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                return new LineTurn(file, channel, end, held);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            held.release();
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
