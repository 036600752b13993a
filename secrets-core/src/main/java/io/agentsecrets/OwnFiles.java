package io.agentsecrets;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access to files that belong to the user of this process. Another user's file, a link or a folder is never opened or
 * changed: a {@link ForeignFileException} says what was found. Used by one thread at a time.
 */
public final class OwnFiles {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private @Nullable UserPrincipal user;

    /** Creates the access; no file is touched yet. */
    public OwnFiles() {}

    /**
     * Creates an empty file that nobody else can read, unless the file exists.
     *
     * @param path the file
     * @throws IOException if it cannot be created, or exists and is not ours
     */
    public void create(Path path) throws IOException {
        try {
            Files.createFile(path, attributes(path));
        } catch (FileAlreadyExistsException e) {
            require(path);
        }
    }

    private static FileAttribute<?>[] attributes(Path path) {
        return posix(path) == null
                ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PRIVATE)};
    }

    /**
     * Tells whether a file exists.
     *
     * @param path the file
     * @return false if there is none
     * @throws IOException if it is not ours
     */
    public boolean isThere(Path path) throws IOException {
        try {
            require(path);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Opens a file that exists.
     *
     * @param path the file
     * @param options how to open it
     * @return an open channel
     * @throws IOException if it is not ours, or cannot be opened
     */
    public FileChannel open(Path path, OpenOption... options) throws IOException {
        BasicFileAttributes checked = require(path);
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(path, all);
        if (!Objects.equals(checked.fileKey(), read(path).fileKey())) {
            channel.close();
            throw new ForeignFileException(path, "it was exchanged while it was opened; see who changes it");
        }
        return channel;
    }

    private BasicFileAttributes require(Path path) throws IOException {
        BasicFileAttributes attributes = read(path);
        if (!attributes.isRegularFile()) {
            throw new ForeignFileException(path, "it is a link or no file; name a file, not a link to it");
        }
        if (path.getFileSystem().supportedFileAttributeViews().contains("owner")) {
            UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
            UserPrincipal user = user(path);
            if (!owner.equals(user)) {
                throw new ForeignFileException(
                        path,
                        "it belongs to the user " + OneLine.of(owner.getName()) + ", and this agent runs as "
                                + OneLine.of(user.getName()) + "; name another file");
            }
        }
        return attributes;
    }

    private static BasicFileAttributes read(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns the owner of the files that this process creates here: not always its own user (network shares, Windows). */
    private UserPrincipal user(Path path) throws IOException {
        UserPrincipal known = user;
        if (known == null) {
            Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file has a folder");
            Path probe = Files.createTempFile(folder, "." + path.getFileName(), ".tmp");
            try {
                known = Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
            } finally {
                Files.deleteIfExists(probe);
            }
            user = known;
        }
        return known;
    }

    /**
     * Removes the rights of others on a file, which it may have got from a volume's fsGroup. An empty file with such rights
     * is refused, as nothing in it shows that it is ours.
     *
     * @param path a file that is ours by its text, or an empty one
     * @param isEmpty whether it is empty
     * @throws ForeignFileException if it is empty and others have rights on it
     * @throws IOException if its rights cannot be read or changed
     */
    public static void removeRightsOfOthers(Path path, boolean isEmpty) throws IOException {
        PosixFileAttributeView view = posix(path);
        if (view == null || PRIVATE.containsAll(view.readAttributes().permissions())) {
            return;
        }
        if (isEmpty) {
            throw new ForeignFileException(
                    path, "others have rights on it; name another file, or: " + ShellWord.command("chmod 0600", path));
        }
        view.setPermissions(PRIVATE);
    }

    /**
     * Says why a file cannot be written, and what to do where that is known.
     *
     * @param path the file
     * @param e what its file system threw
     * @return a reason for a log
     */
    public static String problem(Path path, FileSystemException e) {
        Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file has a folder");
        if (e instanceof NoSuchFileException && Files.notExists(folder)) {
            return "its folder does not exist; " + ShellWord.command("mkdir -p", folder);
        }
        if (e instanceof AccessDeniedException) {
            return "the user that runs this agent may not write there; see who may: "
                    + ShellWord.command("namei -l", folder);
        }
        String name = e.getClass().getSimpleName();
        String reason = e.getReason();
        return reason == null ? name : e instanceof ForeignFileException ? reason : name + " (" + reason + ")";
    }

    private static @Nullable PosixFileAttributeView posix(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
}
