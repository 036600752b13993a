package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Check configurations in a real etcd server, which this test starts on loopback. */
class EtcdTest {

    @TempDir
    private Path home;

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private int port;
    private @Nullable Process etcd;
    private @Nullable Process agent;

    @BeforeEach
    void a_server_and_an_agent() throws Exception {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "etcd")));
        if (!found) {
            System.out.println("EtcdTest skipped: etcd-server is not installed");
        }
        assumeTrue(found, "etcd-server is not installed");
        home = home.toRealPath();
        AgentRun.script(
                home.resolve("backend"),
                "#!/bin/sh\ncat >/dev/null\nprintf '{\"p\":{\"value\":\"canary\"},\"q\":{\"value\":\"other\"}}'\n");
        port = freePort();
        Files.writeString(
                home.resolve("agent.yaml"),
                "secret_backend_command: " + home.resolve("backend") + "\netcd_url: http://127.0.0.1:" + port + "\n");
        startEtcd();
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : new Process[] {agent, etcd}) {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private void startEtcd() throws Exception {
        String url = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + freePort();
        etcd = new ProcessBuilder(
                        "etcd",
                        "--data-dir",
                        home.resolve("data").toString(),
                        "--listen-client-urls",
                        url,
                        "--advertise-client-urls",
                        url,
                        "--listen-peer-urls",
                        peer,
                        "--initial-advertise-peer-urls",
                        peer,
                        "--initial-cluster",
                        "default=" + peer,
                        "--unsafe-no-fsync")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("etcd.log").toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!isHealthy(url)) {
            assertThat(System.nanoTime() - end)
                    .as("etcd is healthy within 30 s")
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean isHealthy(String url) throws InterruptedException {
        try {
            return http.send(
                                    HttpRequest.newBuilder(URI.create(url + "/health"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void post(String path, String body) throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void put(String name, String value) throws Exception {
        post("/v3/kv/put", "{\"key\":\"" + base64("/agent/checks/" + name) + "\",\"value\":\"" + base64(value) + "\"}");
    }

    private void delete(String name) throws Exception {
        post("/v3/kv/deleterange", "{\"key\":\"" + base64("/agent/checks/" + name) + "\"}");
    }

    private void run() throws IOException {
        Process started = new ProcessBuilder(AgentRun.commandLine(
                        List.of("-Xmx64m"), "-c", home.resolve("agent.yaml").toString(), "run"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        agent = started;
        Thread reader = new Thread(() -> {
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
                out.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException ended) {
                // there are no more lines
            }
        });
        reader.setDaemon(true);
        reader.start();
    }

    private String line() throws InterruptedException {
        String line = lines.poll(120, TimeUnit.SECONDS);
        assertThat(line).as("a line of the agent").isNotNull();
        return line;
    }

    @Test
    void configurations_below_the_prefix_are_checked() throws Exception {
        put("redis.yaml", "password: ENC[p]\n");
        put("team/web.yaml", "password: ENC[none]\n");
        put("evil\nloaded x.yaml", "a: 1\n");

        AgentRun run = AgentRun.of("-c", home.resolve("agent.yaml").toString(), "configcheck", "--json", "--reveal");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains("\"source\":\"etcd:redis.yaml\",\"provider\":\"etcd\",\"status\":\"resolved\"")
                .contains("{\"password\":\"canary\"}")
                .contains("\"source\":\"etcd:team/web.yaml\",\"provider\":\"etcd\",\"status\":\"dropped\"")
                .doesNotContain("evil");
        assertThat(run.err()).contains("keys in etcd that are passed over: 1;");
    }

    @Test
    void a_change_reloads_the_one_source_and_etcd_may_go_and_come_back() throws Exception {
        put("redis.yaml", "password: ENC[p]\n");
        put("web.yaml", "password: ENC[p]\n");
        run();
        assertThat(List.of(line(), line(), line()))
                .containsExactly("loaded agent.yaml", "loaded etcd:redis.yaml", "loaded etcd:web.yaml");

        put("redis.yaml", "password: ENC[q]\n");
        assertThat(line()).isEqualTo("loaded etcd:redis.yaml");
        put("new.yaml", "a: [\n");
        assertThat(line()).startsWith("dropped etcd:new.yaml: line 2");
        delete("web.yaml");
        assertThat(line()).isEqualTo("removed etcd:web.yaml");

        java.util.Objects.requireNonNull(etcd).destroyForcibly().waitFor();
        startEtcd();
        put("redis.yaml", "password: ENC[p]\nport: 1\n");
        assertThat(line()).isEqualTo("loaded etcd:redis.yaml");
    }

    @Test
    void an_etcd_that_is_not_there_drops_its_configurations_only() throws Exception {
        Files.createDirectory(home.resolve("conf.d"));
        Files.writeString(home.resolve("conf.d/file.yaml"), "password: ENC[p]\n");
        java.util.Objects.requireNonNull(etcd).destroyForcibly().waitFor();

        AgentRun run = AgentRun.of("-c", home.resolve("agent.yaml").toString(), "configcheck", "--json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains("\"source\":\"file.yaml\",\"provider\":\"file\",\"status\":\"resolved\"")
                .contains("\"source\":\"etcd:/agent/checks/\",\"provider\":\"etcd\",\"status\":\"dropped\"");
        assertThat(run.out()).contains("etcd at http://127.0.0.1:" + port + " does not answer (ConnectException)");
        assertThat(run.err()).contains("1 dropped (1 timeout)");
    }

    @Test
    void a_reload_while_etcd_is_gone_keeps_its_configurations() throws Exception {
        put("redis.yaml", "password: ENC[p]\n");
        run();
        assertThat(List.of(line(), line())).containsExactly("loaded agent.yaml", "loaded etcd:redis.yaml");
        java.util.Objects.requireNonNull(etcd).destroyForcibly().waitFor();

        AgentRun reload = AgentRun.of("-c", home.resolve("agent.yaml").toString(), "reload");

        assertThat(reload.status()).as(reload.err()).isZero();
        assertThat(List.of(line(), line())).containsExactly("loaded agent.yaml", "loaded etcd:redis.yaml");
    }

    @Test
    void what_stood_for_etcd_at_the_start_goes_when_it_is_there() throws Exception {
        put("redis.yaml", "password: ENC[p]\n");
        java.util.Objects.requireNonNull(etcd).destroyForcibly().waitFor();
        run();
        assertThat(line()).isEqualTo("loaded agent.yaml");
        assertThat(line()).startsWith("dropped etcd:/agent/checks/: etcd at ");

        startEtcd();

        assertThat(List.of(line(), line())).containsExactly("removed etcd:/agent/checks/", "loaded etcd:redis.yaml");
    }

    @Test
    void a_reply_with_other_keys_or_without_an_end_does_not_harm_the_agent() throws Exception {
        java.util.Objects.requireNonNull(etcd).destroyForcibly().waitFor();
        HttpServer hostile = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean trickles = new AtomicBoolean();
        hostile.createContext("/", exchange -> {
            byte[] body = ("{\"kvs\":[{\"key\":\"" + base64("/x") + "\",\"value\":\"\"},{\"key\":\""
                            + base64("/agent/checks/a.yaml") + "\",\"value\":\"" + base64("a: 1") + "\"}]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body, 0, trickles.get() ? 1 : body.length);
            exchange.getResponseBody().flush();
            try {
                if (trickles.get()) {
                    end.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        hostile.start();
        try {
            AgentRun other = AgentRun.of("-c", home.resolve("agent.yaml").toString(), "configcheck");
            trickles.set(true);
            AgentRun trickling = AgentRun.of("-c", home.resolve("agent.yaml").toString(), "configcheck");

            assertThat(other.status()).as(other.err()).isZero();
            assertThat(other.out()).contains("=== etcd:a check ===");
            assertThat(trickling.status()).isEqualTo(1);
            assertThat(trickling.out()).contains("does not answer (HttpTimeoutException)");
        } finally {
            end.countDown();
            hostile.stop(0);
        }
    }
}
