package io.agentsecrets.examples.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.ConfigException;
import io.agentsecrets.examples.cli.output.Answer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The control socket and its clients, also those that misbehave. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "owners and modes of sockets are those of POSIX")
class ControlServerTest {

    private static final Duration LONG = Duration.ofSeconds(100);
    private static final ControlRequest REQUEST = new ControlRequest(ControlRequest.SECRET, true, false, false);

    @TempDir
    private Path home;

    private Path socket;
    private @Nullable ControlServer server;

    @BeforeEach
    void name_the_socket() {
        socket = home.resolve("agent.sock");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void listen(Duration patience, Function<ControlRequest, Answer> answers) throws IOException {
        server = ControlServer.listen(socket, answers, patience);
    }

    private static Answer echo(ControlRequest request) {
        return new Answer(7, request.command() + request.json(), "");
    }

    private Answer ask() {
        return ControlClient.ask(socket, REQUEST, LONG, LONG).orElseThrow();
    }

    @Test
    void answers_a_command() throws IOException {
        listen(LONG, ControlServerTest::echo);

        assertThat(ask()).isEqualTo(new Answer(7, "secrettrue", ""));
    }

    @Test
    void nobody_listens_where_there_is_no_socket_or_one_that_was_left_behind() throws IOException {
        Optional<Answer> noFile = ControlClient.ask(socket, REQUEST, LONG, LONG);
        leaveSocketBehind();

        assertThat(noFile).isEmpty();
        assertThat(ControlClient.ask(socket, REQUEST, LONG, LONG)).isEmpty();
    }

    @Test
    void takes_over_a_socket_that_was_left_behind_and_removes_its_own() throws IOException {
        leaveSocketBehind();

        listen(LONG, ControlServerTest::echo);
        assertThat(ask().status()).isEqualTo(7);
        Objects.requireNonNull(server).close();

        assertThat(home).isEmptyDirectory();
    }

    @Test
    void leaves_what_is_no_socket_alone() throws IOException {
        Files.writeString(socket, "precious");

        assertThatThrownBy(() -> listen(LONG, ControlServerTest::echo))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no socket of an agent");

        assertThat(socket).hasContent("precious");
    }

    @Test
    void leaves_a_link_alone() throws IOException {
        Path precious = Files.writeString(home.resolve("precious.txt"), "precious");
        Files.createSymbolicLink(socket, precious);

        assertThatThrownBy(() -> listen(LONG, ControlServerTest::echo)).isInstanceOf(ConfigException.class);

        assertThat(socket).isSymbolicLink();
        assertThat(precious).hasContent("precious");
    }

    @Test
    void does_not_remove_what_somebody_put_in_the_place_of_its_socket() throws IOException {
        listen(LONG, ControlServerTest::echo);
        Files.delete(socket);
        Files.writeString(socket, "precious");

        Objects.requireNonNull(server).close();

        assertThat(socket).hasContent("precious");
    }

    @Test
    void clients_that_send_nothing_keep_nobody_waiting_for_ever() throws IOException {
        listen(Duration.ofSeconds(2), ControlServerTest::echo);
        List<SocketChannel> silent = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            silent.add(connected());
        }

        assertThat(ask().status()).isEqualTo(7);

        for (SocketChannel channel : silent) {
            channel.close();
        }
    }

    @Test
    void more_clients_than_can_wait_are_told_that_the_agent_is_busy() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        listen(LONG, request -> waitFor(done));
        List<SocketChannel> waiting = new ArrayList<>();
        for (int i = 0; i < 8 + 64; i++) {
            SocketChannel channel = connected();
            new Connection(channel, LONG).write(REQUEST.toJson().getBytes(StandardCharsets.UTF_8));
            waiting.add(channel);
        }

        Answer refused = ask();
        done.countDown();

        assertThat(refused.err()).isEqualTo("agent: the running agent is busy; try again later\n");
        for (SocketChannel channel : waiting) {
            channel.close();
        }
    }

    @Test
    void an_agent_that_works_long_gives_signs_of_life() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        listen(Duration.ofSeconds(2), request -> waitFor(done));
        try (Connection connection = new Connection(connected(), LONG)) {
            connection.write(REQUEST.toJson().getBytes(StandardCharsets.UTF_8));

            List<byte[]> signs = List.of(connection.readLine(100), connection.readLine(100));
            done.countDown();
            byte[] line = connection.readLine(100);
            while (line.length == 0) {
                line = connection.readLine(100);
            }

            assertThat(signs).allMatch(sign -> sign.length == 0);
            assertThat(new String(line, StandardCharsets.UTF_8)).startsWith("{\"status\":7,");
        }
    }

    @Test
    void an_agent_that_hangs_is_an_error_and_not_silence() throws IOException {
        try (ServerSocketChannel hanging = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            hanging.bind(UnixDomainSocketAddress.of(socket));

            Answer answer = ControlClient.ask(socket, REQUEST, Duration.ofSeconds(1), LONG)
                    .orElseThrow();

            assertThat(answer.status()).isEqualTo(1);
            assertThat(answer.err())
                    .isEqualTo("agent: the agent that listens at " + socket
                            + " has not answered for 1 s; if its process is stopped, continue it with kill -CONT;"
                            + " if it hangs, restart it\n");
        }
    }

    @Test
    void an_agent_that_falls_silent_after_it_accepted_a_request_gets_more_time() throws Exception {
        try (ServerSocketChannel accepting = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            accepting.bind(UnixDomainSocketAddress.of(socket));
            Thread accepts = new Thread(() -> {
                try (SocketChannel client = accepting.accept();
                        Connection connection = new Connection(client, LONG)) {
                    connection.write(new byte[] {'\n'});
                    connection.readAll(LONG);
                } catch (IOException e) {
                    // the client gave up
                }
            });
            accepts.start();

            Answer answer = ControlClient.ask(socket, REQUEST, LONG, Duration.ofSeconds(1))
                    .orElseThrow();

            assertThat(answer.err()).contains(" has not answered for 1 s; ");
            accepts.join();
        }
    }

    @Test
    void a_request_that_has_to_wait_gets_signs_of_life() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        listen(Duration.ofSeconds(2), request -> waitFor(done));
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 8 + 1; i++) {
            SocketChannel channel = connected();
            new Connection(channel, LONG).write(REQUEST.toJson().getBytes(StandardCharsets.UTF_8));
            clients.add(channel);
        }

        Connection waiting = new Connection(clients.get(8), LONG);
        List<byte[]> signs = List.of(waiting.readLine(100), waiting.readLine(100), waiting.readLine(100));
        done.countDown();

        assertThat(signs).allMatch(sign -> sign.length == 0);
        for (SocketChannel channel : clients) {
            channel.close();
        }
    }

    @Test
    void an_agent_that_ends_before_it_answers_is_an_error() throws Exception {
        try (ServerSocketChannel ending = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            ending.bind(UnixDomainSocketAddress.of(socket));
            Thread end = new Thread(() -> {
                try (SocketChannel client = ending.accept();
                        Connection connection = new Connection(client, LONG)) {
                    connection.readLine(4096);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            end.start();

            Answer answer = ask();

            assertThat(answer.err()).isEqualTo("agent: the running agent ended before it answered; its log says why\n");
            end.join();
        }
    }

    private static Answer waitFor(CountDownLatch done) {
        try {
            done.await();
            return new Answer(7, "", "");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Answer(1, "", "");
        }
    }

    private SocketChannel connected() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    private void leaveSocketBehind() throws IOException {
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
    }
}
