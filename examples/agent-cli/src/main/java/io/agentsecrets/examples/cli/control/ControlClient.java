package io.agentsecrets.examples.cli.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentsecrets.examples.cli.output.Answer;
import io.agentsecrets.examples.cli.output.ExitStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Asks a running agent through its control socket. */
public final class ControlClient {

    private ControlClient() {}

    /**
     * Sends a request.
     *
     * @return the answer, or nothing if no agent listens
     */
    public static Optional<Answer> ask(Path socket, ControlRequest request) {
        if (!Files.exists(socket)) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer line = ByteBuffer.wrap(request.toJson().getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            return answer(Channels.newInputStream(channel));
        } catch (IOException nobodyListens) {
            return Optional.empty();
        }
    }

    /** Whether an agent listens. */
    public static boolean isAnswered(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException nobodyListens) {
            return false;
        }
    }

    private static Optional<Answer> answer(InputStream in) throws IOException {
        int status = ExitStatus.UNUSABLE;
        String out = "";
        String err = "";
        try (JsonParser parser = new JsonFactory().createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty(); // it ended while it was asked
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
        return Optional.of(new Answer(status, out, err));
    }
}
