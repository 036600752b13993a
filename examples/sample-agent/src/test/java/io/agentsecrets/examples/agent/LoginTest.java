package io.agentsecrets.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A check at a web server that locks the account after three wrong logins, while its password changes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executable is a shell script")
class LoginTest {

    private static final int LOCKED_AFTER = 3;

    @TempDir
    private Path folder;

    private HttpServer server;
    private volatile String password = "p1";
    private volatile int wrong;
    private volatile boolean locked;

    @BeforeEach
    void a_server() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::judge);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** Counts wrong logins since the last password; three lock the account for ever. Called by one thread. */
    private void judge(HttpExchange exchange) throws IOException {
        String credentials = "agent:" + password;
        String expected = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        boolean isRight = expected.equals(exchange.getRequestHeaders().getFirst("Authorization"));
        wrong = isRight ? wrong : wrong + 1;
        locked |= wrong >= LOCKED_AFTER;
        exchange.sendResponseHeaders(isRight && !locked ? 200 : 401, -1);
        exchange.close();
    }

    private boolean accepts(Map<Handle, SecretValue> login) {
        String credentials = text(login, "user") + ":" + text(login, "password");
        try {
            URL url = new URL(
                    "http",
                    server.getAddress().getHostString(),
                    server.getAddress().getPort(),
                    "/");
            HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
            connection.setRequestProperty(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Map<Handle, SecretValue> login, String handle) {
        return Objects.requireNonNull(login.get(new Handle(handle))).reveal();
    }

    @Test
    void an_account_that_is_locked_after_three_wrong_logins_survives_every_rotation() throws IOException {
        Store store = new Store(folder, "agent", "p1");
        Login login = new Login(store.resolver(), Store.SOURCE, this::accepts);
        assertThat(login.logIn()).isTrue();

        for (int generation = 2; generation <= 6; generation++) {
            password = "p" + generation; // the server is first, as so often
            wrong = 0;
            int calls = store.calls();
            for (int run = 0; run < 50; run++) {
                assertThat(login.logIn()).isFalse();
            }
            assertThat(wrong).as("the old password was tried once").isEqualTo(1);
            assertThat(store.calls()).as("the store was asked once").isEqualTo(calls + 1);

            store.put("agent", password);
            store.minuteLater();
            assertThat(login.logIn()).isTrue();
            store.minuteLater();
        }
        assertThat(locked).isFalse();
        assertThat(wrong).isEqualTo(1);
    }

    @Test
    void a_store_that_changes_before_the_server_costs_one_wrong_login_and_no_failed_run() throws IOException {
        Store store = new Store(folder, "agent", "p1");
        Login login = new Login(store.resolver(), Store.SOURCE, this::accepts);
        store.put("agent", "p2");
        password = "p2";

        assertThat(login.logIn()).isTrue();

        assertThat(wrong).isEqualTo(1);
    }

    @Test
    void the_server_locks_out_whoever_tries_the_old_password_again_and_again() throws IOException {
        Store store = new Store(folder, "agent", "p1");
        password = "p2";
        for (int run = 0; run < LOCKED_AFTER; run++) {
            assertThat(accepts(store.resolver().values(Store.SOURCE))).isFalse();
        }

        assertThat(locked).isTrue();
    }

    @Test
    void the_documentation_shows_these_lines() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/agentsecrets/examples/agent/Login.java"));
        String shown = source.split(" *// shown\n", -1)[1].indent(-4);

        assertThat(Files.readString(Path.of("../../docs/rotation.md"))).contains("```java\n" + shown + "```\n");
        assertThat(Files.readString(Path.of("../../README.md"))).contains("```java\n" + shown + "```\n");
    }
}
