package io.agentsecrets.examples.vault;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.contract.SecretBackendContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class VaultBackendContractTest extends SecretBackendContract {

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static HttpServer server;

    @BeforeAll
    static void serves_secrets() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(THREADS);
        server.createContext("/", VaultBackendContractTest::answer);
        server.start();
    }

    @AfterAll
    static void stops() {
        server.stop(0);
        THREADS.shutdownNow();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestURI().getRawPath()) {
            case "/v1/secret/data/db" -> reply(exchange, 200, 0);
            case "/v1/secret/data/leased" -> reply(exchange, 200, TIME_TO_LIVE.toSeconds());
            case "/v1/secret/data/denied" -> reply(exchange, 403, 0);
            default -> reply(exchange, 404, 0);
        }
    }

    private static void reply(HttpExchange exchange, int status, long lease) throws IOException {
        String fields = JsonNodeFactory.instance
                .objectNode()
                .put("plain", PLAIN)
                .put("strange", STRANGE)
                .toString();
        String json = status == 200
                ? "{\"lease_duration\":" + lease + ",\"data\":{\"data\":" + fields + "}}"
                : "{\"errors\":[\"" + PLAIN + "\"]}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    protected SecretBackend backend() throws VaultException {
        return new VaultBackend(VaultSettings.of(
                Map.of("VAULT_ADDR", "http://localhost:" + server.getAddress().getPort(), "VAULT_TOKEN", "t")));
    }

    @Override
    protected Handle plain() {
        return new Handle("secret/db#plain");
    }

    @Override
    protected Handle strange() {
        return new Handle("secret/db#strange");
    }

    @Override
    protected Handle unknown() {
        return new Handle("secret/none#plain");
    }

    @Override
    protected Optional<Handle> shortLived() {
        return Optional.of(new Handle("secret/leased#plain"));
    }

    @Override
    protected Optional<Handle> refused() {
        return Optional.of(new Handle("secret/denied#plain"));
    }
}
