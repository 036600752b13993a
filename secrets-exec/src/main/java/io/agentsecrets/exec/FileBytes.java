package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes of an open file. The first 1,024 are read when it is opened: they show the format of nearly all files. */
final class FileBytes implements AutoCloseable {

    private static final int FIRST = 1024;

    private final SeekableByteChannel file;
    private final ByteBuffer first = ByteBuffer.allocate(FIRST);

    private FileBytes(SeekableByteChannel file) {
        this.file = file;
    }

    /** Opens a file. */
    static FileBytes of(Path path) throws IOException {
        FileBytes bytes = new FileBytes(Files.newByteChannel(path));
        try {
            bytes.read(bytes.first);
            bytes.first.flip();
            return bytes;
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    /** Returns the beginning of the file, or all of it if it is shorter. */
    byte[] first(int length) {
        return Arrays.copyOf(first.array(), Math.min(length, first.limit()));
    }

    /** Returns this many bytes, or null if the file does not have that many there. */
    @Nullable
    ByteBuffer at(long offset, int length) throws IOException {
        if (offset >= 0 && offset <= first.limit() - length) {
            return first.slice((int) offset, length);
        }
        if (offset < 0 || offset > file.size() - length) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.position(offset);
        read(bytes);
        return bytes.hasRemaining() ? null : bytes.flip();
    }

    private void read(ByteBuffer bytes) throws IOException {
        int count = 0;
        while (count >= 0 && bytes.hasRemaining()) {
            count = file.read(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
