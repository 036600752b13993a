package io.agentsecrets.examples.cli.control;

import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control socket of a running agent: a Unix domain socket of mode 0600, over which commands of the same user ask it.
 *
 * <p>It is made in a private folder and moved into place when nobody else can connect to it any more. Who connects is looked
 * at once more, where the system tells.
 */
public final class ControlServer implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(ControlServer.class);
    private static final int MAX_CLIENTS = 8;
    private static final int MAX_REQUEST = 4096;

    private final Path path;
    private final ServerSocketChannel server;
    private final Function<ControlRequest, Answer> answers;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(0, MAX_CLIENTS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                Thread thread = new Thread(work, "agent-control-client");
                thread.setDaemon(true);
                return thread;
            });

    private ControlServer(Path path, ServerSocketChannel server, Function<ControlRequest, Answer> answers) {
        this.path = path;
        this.server = server;
        this.answers = answers;
    }

    /**
     * Listens until it is closed.
     *
     * @param path where the socket is made; one that an agent left behind is replaced
     * @param answers what answers requests, several at once
     * @throws ConfigException if another agent listens there already
     * @throws IOException if the socket cannot be made
     */
    public static ControlServer listen(Path path, Function<ControlRequest, Answer> answers) throws IOException {
        if (ControlClient.isAnswered(path)) {
            throw new ConfigException(
                    FailureKind.SETTINGS,
                    path.toString(),
                    "another agent with this configuration is running; stop it, or set another control_socket");
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Path folder = Files.createTempDirectory(path.getParent(), ".agent");
        try {
            Path made = folder.resolve("s");
            server.bind(UnixDomainSocketAddress.of(made));
            if (Files.getFileAttributeView(made, PosixFileAttributeView.class) != null) {
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            }
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException e) {
            server.close();
            Files.deleteIfExists(folder.resolve("s"));
            throw e;
        } finally {
            Files.deleteIfExists(folder);
        }
        ControlServer control = new ControlServer(path, server, answers);
        Thread acceptor = new Thread(control::accept, "agent-control");
        acceptor.setDaemon(true);
        acceptor.start();
        return control;
    }

    /** Stops listening and drops who is connected. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
            server.close();
        } catch (IOException e) {
            LOGGER.warn("the control socket {} cannot be removed", path);
        }
        threads.shutdownNow();
        clients.forEach(ControlServer::drop);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                clients.add(client);
                try {
                    threads.execute(() -> serve(client));
                } catch (RejectedExecutionException tooMany) {
                    clients.remove(client);
                    drop(client);
                }
            }
        } catch (IOException closed) {
            // nobody can be served any more
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            if (!isSameUser(client)) {
                return;
            }
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8), MAX_REQUEST);
            Answer answer = answers.apply(ControlRequest.of(line(in)));
            ByteBuffer reply = ByteBuffer.wrap(json(answer).getBytes(StandardCharsets.UTF_8));
            while (reply.hasRemaining()) {
                client.write(reply);
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.warn("a command could not be answered: {}", e.getClass().getName());
        } finally {
            clients.remove(client);
        }
    }

    private static String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c >= 0 && c != '\n') {
            if (line.length() == MAX_REQUEST) {
                throw new IOException("a request is too long");
            }
            line.append((char) c);
            c = in.read();
        }
        return line.toString();
    }

    private static String json(Answer answer) {
        return Json.text(json -> {
            json.writeStartObject();
            json.writeNumberField("status", answer.status());
            json.writeStringField("out", answer.out());
            json.writeStringField("err", answer.err());
            json.writeEndObject();
        });
    }

    private boolean isSameUser(SocketChannel client) throws IOException {
        if (!client.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
            return true; // the mode of the socket has to do
        }
        return client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(Files.getOwner(path));
    }

    private static void drop(SocketChannel client) {
        try {
            client.close();
        } catch (IOException alreadyClosed) {
            // nobody reads it any more
        }
    }
}
