package io.agentsecrets.exec;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.Pipe;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A pipe that can be written without blocking, and whose other end can be passed to a process.
 *
 * <p>Java's pipes to processes block a writer as long as a process holds the other end without reading, and nothing can
 * wake that thread. The pipes of its channels do not block, but Java cannot pass them to a process. On Linux this is
 * possible: the other end has a name in {@code /proc/self/fd}. To find that name, some bytes are written: the right pipe is
 * the one that then holds that many bytes.
 *
 * <p>Used by one thread.
 */
final class UnblockedPipe {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** How many bytes are written to find the pipe; less than a page, which fits into every pipe. */
    private static final int PROBE = 3001;

    private final Pipe pipe;
    private final File file;

    private UnblockedPipe(Pipe pipe, File file) {
        this.pipe = pipe;
        this.file = file;
    }

    /** Opens a pipe, or returns null if the system does not support this. */
    static @Nullable UnblockedPipe open() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return null;
        }
        try {
            Pipe pipe = Pipe.open();
            File file = fileOf(pipe);
            if (file != null) {
                return new UnblockedPipe(pipe, file);
            }
            pipe.sink().close();
            pipe.source().close();
            return null;
        } catch (IOException noDescriptorLeft) {
            return null;
        }
    }

    /** Returns a name of the reading end, valid until {@link #leaveReadingToOthers}. */
    File file() {
        return file;
    }

    /** Closes the reading end in this process, so that writing fails once no other process has it open. */
    void leaveReadingToOthers() {
        close(pipe.source());
    }

    /**
     * Writes what the pipe takes now and returns whether that was anything. If no process can read it any more, drops the
     * rest.
     */
    boolean write(ByteBuffer bytes) {
        try {
            return pipe.sink().isOpen() && pipe.sink().write(bytes) > 0;
        } catch (IOException brokenPipe) {
            bytes.position(bytes.limit()); // a process may close its input early and still answer
            return false;
        }
    }

    /** Closes what is open of both ends. */
    void close() {
        close(pipe.source());
        close(pipe.sink());
    }

    private static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException alreadyClosed) {
            // nothing is left to do
        }
    }

    private static @Nullable File fileOf(Pipe pipe) throws IOException {
        pipe.sink().configureBlocking(false);
        pipe.source().configureBlocking(false);
        int held = pipe.sink().write(ByteBuffer.allocate(PROBE));
        File found = fileThatHolds(held, pipe);
        pipe.source().read(ByteBuffer.allocate(2 * PROBE));
        return found;
    }

    private static @Nullable File fileThatHolds(int held, Pipe pipe) throws IOException {
        int expected = held;
        for (Path descriptor : highestFirst()) {
            if (isPipe(descriptor) && holds(expected, descriptor)) {
                // another pipe may hold as much by chance
                expected += pipe.sink().write(ByteBuffer.allocate(1));
                if (holds(expected, descriptor)) {
                    return descriptor.toFile();
                }
            }
        }
        return null;
    }

    /** Returns the descriptors of this process, which Linux lists in ascending order. A new one is usually among the highest. */
    private static Deque<Path> highestFirst() throws IOException {
        Deque<Path> all = new ArrayDeque<>();
        try (DirectoryStream<Path> ascending = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : ascending) {
                all.addFirst(descriptor);
            }
        }
        return all;
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static boolean holds(int bytes, Path descriptor) {
        try (FileInputStream pipe = new FileInputStream(descriptor.toFile())) {
            return pipe.available() == bytes;
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
