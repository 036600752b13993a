package io.agentsecrets.examples.cli.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a running agent through its control socket. */
public final class ControlClient {

    /** How long is waited for the first sign of life. An agent sends it at once, even on a busy machine within a few seconds. */
    private static final Duration ACKNOWLEDGEMENT = Duration.ofSeconds(30);

    /** How long is waited for each later sign of life. An agent that prepares an answer sends one every few seconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private ControlClient() {}

    /**
     * Sends a request.
     *
     * @param socket where an agent may listen
     * @param request what to ask
     * @return the answer, or an error that says why there is none; empty only if no agent listens
     */
    public static Optional<Answer> ask(Path socket, ControlRequest request) {
        return ask(socket, request, ACKNOWLEDGEMENT, PATIENCE);
    }

    /** Sends a request, with other time limits for the first sign of life and for each later one. */
    static Optional<Answer> ask(Path socket, ControlRequest request, Duration acknowledgement, Duration patience) {
        try (Connection connection = connected(socket, acknowledgement, patience)) {
            if (connection == null) {
                return Optional.empty();
            }
            connection.write(request.toJson().getBytes(StandardCharsets.UTF_8));
            return Optional.of(answer(connection.readAll(acknowledgement)));
        } catch (SocketTimeoutException e) {
            return failed(socket, silent(e));
        } catch (IOException e) {
            return failed(socket, "cannot be asked (" + reason(e) + "); ask as its user or as root");
        }
    }

    /** Says that an agent was silent for too long. */
    private static String silent(SocketTimeoutException e) {
        return "has not answered for " + e.getMessage()
                + "; if its process is stopped, continue it with kill -CONT; if it hangs, restart it";
    }

    /**
     * Whether an agent listens.
     *
     * @throws ConfigException if that cannot be found out
     */
    static boolean isAnswered(Path socket) {
        try (Connection connection = connected(socket, ACKNOWLEDGEMENT, PATIENCE)) {
            return connection != null;
        } catch (SocketTimeoutException e) {
            throw unusable(socket, "the agent that listens there " + silent(e));
        } catch (IOException e) {
            throw unusable(
                    socket,
                    "control_socket cannot be used (" + reason(e)
                            + "); set it to a short path in a folder that this user may write to");
        }
    }

    private static ConfigException unusable(Path socket, String problem) {
        return new ConfigException(FailureKind.SETTINGS, socket.toString(), problem);
    }

    /** Returns a connection to an agent; null if none listens. */
    private static @Nullable Connection connected(Path socket, Duration acknowledgement, Duration patience)
            throws IOException {
        if (Files.notExists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        Connection connection;
        try {
            connection = new Connection(SocketChannel.open(StandardProtocolFamily.UNIX), patience);
        } catch (UnsupportedOperationException olderSystem) {
            return null;
        }
        try {
            connection.connect(UnixDomainSocketAddress.of(socket), acknowledgement);
            return connection;
        } catch (ConnectException nobodyListens) {
            connection.close();
            return null;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static Optional<Answer> failed(Path socket, String problem) {
        return Optional.of(Answer.error(ExitStatus.DROPPED, "the agent that listens at " + socket + " " + problem));
    }

    private static String reason(IOException e) {
        if (e instanceof JsonProcessingException) {
            return "its answer is cut off"; // the message might quote it
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static Answer answer(byte[] reply) throws IOException {
        int status = ExitStatus.DROPPED;
        String out = "";
        String err = "";
        try (JsonParser parser = new JsonFactory().createParser(reply)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Answer.error(ExitStatus.DROPPED, "the running agent ended before it answered; its log says why");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "status" -> status = parser.getIntValue();
                    case "out" -> out = parser.getText();
                    case "err" -> err = parser.getText();
                    default -> parser.skipChildren();
                }
            }
        }
        return new Answer(status, out, err);
    }
}
