package io.agentsecrets.examples.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The released Prometheus JMX exporter, in a JVM of its own, scraped over HTTP. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executable is a shell script")
class SecretsAgentIT {

    private static final String SECRET = "canary-hunter2";

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private @Nullable Process process;

    @BeforeEach
    void an_exporter_with_a_handle() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Files.createDirectory(folder.resolve("tmp"));
        backend("printf '{\"jmx_password\":{\"value\":\"" + SECRET + "\"}}'");
        Files.writeString(folder.resolve("jmx.yaml"), """
                httpServer:
                  authentication:
                    basic:
                      username: prometheus
                      password: ENC[jmx_password]
                rules:
                - pattern: ".*"
                """);
        settings("");
    }

    @AfterEach
    void kill_what_still_runs() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private void backend(String line) throws IOException {
        Path script = folder.resolve("backend");
        Files.writeString(script, "#!/bin/sh\ncat >/dev/null\n" + line + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    private void settings(String more) throws IOException {
        Files.writeString(
                folder.resolve("settings.yaml"),
                "secret_backend_command: " + folder.toRealPath().resolve("backend") + "\n"
                        + "secret_backend_timeout: 5\n"
                        + "agent:\n  jar: " + System.getProperty("exporter.jar") + "\n  config: jmx.yaml\n  options: '"
                        + port
                        + ":{config}'\n" + more);
    }

    /** Starts an application and returns its first line, or null if it ended without one. */
    private @Nullable String start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-javaagent:" + System.getProperty("agent.jar") + "=" + folder.resolve("settings.yaml")));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", Path.of("target", "test-classes").toString(), IdleProgram.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
        builder.environment().remove("XDG_RUNTIME_DIR");
        Process started = builder.start();
        process = started;
        return new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private Process process() {
        return java.util.Objects.requireNonNull(process);
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    private HttpResponse<String> scrape(@Nullable String password) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics"));
        if (password != null) {
            String login =
                    Base64.getEncoder().encodeToString(("prometheus:" + password).getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + login);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until what came meanwhile is gone: other builds on this machine put their own files there. */
    private static void assertNoneStays(List<Path> before) throws IOException {
        List<Path> since = leftovers(Path.of("/dev/shm"));
        since.removeAll(before);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
        for (Path file : since) {
            while (Files.exists(file) && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(file).doesNotExist();
        }
    }

    private static List<Path> leftovers(Path... folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.filter(file -> String.valueOf(file.getFileName()).startsWith("agent-secrets"))
                            .forEach(found::add);
                }
            }
        }
        return found;
    }

    @Test
    void the_exporter_asks_for_the_decrypted_password_and_it_is_nowhere_to_be_seen() throws Exception {
        List<Path> before = leftovers(Path.of("/dev/shm"));

        assertThat(start()).as(err()).isEqualTo("running");

        assertThat(scrape(null).statusCode()).isEqualTo(401);
        assertThat(scrape("ENC[jmx_password]").statusCode()).isEqualTo(401);
        HttpResponse<String> metrics = scrape(SECRET);
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.body()).contains("jvm_").doesNotContain(SECRET);
        assertThat(scrape(SECRET).statusCode())
                .as("with its configuration gone")
                .isEqualTo(200);
        Path proc = Path.of("/proc", Long.toString(process().pid()));
        if (Files.isDirectory(proc)) {
            assertThat(Files.readString(proc.resolve("cmdline"))).doesNotContain(SECRET);
            assertThat(Files.readString(proc.resolve("environ"))).doesNotContain(SECRET);
        }
        assertNoneStays(before);
        assertThat(leftovers(folder.resolve("tmp"))).isEmpty();
        assertThat(err()).isEmpty();
    }

    @Test
    void several_executables_may_be_asked() throws Exception {
        Path settings = folder.resolve("settings.yaml");
        Path backend = folder.toRealPath().resolve("backend");
        Files.writeString(
                settings,
                Files.readString(settings)
                        .replace(
                                "secret_backend_command: " + backend,
                                "multi_secret_backends:\n  one: {command: " + backend + "}"));
        Path jmx = folder.resolve("jmx.yaml");
        Files.writeString(jmx, Files.readString(jmx).replace("ENC[jmx", "ENC[one;jmx"));

        assertThat(start()).as(err()).isEqualTo("running");

        assertThat(scrape(SECRET).statusCode()).isEqualTo(200);
        assertThat(err()).isEmpty();
    }

    @Test
    void settings_that_are_not_named_are_told() throws Exception {
        assertThat(start("-javaagent:" + System.getProperty("agent.jar") + "=")).isNull();
        assertThat(err()).contains("name the settings: -javaagent:this.jar=/path/settings.yaml");
    }

    @Test
    void the_application_does_not_start_without_its_secret() throws Exception {
        backend("printf '{}'");

        assertThat(start()).isNull();

        assertThat(process().waitFor()).isEqualTo(1);
        assertThat(err())
                .contains(
                        "ENC[jmx_password] at httpServer/authentication/basic/password (line 5): the backend has no such")
                .contains("the application does not start");
    }

    @Test
    void a_near_miss_is_refused_if_the_settings_say_so() throws Exception {
        settings("secret_near_misses: refuse\n");
        Files.writeString(folder.resolve("jmx.yaml"), "password: enc[jmx_password]\n");

        assertThat(start()).isNull();

        assertThat(err()).contains("jmx.yaml", "ENC must be in capitals", "the application does not start");
    }

    @Test
    void the_application_starts_without_the_exporter_if_it_may() throws Exception {
        backend("exit 3");
        settings("  on_failure: continue\n");

        assertThat(start()).isEqualTo("running");

        assertThat(err()).contains("exit status 3").contains("the application starts without");
    }

    @Test
    void an_executable_that_hangs_does_not_hang_the_application() throws Exception {
        backend("sleep 1000");
        settings("  on_failure: continue\n");
        Files.writeString(
                folder.resolve("settings.yaml"),
                Files.readString(folder.resolve("settings.yaml")).replace("timeout: 5", "timeout: 1"));

        assertThat(start()).isEqualTo("running");

        assertThat(err()).contains("not done within 1 s");
    }

    @Test
    void an_exporter_that_refuses_its_configuration_leaves_no_file() throws Exception {
        Files.writeString(folder.resolve("jmx.yaml"), "rules: ENC[jmx_password]\n");
        List<Path> before = leftovers(Path.of("/dev/shm"));

        start();

        assertThat(process().waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertNoneStays(before);
        assertThat(leftovers(folder.resolve("tmp"))).isEmpty();
    }

    @Test
    void settings_that_are_not_there_stop_the_application_also_beside_another_agent() throws Exception {
        assertThat(start("-javaagent:" + System.getProperty("agent.jar") + "=" + folder.resolve("nothing.yaml")))
                .isNull();
        assertThat(err()).contains("nothing.yaml: no such file");
    }

    @Test
    void settings_that_are_wrong_are_told_without_advice_that_is_followed_already() throws Exception {
        settings("  on_failure: continue\n");
        String settings = Files.readString(folder.resolve("settings.yaml"));
        Files.writeString(folder.resolve("settings.yaml"), settings.replaceAll("jar: .*", "jar: nothing.jar"));

        assertThat(start()).isNull();

        assertThat(err())
                .contains("agent.jar must be the path of a file")
                .contains("the application does not start")
                .doesNotContain("nevertheless");
    }

    @Test
    void a_jar_that_is_no_agent_is_named() throws Exception {
        String settings = Files.readString(folder.resolve("settings.yaml"));
        Path jar = folder.resolve("other.jar");
        Files.writeString(folder.resolve("settings.yaml"), settings.replaceAll("jar: .*", "jar: other.jar"));

        Files.writeString(jar, "no jar");
        start();
        assertThat(err()).contains("other.jar: it is no jar file, or is damaged");

        jarOf(jar, new Manifest());
        start();
        assertThat(err()).contains("other.jar: its manifest names no Premain-Class; is it a Java agent?");

        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", "no.such.Agent");
        jarOf(jar, manifest);
        start();
        assertThat(err()).contains("other.jar: the class that its manifest names is not in it");

        manifest.getMainAttributes().putValue("Premain-Class", "java.lang.String");
        jarOf(jar, manifest);
        start();
        assertThat(err()).contains("the other agent has no method premain");
    }

    private static void jarOf(Path file, Manifest manifest) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            out.putNextEntry(new ZipEntry("empty"));
        }
    }

    @Test
    void wrong_settings_are_named() throws Exception {
        settings("  on_failure: perhaps\n");

        start();

        assertThat(err()).contains("settings.yaml: agent.on_failure must be stop or continue");
    }

    @Test
    void the_jar_holds_nothing_under_anybody_else_s_name() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("agent.jar"))) {
            assertThat(jar.stream().map(entry -> entry.getName().replaceFirst("^META-INF/versions/\\d+/", "")))
                    .filteredOn(name -> name.endsWith(".class"))
                    .allMatch(name -> name.startsWith("io/agentsecrets/shaded/")
                            || name.startsWith("io/agentsecrets/examples/javaagent/"));
        }
    }
}
