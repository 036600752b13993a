package io.agentsecrets.audit;

import io.agentsecrets.ForeignFileException;
import io.agentsecrets.OwnFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The file of an audit trail and its predecessor, which has the same name with {@code .1}. It appends to, cuts or replaces
 * only files that an audit trail of this user wrote, which begin with an {@link AuditLine}. Used by one thread at a time.
 */
final class LineFile {

    private static final int BLOCK = 8192;

    private final Path file;
    private final Path previous;
    private final long maxSize;
    private final OwnFiles files;

    LineFile(Path file, Path previous, long maxSize, OwnFiles files) {
        this.file = file;
        this.previous = previous;
        this.maxSize = maxSize;
        this.files = files;
    }

    /** Checks that both files, if they exist, are ours. */
    void check() throws IOException {
        isThere(file);
        isThere(previous);
    }

    /** Tells whether a file exists; one that is not ours is refused. */
    private boolean isThere(Path path) throws IOException {
        if (!files.isThere(path)) {
            return false;
        }
        boolean isEmpty;
        try (FileChannel channel = files.open(path, StandardOpenOption.READ)) {
            isEmpty = channel.size() == 0;
            if (!AuditLine.canBegin(text(channel, 0, AuditLine.BEGINNING))) {
                throw new ForeignFileException(
                        path, "it does not begin with a line of an audit file; name another file");
            }
        }
        OwnFiles.removeRightsOfOthers(path, isEmpty);
        return true;
    }

    /** Removes the last line if a crash or a full disk cut it short. Returns whether that was so. */
    boolean takeOffTornLine() throws IOException {
        if (!isThere(file)) {
            return false;
        }
        try (FileChannel channel = files.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = endOfLastLine(channel);
            if (end == channel.size()) {
                return false;
            }
            String torn = text(channel, end, AuditLine.BEGINNING);
            // after a power cut, a file may end with NUL characters
            if (torn.charAt(0) != '\0' && !AuditLine.canBegin(torn)) {
                throw new ForeignFileException(file, "it ends with text that is no line of an audit file");
            }
            channel.truncate(end);
            return true;
        }
    }

    private static long endOfLastLine(FileChannel channel) throws IOException {
        for (long end = channel.size(); end > 0; ) {
            long start = Math.max(0, end - BLOCK);
            int lineFeed = text(channel, start, (int) (end - start)).lastIndexOf('\n');
            if (lineFeed >= 0) {
                return start + lineFeed + 1;
            }
            end = start;
        }
        return 0;
    }

    /** Returns a part of the file, one character for each byte. */
    private static String text(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        int count = 0;
        while (count >= 0 && bytes.hasRemaining()) {
            count = channel.read(bytes, position + bytes.position());
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }

    /** Appends all lines or nothing, to a new file if this one would exceed its limit, while no other process writes. */
    void appendAlone(byte[] lines) throws IOException {
        rotateBefore(lines.length);
        files.create(file);
        long before = Files.size(file);
        try {
            write(lines);
        } catch (IOException e) {
            try (FileChannel channel = files.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(before);
            }
            throw e;
        }
    }

    /** Appends lines by one write, without a lock, while another process may do the same. */
    void appendBesideOthers(byte[] lines) throws IOException {
        if (!isThere(file)) {
            files.create(file);
        }
        write(lines);
    }

    private void rotateBefore(int length) throws IOException {
        if (isThere(file) && Files.size(file) > 0 && Files.size(file) + length > maxSize) {
            isThere(previous);
            Files.move(file, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void write(byte[] lines) throws IOException {
        try (FileChannel channel = files.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap(lines);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}
