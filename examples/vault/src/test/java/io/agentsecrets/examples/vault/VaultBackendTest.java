package io.agentsecrets.examples.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretValue;
import io.agentsecrets.resolver.SecretResolver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against replies as Vault's API documents them, over real HTTP and TLS. {@link RealVaultTest} asks a real Vault. */
class VaultBackendTest {

    private static final String DB =
            "{\"request_id\":\"r\",\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":%d,\"data\":"
                    + "{\"data\":{\"user\":\"datadog\",\"password\":\"s3cr3t\",\"port\":5432,\"tls\":true,\"nested\":{\"a\":1},"
                    + "\"null\":null},\"metadata\":{\"created_time\":\"2026-01-01T00:00:00Z\",\"deletion_time\":\"\",\"destroyed\":false,"
                    + "\"version\":3}},\"wrap_info\":null,\"warnings\":null,\"auth\":null}";
    private static final String DELETED =
            "{\"request_id\":\"r\",\"data\":{\"data\":null,\"metadata\":{\"deletion_time\":"
                    + "\"2026-01-01T00:00:00Z\",\"destroyed\":false,\"version\":1}}}";

    @TempDir
    private Path folder;

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> environment = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
        threads.shutdownNow();
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private void serve(HttpServer created, String scheme, Answer answer) {
        server = created;
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("X-Vault-Token") + " "
                    + exchange.getRequestHeaders().getFirst("X-Vault-Namespace"));
            try (exchange) {
                answer.to(exchange);
            } catch (InterruptedException atTheEnd) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        environment.put(
                "VAULT_ADDR", scheme + "://localhost:" + server.getAddress().getPort());
        environment.put("VAULT_TOKEN", "token-canary");
    }

    private void serve(Answer answer) throws IOException {
        serve(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), "http", answer);
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestURI().getRawPath()) {
            case "/v1/secret/data/db" -> reply(exchange, 200, DB.formatted(0));
            case "/v1/secret/data/leased" -> reply(exchange, 200, DB.formatted(90));
            case "/v1/secret/data/deleted" -> reply(exchange, 404, DELETED);
            case "/v1/secret/data/denied" ->
                reply(exchange, 403, "{\"errors\":[\"1 error: token-canary permission denied\"]}");
            case "/v1/auth/approle/login", "/v1/auth/k8s/login" -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                boolean right = body.equals("{\"role_id\":\"r1\",\"secret_id\":\"s1\"}")
                        || body.equals("{\"role\":\"agent\",\"jwt\":\"j1\"}");
                reply(
                        exchange,
                        right ? 200 : 400,
                        "{\"auth\":{\"client_token\":\"given-token\",\"lease_duration\":3600}}");
            }
            default -> reply(exchange, 404, "{\"errors\":[]}");
        }
    }

    private Map<Handle, FetchResult> fetch(String... handles) throws VaultException {
        Set<Handle> wanted = new java.util.LinkedHashSet<>();
        for (String handle : handles) {
            wanted.add(new Handle(handle));
        }
        return new VaultBackend(VaultSettings.of(environment)).fetch(wanted);
    }

    private String reason(String handle) throws VaultException {
        FetchResult result = fetch(handle).get(new Handle(handle));
        assertThat(result).isInstanceOf(FetchResult.Failed.class);
        String reason = ((FetchResult.Failed) result).reason();
        assertThat(reason).doesNotContain("canary");
        return reason;
    }

    @Test
    void one_request_serves_all_fields_of_a_path() throws Exception {
        serve(VaultBackendTest::answer);
        environment.put("VAULT_NAMESPACE", "team/a");

        Map<Handle, FetchResult> results =
                fetch("secret/db#user", "secret/db#password", "secret/db#port", "secret/db#tls");

        assertThat(results)
                .containsEntry(new Handle("secret/db#user"), FetchResult.found("datadog"))
                .containsEntry(new Handle("secret/db#password"), FetchResult.found("s3cr3t"))
                .containsEntry(new Handle("secret/db#port"), FetchResult.found("5432"))
                .containsEntry(new Handle("secret/db#tls"), FetchResult.found("true"));
        assertThat(requests).containsExactly("GET /v1/secret/data/db token-canary team/a");
    }

    @Test
    void a_lease_limits_how_long_the_value_is_used() throws Exception {
        serve(VaultBackendTest::answer);

        assertThat(fetch("secret/leased#user"))
                .containsValue(new FetchResult.Found(SecretValue.of("datadog"), Duration.ofSeconds(90)));
    }

    @Test
    void what_is_wrong_with_one_path_does_not_harm_another() throws Exception {
        serve(VaultBackendTest::answer);

        Map<Handle, FetchResult> results = fetch("secret/none#x", "secret/denied#x", "secret/db#user");

        assertThat(results.get(new Handle("secret/db#user"))).isEqualTo(FetchResult.found("datadog"));
        assertThat(reason("secret/none#x")).startsWith("there is nothing at this path");
        assertThat(reason("secret/denied#x")).startsWith("Vault denies this token to read this path");
        assertThat(reason("secret/deleted#x")).startsWith("its newest version is deleted");
        assertThat(reason("secret/db#none")).isEqualTo("the secret has no such field");
        assertThat(reason("secret/db#null")).isEqualTo("the secret has no such field");
        assertThat(reason("secret/db#nested")).isEqualTo("the field is no text");
    }

    @Test
    void what_does_not_exist_is_missing_and_what_is_denied_is_an_error() throws Exception {
        serve(VaultBackendTest::answer);

        assertThat(kind("secret/none#x")).isEqualTo(FailureKind.MISSING);
        assertThat(kind("secret/deleted#x")).isEqualTo(FailureKind.MISSING);
        assertThat(kind("secret/db#none")).isEqualTo(FailureKind.MISSING);
        assertThat(kind("secret/denied#x")).isEqualTo(FailureKind.BACKEND_ERROR);
    }

    private FailureKind kind(String handle) throws VaultException {
        return ((FetchResult.Failed) fetch(handle).get(new Handle(handle))).kind();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "db",
                "secret/db",
                "secret/db#",
                "#x",
                "secret#x",
                "/secret/db#x",
                "secret//db#x",
                "secret/../sys/seal#x",
                "secret/./db#x",
                "secret/..#x",
                "secret/a\nb#x",
                "secret/a\0b#x"
            })
    void what_is_no_place_is_never_asked_for(String handle) throws Exception {
        serve(VaultBackendTest::answer);

        assertThat(reason(handle)).startsWith("a handle must be MOUNT/PATH#FIELD");
        assertThat(requests).isEmpty();
    }

    @Test
    void no_sign_in_a_path_leads_to_another_endpoint() throws Exception {
        serve(VaultBackendTest::answer);

        fetch(
                "secret/a?list=true#x",
                "secret/a%2f..%2f..%2fsys#x",
                "secret/a#b#x",
                "secret/ä ö+#x",
                "secret/a\\..\\b#x",
                "secret/..;/x#x",
                "secret/a@b:c#x");

        assertThat(requests)
                .allMatch(request -> request.startsWith("GET /v1/secret/data/"))
                .noneMatch(request -> request.split(" ", -1)[1].contains("?"))
                .contains(
                        "GET /v1/secret/data/a%252f..%252f..%252fsys token-canary null",
                        "GET /v1/secret/data/a%23b token-canary null");
    }

    @Test
    void a_token_in_the_place_of_its_file_is_not_quoted() throws Exception {
        serve(VaultBackendTest::answer);
        environment.put("VAULT_TOKEN_FILE", "hvs.canary");

        assertThatThrownBy(() -> fetch("secret/db#user"))
                .hasMessage("the file that VAULT_TOKEN_FILE names cannot be read (no such file or folder)");
    }

    @Test
    void a_token_may_be_where_vault_login_puts_it() throws Exception {
        serve(VaultBackendTest::answer);
        environment.remove("VAULT_TOKEN");
        environment.put("HOME", folder.toString());
        assertThatThrownBy(() -> fetch("secret/db#user")).hasMessageStartingWith("there is no way to log in");
        Files.writeString(folder.resolve(".vault-token"), "stored-token\n");

        fetch("secret/db#user");

        assertThat(requests).containsExactly("GET /v1/secret/data/db stored-token null");
    }

    @Test
    void logs_in_once_by_app_role() throws Exception {
        serve(VaultBackendTest::answer);
        environment.put("VAULT_ROLE_ID", "r1");
        environment.put(
                "VAULT_SECRET_ID_FILE",
                Files.writeString(folder.resolve("id"), "s1\n").toString());

        fetch("secret/db#user", "secret/leased#user");

        assertThat(requests)
                .containsExactly(
                        "POST /v1/auth/approle/login null null",
                        "GET /v1/secret/data/db given-token null",
                        "GET /v1/secret/data/leased given-token null");
        environment.remove("VAULT_SECRET_ID_FILE");
        environment.put("VAULT_SECRET_ID", "wrong-canary");
        assertThat(reason("secret/db#user")).startsWith("Vault refused the login at auth/approle");
    }

    @Test
    void logs_in_as_a_service_account_of_kubernetes() throws Exception {
        serve(VaultBackendTest::answer);
        environment.put("VAULT_K8S_ROLE", "agent");
        environment.put("VAULT_K8S_MOUNT", "k8s");
        environment.put(
                "VAULT_K8S_JWT_FILE",
                Files.writeString(folder.resolve("jwt"), "j1").toString());

        fetch("secret/db#user");

        assertThat(requests)
                .containsExactly("POST /v1/auth/k8s/login null null", "GET /v1/secret/data/db given-token null");
    }

    @Test
    void a_login_that_fails_is_tried_once_however_many_paths_there_are() throws Exception {
        for (int status : new int[] {400, 404, 500}) {
            serve(exchange -> reply(exchange, status, "{}"));
            environment.put("VAULT_ROLE_ID", "r1");
            environment.put("VAULT_SECRET_ID", "s1");

            assertThat(fetch("secret/db#user", "secret/leased#user", "secret/deleted#x")
                            .values())
                    .hasSize(3)
                    .allMatch(FetchResult.Failed.class::isInstance);
            assertThat(requests).containsExactly("POST /v1/auth/approle/login null null");
            requests.clear();
            server.stop(0);
        }
    }

    @Test
    void a_token_of_a_hostile_server_becomes_no_header() throws Exception {
        serve(exchange -> reply(exchange, 200, "{\"auth\":{\"client_token\":\"canary\\r\\nX-Evil: 1\"}}"));
        environment.put("VAULT_ROLE_ID", "r1");
        environment.put("VAULT_SECRET_ID", "s1");

        assertThat(reason("secret/db#user")).isEqualTo("Vault's reply to the login holds no token");
        assertThat(requests).hasSize(1);
    }

    @Test
    void a_mount_of_all_handles_may_have_slashes() throws Exception {
        serve(exchange -> reply(exchange, 200, DB.formatted(0)));
        environment.put("VAULT_KV_MOUNT", "team/kv");

        assertThat(fetch("db#user", "a/b#user").values()).containsOnly(FetchResult.found("datadog"));
        assertThat(requests)
                .containsExactlyInAnyOrder(
                        "GET /v1/team/kv/data/db token-canary null", "GET /v1/team/kv/data/a/b token-canary null");
        assertThat(reason("../sys#x")).startsWith("a handle must be PATH#FIELD");
        environment.put("VAULT_KV_MOUNT", "../sys");
        assertThatThrownBy(() -> fetch("db#user")).hasMessageStartingWith("VAULT_KV_MOUNT must be");
    }

    @Test
    void numbers_are_given_as_they_are_written() throws Exception {
        serve(
                exchange -> reply(
                        exchange,
                        200,
                        "{\"lease_duration\":9223372036854775807,\"data\":{\"data\":{\"pin\":1.10,\"big\":12345678901234567890.50}}}"));

        assertThat(fetch("secret/db#pin", "secret/db#big").values())
                .extracting(found -> ((FetchResult.Found) found).value().reveal())
                .containsExactlyInAnyOrder("1.10", "12345678901234567890.50");
    }

    @Test
    void a_reply_that_trickles_is_not_waited_for_beyond_the_timeout() throws Exception {
        serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            new java.util.concurrent.CountDownLatch(1).await();
        });
        environment.put("VAULT_CLIENT_TIMEOUT", "1s");
        long start = System.nanoTime();

        assertThat(fetch("secret/db#user", "secret/leased#user", "secret/deleted#x")
                        .values())
                .allMatch(result -> ((FetchResult.Failed) result).reason().contains("did not answer within 1 s"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 429, 473, 307, 500})
    void a_server_that_cannot_answer_is_told_apart(int status) throws Exception {
        serve(exchange -> {
            exchange.getResponseHeaders().add("Location", "http://attacker.invalid/");
            reply(exchange, status, "value canary");
        });

        assertThat(reason("secret/db#user"))
                .contains(Map.of(503, "sealed", 429, "quota", 473, "standby", 307, "redirects", 500, "status 500")
                        .get(status));
    }

    @Test
    void replies_that_are_no_json_or_too_large_are_refused() throws Exception {
        serve(exchange -> reply(exchange, 200, "<html>canary</html>"));
        assertThat(reason("secret/db#user")).contains("no JSON");
        server.stop(0);

        serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = "canary".repeat(10_000).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(chunk);
            }
        });
        assertThat(reason("secret/db#user")).contains("larger than");
    }

    @Test
    void a_server_that_hangs_or_is_not_there_is_told_apart() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            environment.put("VAULT_ADDR", "http://localhost:" + silent.getLocalPort());
            environment.put("VAULT_TOKEN", "token-canary");
            environment.put("VAULT_CLIENT_TIMEOUT", "1s");
            assertThat(reason("secret/db#user")).contains("did not answer within 1 s");
        }
        assertThat(reason("secret/db#user")).contains("nobody listens at http://localhost:");
    }

    @Test
    void trusts_the_authority_that_the_operator_names_and_no_other() throws Exception {
        Path store = folder.resolve("tls.p12");
        Path certificate = folder.resolve("ca.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "password");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "a",
                "-keystore",
                store.toString(),
                "-storepass",
                "password",
                "-file",
                certificate.toString());
        HttpsServer tls = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tls.setHttpsConfigurator(new HttpsConfigurator(context(store)));
        serve(tls, "https", VaultBackendTest::answer);

        assertThat(reason("secret/db#user")).contains("is not trusted; VAULT_CACERT");
        environment.put("VAULT_CACERT", certificate.toString());
        assertThat(fetch("secret/db#user")).containsValue(FetchResult.found("datadog"));
        environment.put("VAULT_CACERT", store.toString());
        assertThat(reason("secret/db#user")).contains("VAULT_CACERT cannot be read");
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static SSLContext context(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "password".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, "password".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "vault:8200",
                "ftp://vault",
                "https://user:pw@vault",
                "https://vault/v1",
                "https://vault?x=1",
                "https://",
                "https://vault:82 00"
            })
    void an_address_that_is_none_is_an_error_that_does_not_quote_it(String address) {
        environment.put("VAULT_ADDR", address);
        environment.put("VAULT_TOKEN", "t");

        assertThatThrownBy(() -> VaultSettings.of(environment))
                .isInstanceOf(VaultException.class)
                .hasMessageStartingWith("VAULT_ADDR ")
                .hasMessageNotContaining("pw");
    }

    @Test
    void a_token_with_a_line_break_cannot_add_a_header() {
        environment.put("VAULT_ADDR", "http://localhost:1");
        environment.put("VAULT_TOKEN", "canary\r\nX-Evil: 1");

        assertThatThrownBy(() -> VaultSettings.of(environment))
                .hasMessage("VAULT_TOKEN must hold a token of one line in ASCII");
    }

    @Test
    void serves_a_resolver() throws Exception {
        serve(VaultBackendTest::answer);
        SecretResolver resolver = SecretResolver.builder(new VaultBackend(VaultSettings.of(environment)))
                .build();

        assertThat(resolver.resolve("postgres.yaml", Map.of("password", "ENC[secret/db#password]")))
                .isEqualTo(Map.of("password", "s3cr3t"));
    }
}
