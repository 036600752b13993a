package io.agentsecrets.examples.cli.control;

import io.agentsecrets.ConfigException;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import io.agentsecrets.examples.cli.output.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control socket of a running agent: a Unix domain socket of mode 0600, through which commands of the same user and of
 * root send requests.
 *
 * <p>Eight requests are answered at the same time, others wait. Clients that send or read nothing, or a lack of file
 * descriptors, do not stop the server. A client gets a blank line at once and another one every few seconds while its answer
 * is prepared, so that it can tell a busy agent from one that hangs.
 */
public final class ControlServer implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(ControlServer.class);
    private static final int AT_ONCE = 8;
    private static final int WAITING = 64;
    private static final int MAX_REQUEST = 4096;
    private static final int BEATS = 6;

    /** A sign of life. JSON allows it before the answer. */
    private static final byte[] SIGN_OF_LIFE = {'\n'};

    private static final Duration REFUSAL = Duration.ofSeconds(5);

    private final SocketFile socket;
    private final Peers peers;
    private final Function<ControlRequest, Answer> answers;
    private final Duration patience;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(AT_ONCE, AT_ONCE, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), work -> {
                return daemon(work, "agent-control-client");
            });
    private final ScheduledThreadPoolExecutor beats =
            new ScheduledThreadPoolExecutor(1, work -> daemon(work, "agent-control-beat"));

    private ControlServer(SocketFile socket, Function<ControlRequest, Answer> answers, Duration patience) {
        this.socket = socket;
        this.peers = new Peers(socket.owner());
        this.answers = answers;
        this.patience = patience;
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Listens until it is closed.
     *
     * @param path the place of the socket; one that an agent left behind is replaced
     * @param answers answers requests, several at the same time
     * @return the server
     * @throws ConfigException if another agent listens there already, or there is another file
     * @throws IOException if the socket cannot be created
     */
    public static ControlServer listen(Path path, Function<ControlRequest, Answer> answers) throws IOException {
        return listen(path, answers, Duration.ofSeconds(30));
    }

    /** Listens, with another limit for clients that send or read nothing. */
    static ControlServer listen(Path path, Function<ControlRequest, Answer> answers, Duration patience)
            throws IOException {
        ControlServer control = new ControlServer(SocketFile.listen(path), answers, patience);
        daemon(control::accept, "agent-control").start();
        return control;
    }

    /** Stops listening and drops all clients. */
    @Override
    public void close() {
        socket.close();
        threads.shutdownNow();
        beats.shutdownNow();
        clients.forEach(ControlServer::drop);
    }

    private void accept() {
        boolean failing = false;
        while (socket.server().isOpen()) {
            try {
                serveLater(socket.server().accept());
                failing = false;
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                // for example, no file descriptor or thread is left
                if (!failing) {
                    LOGGER.warn(
                            "no command can be answered for now: {}",
                            e.getClass().getName());
                }
                failing = true;
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serveLater(SocketChannel client) {
        clients.add(client);
        try {
            // cannot block: nothing was written before
            client.write(ByteBuffer.wrap(SIGN_OF_LIFE));
            Connection connection = new Connection(client, patience);
            ScheduledFuture<?> beat = beating(connection);
            try {
                threads.execute(() -> serve(client, connection, beat));
            } catch (RejectedExecutionException tooMany) {
                beat.cancel(false);
                beats.execute(() -> refuse(client));
            }
        } catch (IOException gone) {
            LOGGER.debug("a client was gone before it was accepted");
            clients.remove(client);
            drop(client);
        } catch (RuntimeException | OutOfMemoryError e) {
            clients.remove(client);
            drop(client);
            throw e;
        }
    }

    /** Refuses a request after reading it: closing a connection with unread data would lose the answer. */
    private void refuse(SocketChannel client) {
        try (Connection connection = new Connection(client, REFUSAL)) {
            connection.readLine(MAX_REQUEST);
            connection.write(json(Answer.error(ExitStatus.DROPPED, "the running agent is busy; try again later")));
        } catch (IOException gone) {
            LOGGER.debug("a client was gone before it was refused");
        } finally {
            clients.remove(client);
        }
    }

    private void serve(SocketChannel client, Connection connection, ScheduledFuture<?> beat) {
        try (connection) {
            byte[] request = request(connection);
            if (request == null) {
                return;
            }
            Answer answer = peers.mayAsk(client)
                    ? answers.apply(ControlRequest.of(new String(request, StandardCharsets.UTF_8)))
                    : Answer.error(
                            ExitStatus.DROPPED,
                            "the running agent answers only " + socket.owner().getName() + " and root");
            connection.write(json(answer));
        } catch (IOException | RuntimeException e) {
            LOGGER.warn("a command could not be answered: {}", e.getClass().getName());
        } finally {
            beat.cancel(false);
            clients.remove(client);
        }
    }

    /** Returns the request of a client; null if the client only looked whether an agent listens, or sends nothing. */
    private static byte @Nullable [] request(Connection connection) {
        try {
            return connection.readLine(MAX_REQUEST);
        } catch (IOException e) {
            LOGGER.debug("a client sent no request: {}", e.getClass().getName());
            return null;
        }
    }

    /** Gives signs of life from now on, also while the client waits for its turn. */
    private ScheduledFuture<?> beating(Connection connection) {
        long pause = Math.max(1, patience.toMillis() / BEATS);
        return beats.scheduleWithFixedDelay(() -> beat(connection), pause, pause, TimeUnit.MILLISECONDS);
    }

    private static void beat(Connection connection) {
        try {
            connection.write(SIGN_OF_LIFE);
        } catch (IOException gone) {
            LOGGER.debug("a client is gone before it was answered");
        }
    }

    private static byte[] json(Answer answer) {
        return Json.text(json -> {
                    json.writeStartObject();
                    json.writeNumberField("status", answer.status());
                    json.writeStringField("out", answer.out());
                    json.writeStringField("err", answer.err());
                    json.writeEndObject();
                })
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void drop(SocketChannel client) {
        try {
            client.close();
        } catch (IOException alreadyClosed) {
            LOGGER.debug("a client was gone already");
        }
    }
}
