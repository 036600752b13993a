package io.agentsecrets.examples.tools;

import io.agentsecrets.ShellWord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Files that only their owner may read, on file systems that have such rights. */
public final class PrivateFiles {

    private static final int STICKY = 01000;

    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    /** A lock on a file belongs to the whole JVM, so its threads take turns before. */
    private static final Lock TURN = new ReentrantLock();

    private PrivateFiles() {}

    /**
     * Sees that nobody else can read or change a file. To the rights on a credential systemd sees: it may let a user read it by
     * an access list, which looks like a right of the group.
     *
     * @param file which one
     * @throws ToolException if somebody can, or it is no file
     */
    public static void requirePrivate(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new ToolException(file + (Files.exists(file) ? " is no regular file" : " does not exist"));
            }
            if (!isPosix(file) || isCredential(file)) {
                return;
            }
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            if (!OWNER.containsAll(attributes.permissions())) {
                throw new ToolException("others have rights on " + file + "; " + ShellWord.command("chmod 0600", file));
            }
        } catch (NoSuchFileException e) {
            throw new ToolException(file + " does not exist");
        } catch (IOException e) {
            throw new ToolException("the rights on " + file + " cannot be read (" + FileProblem.of(e) + ")");
        }
    }

    private static boolean isCredential(Path file) {
        String credentials = System.getenv("CREDENTIALS_DIRECTORY");
        return credentials != null
                && !credentials.isEmpty()
                && Path.of(credentials).equals(file.toAbsolutePath().getParent());
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] privately(Path file) {
        return isPosix(file)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /**
     * Puts a file in the place of another one at once, when all of it is on the disk. The new one has the owner, the group and the
     * rights of the old one, or the mode 0600 if there was none. If the old one is a link, what it leads to is replaced. Until then
     * the new one is beside it as {@code .NAME.next}; what a process that was killed left there is overwritten.
     *
     * <p>One process at a time: hold a lock of {@link #withLock}.
     *
     * @param file the one to replace, or to make
     * @param content what is in it
     * @throws IOException if it cannot be written; the old one is as it was
     * @throws ToolException if this is root and somebody else can write to the folder
     */
    public static void replace(Path file, byte[] content) throws IOException {
        Path target = target(file).toAbsolutePath();
        requireFolderOfRoot(target);
        Path next = target.resolveSibling("." + target.getFileName() + ".next");
        Files.deleteIfExists(next);
        try {
            try (FileChannel channel = FileChannel.open(
                    next,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS),
                    privately(target))) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            if (Files.exists(target) && isPosix(target)) {
                PosixFileAttributes old = Files.readAttributes(target, PosixFileAttributes.class);
                giveTo(next, old);
                Files.getFileAttributeView(next, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setPermissions(old.permissions());
            }
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /**
     * Who can write to a folder, or to one above it, can put a link in the place of any file in it, at any moment, and root would
     * write to what it leads to or give it away.
     */
    private static void requireFolderOfRoot(Path file) throws IOException {
        Path parent = file.getParent();
        if (!isPosix(file) || parent == null || !"root".equals(System.getProperty("user.name"))) {
            return;
        }
        for (Path folder = parent.toRealPath(); folder != null; folder = folder.getParent()) {
            PosixFileAttributes attributes = Files.readAttributes(folder, PosixFileAttributes.class);
            boolean sticky = ((int) Files.getAttribute(folder, "unix:mode") & STICKY) != 0;
            boolean others = attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                    || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
            if (!attributes.owner().getName().equals("root") || (others && !sticky)) {
                throw new ToolException("root must not write to " + parent + ", as somebody else can write to " + folder
                        + "; do this as the owner of that folder, or let it belong to root");
            }
        }
    }

    /** What root writes for an agent must stay the agent's, or it could not read its secrets any more. */
    private static void giveTo(Path made, PosixFileAttributes old) throws IOException {
        PosixFileAttributeView rights =
                Files.getFileAttributeView(made, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes now = rights.readAttributes();
        if (!now.group().equals(old.group())) {
            rights.setGroup(old.group());
        }
        if (!now.owner().equals(old.owner())) {
            rights.setOwner(old.owner());
        }
    }

    /** Where a file really is: two names of it have the same lock. */
    private static Path target(Path file) throws IOException {
        return Files.exists(file) ? file.toRealPath() : file;
    }

    /** What is done while a lock is held. */
    @FunctionalInterface
    public interface Change<T> {

        /**
         * Does it.
         *
         * @return what is returned
         * @throws IOException if a file cannot be read or written
         */
        T make() throws IOException;
    }

    /**
     * Does something while no other process does so that asks here for the same file.
     *
     * @param <T> what is returned
     * @param file which one; the lock is on a file beside it with {@code .lock} at its end, which stays there
     * @param change what is done
     * @return what it returned
     * @throws IOException if it threw that, or the lock cannot be had
     */
    public static <T> T withLock(Path file, Change<T> change) throws IOException {
        Path target = target(file).toAbsolutePath();
        requireFolderOfRoot(target);
        Path lockFile = target.resolveSibling(target.getFileName() + ".lock");
        try {
            Files.createFile(lockFile, privately(lockFile));
            if (Files.exists(target) && isPosix(target)) {
                giveTo(lockFile, Files.readAttributes(target, PosixFileAttributes.class));
            }
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)) {
                throw new ToolException("the lock " + lockFile + " is no regular file; delete it");
            }
        }
        TURN.lock();
        try (FileChannel channel = open(lockFile);
                FileLock lock = channel.lock()) {
            if (!lock.isValid()) {
                throw new IOException("the lock was lost");
            }
            return change.make();
        } finally {
            TURN.unlock();
        }
    }

    private static FileChannel open(Path lockFile) throws IOException {
        try {
            return FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (AccessDeniedException e) {
            throw new ToolException("the lock " + lockFile + " is somebody else's; delete it, or do this as its owner");
        }
    }
}
