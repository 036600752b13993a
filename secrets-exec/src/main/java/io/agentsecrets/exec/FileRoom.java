package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the agent may open the files that the start of one more process needs. If Java cannot open all pipes of a
 * process, it closes files that are not its own, such as standard input, and leaves pipes open (seen with JDK 17 and 25). So
 * there must be room for all of them before a start.
 *
 * <p>Other threads of the agent may open files between the check and the start. This cannot be prevented; a margin makes it
 * rare. If the system does not tell how many files are open, as only Linux does, there counts as enough room.
 *
 * <p>From Linux 6.2 on the check reads the size of a folder, which is the number of open files. Before, it reads for how many
 * files the kernel has made room. The files are counted only if that is too near to the limit. Thread-safe.
 */
final class FileRoom {

    /** The room in this process. */
    static final FileRoom OF_AGENT = new FileRoom(new File("/proc/self/fd"), Path.of("/proc/self"));

    /** Both ends of Java's five pipes, and a library that Java's helper opens while it still has them. */
    private static final int ONE_START = 11;

    /** For other threads, for the check of the executable, and for what a call opens after the start. */
    private static final int MARGIN = 21;

    /** The limit of a process can be changed while it runs (prlimit), so it is not kept for long. */
    private static final long LIMIT_IS_KEPT = TimeUnit.SECONDS.toNanos(1);

    private final File openFiles;
    private final Path status;
    private final Path limits;
    private final boolean isTold;

    /** Several backends may start processes at the same time. */
    private final AtomicInteger starts = new AtomicInteger();

    private volatile @Nullable Limit lastLimit;

    private record Limit(long files, long readAt) {}

    /**
     * Creates a check.
     *
     * @param openFiles a folder with an entry for each open file
     * @param process the folder with the files {@code status} and {@code limits} (proc(5))
     */
    FileRoom(File openFiles, Path process) {
        this.openFiles = openFiles;
        this.status = process.resolve("status");
        this.limits = process.resolve("limits");
        this.isTold = openFiles.exists();
    }

    /**
     * Begins a start. Its end must be {@linkplain #leave told}.
     *
     * @throws BackendException of kind START if there is no room for it, or INTERRUPTED; then it has not begun
     */
    void enter(Path executable) {
        int all = starts.incrementAndGet();
        try {
            require(all, executable);
        } catch (RuntimeException | Error e) {
            leave();
            throw e;
        }
    }

    /** Ends a start: the process has its files, or there is no process. */
    void leave() {
        starts.decrementAndGet();
    }

    /**
     * Throws if there is no room for one more start.
     *
     * @throws BackendException of kind START, or INTERRUPTED
     */
    void require(Path executable) {
        require(starts.get() + 1, executable);
    }

    private void require(int all, Path executable) {
        int needed = all * ONE_START + MARGIN;
        try {
            if (isTold && mostOpen() > limit() - needed) {
                requireExactly(needed, executable);
            }
        } catch (AccessDeniedException | NoSuchFileException notTold) {
            // so there counts as enough room
        } catch (ClosedByInterruptException e) {
            throw ProcessStarter.interrupted();
        } catch (IOException noneLeft) {
            throw StartFailure.noFileLeft(executable, "the agent cannot open one more file");
        }
    }

    private void requireExactly(int needed, Path executable) throws IOException {
        long open = count();
        long limit = newLimit();
        if (open > limit - needed) {
            throw StartFailure.noFileLeft(
                    executable,
                    "the agent has " + open + " of at most " + limit + " files open, and " + needed
                            + " more must be possible");
        }
    }

    /** Returns a number that is not less than that of the open files. */
    private long mostOpen() throws IOException {
        long size = openFiles.length();
        return size > 0 ? size : number("\nFDSize:", status);
    }

    private long count() throws IOException {
        long open = -2; // Java opens the folder twice
        try (DirectoryStream<Path> files = Files.newDirectoryStream(openFiles.toPath())) {
            for (Path ignored : files) {
                open++;
            }
        }
        return open;
    }

    private long limit() throws IOException {
        Limit last = lastLimit;
        return last != null && System.nanoTime() - last.readAt() < LIMIT_IS_KEPT ? last.files() : newLimit();
    }

    private long newLimit() throws IOException {
        long files = number("\nMax open files", limits);
        lastLimit = new Limit(files, System.nanoTime());
        return files;
    }

    /** Returns the number that follows a text at the beginning of a file, or the largest one if there is none. */
    private static long number(String name, Path file) throws IOException {
        String text;
        try (FileBytes bytes = FileBytes.of(file)) {
            text = new String(bytes.first(1024), StandardCharsets.ISO_8859_1);
        }
        int at = text.indexOf(name);
        int start = at < 0 ? text.length() : at + name.length();
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        int end = start;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end == start ? Long.MAX_VALUE : Long.parseLong(text, start, end, 10);
    }
}
