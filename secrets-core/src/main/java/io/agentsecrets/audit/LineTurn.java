package io.agentsecrets.audit;

import io.agentsecrets.ForeignFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The right to append lines to an audit file until it is closed. */
final class LineTurn implements AutoCloseable {

    private static final int BLOCK = 8192;

    /** How long a line that another process is writing is waited for. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final Path file;
    private final FileChannel content;
    private final FileChannel end;
    private final FileLock lock;

    /**
     * Takes over two open channels of a file, and a lock.
     *
     * @param content reads and cuts the file
     * @param end appends to the same file
     * @param lock exclusive if no other process writes at the same time
     */
    LineTurn(Path file, FileChannel content, FileChannel end, FileLock lock) {
        this.file = file;
        this.content = content;
        this.end = end;
        this.lock = lock;
    }

    /** Tells whether no other process writes at the same time. */
    boolean isExclusive() {
        return !lock.isShared();
    }

    /** Returns the size of the file in bytes. */
    long size() throws IOException {
        return content.size();
    }

    /**
     * Removes the last line if a crash or a full disk cut it short. Does nothing under a shared lock: another process may be
     * writing that line.
     *
     * @return whether a line was removed
     */
    boolean removeTornLine() throws IOException {
        if (!isExclusive()) {
            return false;
        }
        long endOfLines = endOfLines();
        if (endOfLines == size()) {
            return false;
        }
        String torn = text(content, endOfLines, AuditLine.BEGINNING);
        // after a power cut, a file may end with NUL characters
        if (torn.charAt(0) != '\0' && !AuditLine.canBegin(torn)) {
            throw new ForeignFileException(
                    file, "it ends with text that is no line of an audit file; name another file, or remove that text");
        }
        content.truncate(endOfLines);
        return true;
    }

    private long endOfLines() throws IOException {
        for (long position = size(); position > 0; ) {
            long start = Math.max(0, position - BLOCK);
            int lineFeed = text(content, start, (int) (position - start)).lastIndexOf('\n');
            if (lineFeed >= 0) {
                return start + lineFeed + 1;
            }
            position = start;
        }
        return 0;
    }

    /** Returns a part of a file, one character for each byte. */
    static String text(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        int count = 0;
        while (count >= 0 && bytes.hasRemaining()) {
            count = channel.read(bytes, position + bytes.position());
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }

    /**
     * Appends a line, by one write. What is written of it before an error is removed as a torn line. Under a shared lock a torn line
     * stays, and this one begins after it.
     */
    void append(byte[] line) throws IOException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(endsWithLine() ? line : onNewLine(line));
            while (bytes.hasRemaining()) {
                end.write(bytes);
            }
        } catch (IOException e) {
            removeTornLine();
            throw e;
        }
    }

    /** Tells whether a new line can begin at the end. A line that another process is just writing is waited for. */
    private boolean endsWithLine() throws IOException {
        if (isExclusive()) {
            return true;
        }
        long limit = System.nanoTime() + PATIENCE.toNanos();
        boolean ends = isAtEndOfLine();
        while (!ends && System.nanoTime() - limit < 0) {
            LockSupport.parkNanos(1_000_000);
            ends = isAtEndOfLine();
        }
        return ends;
    }

    private boolean isAtEndOfLine() throws IOException {
        long size = size();
        return size == 0 || text(content, size - 1, 1).equals("\n");
    }

    private static byte[] onNewLine(byte[] line) {
        return ByteBuffer.allocate(line.length + 1).put((byte) '\n').put(line).array();
    }

    /** Releases the lock. */
    @Override
    public void close() throws IOException {
        try (lock;
                content) {
            end.close();
        }
    }
}
