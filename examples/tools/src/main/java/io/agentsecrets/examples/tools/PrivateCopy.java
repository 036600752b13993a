package io.agentsecrets.examples.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A configuration with its secrets in place, as a file that only this user can read and that goes as soon as it was read: mode
 * 0600 in a folder of mode 0700.
 *
 * <p>It is made in {@code /dev/shm} if there is one, which is memory; else in the user's run-time folder, which usually is; else
 * where temporary files are. It is deleted by {@link #close()}, and when the JVM ends in an orderly way. Thread-safe.
 */
public final class PrivateCopy implements AutoCloseable {

    private final Path file;
    private final Thread atTheEnd = new Thread(this::delete, "delete-private-copy");

    private PrivateCopy(Path file) {
        this.file = file;
    }

    /**
     * Writes a file.
     *
     * @param name its name, as programs may look at the ending
     * @param text what is in it
     * @return the file, until it is closed
     * @throws IOException if it cannot be written anywhere
     */
    public static PrivateCopy of(String name, String text) throws IOException {
        IOException last = null;
        for (Path folder : folders(System.getenv())) {
            try {
                return in(folder, name, text);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last == null ? new IOException("there is no folder for temporary files") : last;
    }

    private static List<Path> folders(Map<String, String> environment) {
        List<Path> folders = new ArrayList<>();
        Path shared = Path.of("/dev/shm");
        @Nullable String runtime = environment.get("XDG_RUNTIME_DIR");
        if (Files.isDirectory(shared) && Files.isWritable(shared)) {
            folders.add(shared);
        }
        try {
            if (runtime != null && !runtime.isEmpty() && Files.isWritable(Path.of(runtime))) {
                folders.add(Path.of(runtime));
            }
        } catch (InvalidPathException e) {
            // not in this locale; the next one
        }
        folders.add(Path.of(System.getProperty("java.io.tmpdir", ".")));
        return folders;
    }

    private static PrivateCopy in(Path parent, String name, String text) throws IOException {
        boolean posix = parent.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] privately = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        PrivateCopy copy = new PrivateCopy(
                Files.createTempDirectory(parent, "agent-secrets", privately).resolve(name));
        try {
            Runtime.getRuntime().addShutdownHook(copy.atTheEnd);
            if (posix) {
                Files.createFile(
                        copy.file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(
                    copy.file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            return copy;
        } catch (IOException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    /**
     * Returns where it is.
     *
     * @return its path, also when it is gone
     */
    public Path path() {
        return file;
    }

    /** Deletes the file and its folder. Safe to repeat. */
    @Override
    public void close() {
        delete();
        keepUntilClosed();
    }

    /** With what the other program may have put beside it. */
    private void delete() {
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.collect(Collectors.toList())) {
                Files.deleteIfExists(each);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.err.println("agent-secrets: " + folder + " cannot be deleted, and holds secrets: delete it");
        }
    }

    /** Leaves it to {@link #close()} to delete the file, also when the JVM is told to stop. */
    public void keepUntilClosed() {
        try {
            Runtime.getRuntime().removeShutdownHook(atTheEnd);
        } catch (IllegalStateException atTheEndAlready) {
            // then it is gone
        }
    }
}
