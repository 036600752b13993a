package io.agentsecrets.audit;

import io.agentsecrets.ForeignFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The right to append lines to an audit file until it is closed. */
final class LineTurn implements AutoCloseable {

    private static final int BLOCK = 8192;

    private final Path file;
    private final FileChannel locked;
    private final FileChannel end;
    private final boolean isExclusive;

    /**
     * Takes over two open channels of a file.
     *
     * @param locked reads and cuts the file, and holds the lock
     * @param end appends to the same file
     * @param isExclusive whether the lock is exclusive, so that no other process writes at the same time
     */
    LineTurn(Path file, FileChannel locked, FileChannel end, boolean isExclusive) {
        this.file = file;
        this.locked = locked;
        this.end = end;
        this.isExclusive = isExclusive;
    }

    /** Tells whether no other process writes at the same time. */
    boolean isExclusive() {
        return isExclusive;
    }

    /** Returns the size of the file in bytes. */
    long size() throws IOException {
        return locked.size();
    }

    /**
     * Removes the last line if a crash or a full disk cut it short. Does nothing under a shared lock: another process may be
     * writing that line.
     *
     * @return whether a line was removed
     */
    boolean removeTornLine() throws IOException {
        long endOfLines = isExclusive ? endOfLines() : size();
        if (endOfLines == size()) {
            return false;
        }
        String torn = text(locked, endOfLines, AuditLine.BEGINNING);
        // after a power cut, a file may end with NUL characters
        if (torn.charAt(0) != '\0' && !AuditLine.canBegin(torn)) {
            throw new ForeignFileException(file, "it ends with text that is no line of an audit file");
        }
        locked.truncate(endOfLines);
        return true;
    }

    private long endOfLines() throws IOException {
        for (long position = size(); position > 0; ) {
            long start = Math.max(0, position - BLOCK);
            int lineFeed = text(locked, start, (int) (position - start)).lastIndexOf('\n');
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

    private boolean endsWithLine() throws IOException {
        long size = size();
        return isExclusive || size == 0 || text(locked, size - 1, 1).equals("\n");
    }

    private static byte[] onNewLine(byte[] line) {
        return ByteBuffer.allocate(line.length + 1).put((byte) '\n').put(line).array();
    }

    /** Releases the lock. */
    @Override
    public void close() throws IOException {
        try (locked) {
            end.close();
        }
    }
}
