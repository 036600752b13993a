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
import org.jspecify.annotations.Nullable;

/**
 * A pipe into which nobody ever has to wait to write, and whose other end a process can be given.
 *
 * <p>Java's pipes to processes block a writer for as long as anybody holds the other end without reading, and nothing can
 * wake that thread. Those of its channels do not block, but Java gives no process the other end. Linux does: the end has a
 * name in {@code /proc/self/fd}. Which one it is is found by writing: it is the pipe that then holds just as many bytes.
 *
 * <p>Used by one thread.
 */
final class UnblockedPipe {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** How much is written to recognize the pipe; a page, which every pipe holds, is more. */
    private static final int PROBE = 3001;

    private final Pipe pipe;
    private final File file;

    private UnblockedPipe(Pipe pipe, File file) {
        this.pipe = pipe;
        this.file = file;
    }

    /** Opens a pipe, or returns null where that is not possible. */
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

    /** A name of the end to read from, as long as this process has not left it to others. */
    File file() {
        return file;
    }

    /** Closes the end to read from, so that writing fails once no other process has it open. */
    void leaveReadingToOthers() {
        close(pipe.source());
    }

    /** Writes what the pipe takes now and returns whether that was anything. If nobody can read it any more, nothing remains. */
    boolean write(ByteBuffer bytes) {
        try {
            return pipe.sink().isOpen() && pipe.sink().write(bytes) > 0;
        } catch (IOException brokenPipe) {
            bytes.position(bytes.limit()); // a process may close its input early and still answer well
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
            // nothing is left to be done with it
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
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                if (isPipe(descriptor) && holds(expected, descriptor)) {
                    expected += pipe.sink().write(ByteBuffer.allocate(1)); // another pipe may hold as much by chance
                    if (holds(expected, descriptor)) {
                        return descriptor.toFile();
                    }
                }
            }
        }
        return null;
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
