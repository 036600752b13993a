package io.agentsecrets.examples.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A stand-in for a Kubernetes API server, over TLS with an authority of its own, and the files of a pod that may ask it. */
final class ApiServer implements AutoCloseable {

    private static final String PASSWORD = "password";

    /** Method, path and Authorization of each request. */
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpsServer server;
    private final Path account;

    ApiServer(Path folder) throws Exception {
        account = Files.createDirectory(folder.resolve("account"));
        Files.writeString(account.resolve("token"), "pod-token\n");
        SSLContext context = context(certificates(folder));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The folder with the token and ca.crt. */
    Path account() {
        return account;
    }

    /** The variables of a pod. */
    Map<String, String> environment() {
        return Map.of(
                "KUBERNETES_SERVICE_HOST",
                "127.0.0.1",
                "KUBERNETES_SERVICE_PORT",
                String.valueOf(server.getAddress().getPort()));
    }

    KubernetesSecrets secrets() {
        return new KubernetesSecrets(environment(), account);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + authorization);
        try (exchange) {
            if (!"Bearer pod-token".equals(authorization)) {
                reply(exchange, 401, status("Unauthorized", "canary " + authorization));
                return;
            }
            switch (exchange.getRequestURI().getRawPath()) {
                case "/api/v1/namespaces/prod/secrets/db" ->
                    reply(
                            exchange,
                            200,
                            "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"db\"},\"type\":\"Opaque\",\"data\":{"
                                    + "\"user\":" + base64("datadog".getBytes(StandardCharsets.UTF_8))
                                    + ",\"plain\":" + base64("hunter22".getBytes(StandardCharsets.UTF_8))
                                    + ",\"strange\":"
                                    + base64(DirectoryContractTest.STRANGE.getBytes(StandardCharsets.UTF_8))
                                    + ",\"tls.key\":" + base64(new byte[] {1, (byte) 0xff}) + "}}");
                case "/api/v1/namespaces/prod/secrets/empty" -> reply(exchange, 200, "{\"kind\":\"Secret\"}");
                case "/api/v1/namespaces/prod/secrets/denied" ->
                    reply(exchange, 403, status("Forbidden", "canary secrets \"denied\" is forbidden"));
                case "/api/v1/namespaces/prod/secrets/moved" -> {
                    exchange.getResponseHeaders().add("Location", "https://attacker.invalid/");
                    reply(exchange, 307, "canary");
                }
                case "/api/v1/namespaces/prod/secrets/html" -> reply(exchange, 200, "<html>canary</html>");
                case "/api/v1/namespaces/prod/secrets/proxy" -> reply(exchange, 404, "<html>canary</html>");
                case "/api/v1/namespaces/prod/secrets/login" -> reply(exchange, 200, "{\"data\":{\"x\":\"Y2FuYXJ5\"}}");
                case "/api/v1/namespaces/prod/secrets/list" -> reply(exchange, 200, "[\"canary\"]");
                case "/api/v1/namespaces/prod/secrets/huge" -> reply(exchange, 200, "\"" + "canary".repeat(800_000));
                default -> reply(exchange, 404, status("NotFound", "secrets \"none\" not found"));
            }
        }
    }

    private static String base64(byte[] bytes) {
        return "\"" + Base64.getEncoder().encodeToString(bytes) + "\"";
    }

    private static String status(String reason, String message) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\""
                + message.replace("\"", "'") + "\",\"reason\":\"" + reason + "\"}";
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Makes an authority and a certificate that it signed for 127.0.0.1, and returns the server's key store. */
    private Path certificates(Path folder) throws Exception {
        Path authority = folder.resolve("ca.p12");
        Path store = folder.resolve("server.p12");
        Path request = folder.resolve("request");
        Path signed = folder.resolve("signed");
        keytool(authority, "-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=kubernetes", "-ext", "bc:c");
        keytool(authority, "-exportcert", "-rfc", "-alias", "ca", "-file", account.resolve("ca.crt") + "");
        keytool(store, "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=kube-apiserver");
        keytool(store, "-certreq", "-alias", "server", "-file", request + "");
        keytool(
                authority,
                "-gencert",
                "-alias",
                "ca",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-infile",
                request + "",
                "-outfile",
                signed + "");
        keytool(store, "-importcert", "-noprompt", "-alias", "ca", "-file", account.resolve("ca.crt") + "");
        keytool(store, "-importcert", "-noprompt", "-alias", "server", "-file", signed + "");
        return store;
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static SSLContext context(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
