package io.agentsecrets.examples.keyring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files that only their owner may read, on file systems that have such rights. */
final class PrivateFiles {

    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private PrivateFiles() {}

    /**
     * Sees that nobody else can read or change a file.
     *
     * @throws KeyringException if somebody can, or it is no file
     */
    static void requirePrivate(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new KeyringException(file + (Files.exists(file) ? " is no regular file" : " does not exist"));
            }
            if (!isPosix(file)) {
                return;
            }
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            if (!OWNER.containsAll(attributes.permissions())) {
                throw new KeyringException("others have rights on " + file + "; chmod 0600 '" + file + "'");
            }
        } catch (NoSuchFileException e) {
            throw new KeyringException(file + " does not exist");
        } catch (IOException e) {
            throw new KeyringException(
                    "the rights on " + file + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    static FileAttribute<?>[] privately(Path file) {
        return isPosix(file)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Puts a file in the place of another one at once, when all of it is on the disk. */
    static void replace(Path file, byte[] content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path next = Files.createTempFile(folder, ".keyring", null, privately(file));
        try {
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }
}
