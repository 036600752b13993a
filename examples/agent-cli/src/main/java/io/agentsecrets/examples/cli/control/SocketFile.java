package io.agentsecrets.examples.cli.control;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The file of a control socket, of mode 0600. It is created in a private folder and moved to its place when its mode keeps
 * others from connecting. It replaces only a socket of this user on which no agent listens, and deletes only the file that
 * it created.
 */
final class SocketFile {

    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path path;
    private final ServerSocketChannel server;
    private final UserPrincipal owner;
    private final @Nullable Object fileKey;

    private SocketFile(Path path, ServerSocketChannel server) throws IOException {
        this.path = path;
        this.server = server;
        this.owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
        this.fileKey = fileKey(path);
    }

    /**
     * Creates a socket and listens.
     *
     * @throws ConfigException if an agent listens there, or if there is another file that no agent of this user left behind
     * @throws IOException if no socket can be created there
     */
    static SocketFile listen(Path path) throws IOException {
        if (ControlClient.isAnswered(path)) {
            throw wrong(
                    path, "another agent with this configuration is running; stop it, or set another control_socket");
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Path made = null;
        try {
            made = Files.createTempDirectory(path.getParent(), ".agent").resolve("s");
            server.bind(UnixDomainSocketAddress.of(made));
            if (Files.getFileAttributeView(made, PosixFileAttributeView.class) != null) {
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            }
            requireReplaceable(path, Files.getOwner(made));
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new SocketFile(path, server);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        } finally {
            if (made != null) {
                Files.deleteIfExists(made);
                Files.deleteIfExists(made.getParent());
            }
        }
    }

    private static void requireReplaceable(Path path, UserPrincipal user) throws IOException {
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path) || !user.equals(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS))) {
            throw wrong(
                    path,
                    "control_socket names something that is no socket of an agent of this user, so it is left as it is;"
                            + " set another path");
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & TYPE) == SOCKET;
    }

    private static ConfigException wrong(Path path, String problem) {
        return new ConfigException(FailureKind.SETTINGS, path.toString(), problem);
    }

    private static @Nullable Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    ServerSocketChannel server() {
        return server;
    }

    /** The user that runs this agent. */
    UserPrincipal owner() {
        return owner;
    }

    /** Stops listening and deletes the file, unless another one has replaced it. */
    void close() {
        try {
            server.close();
            Object now = Files.notExists(path, LinkOption.NOFOLLOW_LINKS) ? null : fileKey(path);
            if (now != null && now.equals(fileKey)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(SocketFile.class).warn("the control socket {} cannot be removed", path);
        }
    }
}
