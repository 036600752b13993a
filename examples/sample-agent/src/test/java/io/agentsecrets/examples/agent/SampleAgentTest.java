package io.agentsecrets.examples.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The agent in a JVM of its own, with an executable whose answers change and fail. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executable is a shell script")
class SampleAgentTest {

    /** Prints what stands in {@code reply}, and notes that it was called. */
    private static final String BACKEND = """
            #!/bin/sh
            cd "${0%/*}"
            cat >/dev/null
            echo call >>calls
            cat reply
            """;

    private static final String ALL = "{\"key\":{\"value\":\"k1\"},\"p\":{\"value\":\"p1\"},\"r\":{\"value\":\"r1\"}}";

    @TempDir
    private Path home;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private @Nullable Process agent;

    @BeforeEach
    void a_home_with_two_checks() throws IOException {
        home = home.toRealPath();
        Path backend = Files.writeString(home.resolve("backend"), BACKEND);
        Files.setPosixFilePermissions(backend, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(
                home.resolve("agent.yaml"),
                "secret_backend_command: " + backend
                        + "\nsecret_refresh_interval: 1\nsecret_refresh_scatter: false\napi_key: ENC[key]\n");
        Files.createDirectory(home.resolve("conf.d"));
        Files.writeString(home.resolve("conf.d/postgres.yaml"), "instances: [{password: 'ENC[p]'}, {}]\n");
        Files.writeString(home.resolve("conf.d/redis.yaml"), "password: ENC[r]\n");
        reply(ALL);
    }

    @AfterEach
    void kill_what_still_runs() {
        if (agent != null) {
            agent.descendants().forEach(ProcessHandle::destroyForcibly);
            agent.destroyForcibly();
        }
    }

    @Test
    void starts_its_checks_follows_a_changed_secret_and_stops_cleanly() throws Exception {
        start();
        assertThat(List.of(line(), line()))
                .containsExactly("started postgres.yaml, instances: 2", "started redis.yaml, instances: 1");

        reply(ALL.replace("r1", "r2"));
        assertThat(line()).isEqualTo("restarted redis.yaml, instances: 1");

        process().toHandle().destroy(); // the process itself would close its streams
        assertThat(List.of(line(), line())).containsExactly("stopped postgres.yaml", "stopped redis.yaml");
        assertThat(process().waitFor(240, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void drops_a_check_whose_secret_is_missing_and_starts_it_when_it_is_there() throws Exception {
        reply(ALL.replace("\"r\"", "\"other\""));
        start();
        assertThat(List.of(line(), line(), line(), line()))
                .containsExactly(
                        "started postgres.yaml, instances: 2",
                        "dropped redis.yaml",
                        "  Could not resolve 1 of 1 handle in redis.yaml",
                        "    ENC[r] at password (line 1): the backend has no such handle");

        reply(ALL);

        assertThat(line()).isEqualTo("started redis.yaml, instances: 1");
    }

    @Test
    void near_misses_are_refused_if_the_settings_say_so() throws Exception {
        Files.writeString(home.resolve("conf.d/redis.yaml"), "password: enc[r]\n");
        Files.writeString(home.resolve("agent.yaml"), "secret_near_misses: refuse\n", StandardOpenOption.APPEND);
        start();
        assertThat(List.of(line(), line()))
                .containsExactly("started postgres.yaml, instances: 2", "dropped redis.yaml");

        process().toHandle().destroy();
        assertThat(process().waitFor(240, TimeUnit.SECONDS)).isTrue();
        Files.writeString(home.resolve("agent.yaml"), "proxy: x-ENC[key]\n", StandardOpenOption.APPEND);
        startInVain();
        assertThat(Files.readString(home.resolve("err"))).contains("agent.yaml").contains("proxy");
    }

    @Test
    void does_not_start_without_the_secret_of_its_main_configuration() throws Exception {
        reply("{}");

        start();

        assertThat(process().waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(process().exitValue()).isEqualTo(2);
        assertThat(Files.readString(home.resolve("err"))).contains("ENC[key] at api_key (line 4)");
        assertThat(Files.readAllLines(home.resolve("calls"))).hasSize(1);
    }

    @Test
    void twenty_starts_ask_a_store_that_fails_a_few_times_and_not_twenty() throws Exception {
        Files.writeString(
                home.resolve("agent.yaml"),
                "secret_backend_cool_down: 300\nsecret_backend_state_file: " + home.resolve("state") + "\n",
                StandardOpenOption.APPEND);
        Files.delete(home.resolve("reply")); // the script ends with status 1
        startInVain();
        int callsOfOneStart = calls();
        assertThat(callsOfOneStart)
                .as("the sources are asked for in smaller parts")
                .isGreaterThan(1);

        for (int start = 2; start <= 20; start++) {
            startInVain();
        }

        // on a machine that takes five minutes for them, the cool-down ends once
        assertThat(calls()).isLessThanOrEqualTo(2 * callsOfOneStart);
        assertThat(Files.readString(home.resolve("err")))
                .contains("the backend failed before the restart (exit, noted in " + home.resolve("state") + ")");

        reply(ALL);
        Files.delete(home.resolve("state"));
        start();
        assertThat(line()).isEqualTo("started postgres.yaml, instances: 2");
    }

    private void startInVain() throws Exception {
        start();
        assertThat(process().waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(process().exitValue()).isEqualTo(2);
    }

    private int calls() throws IOException {
        return Files.readAllLines(home.resolve("calls")).size();
    }

    private void reply(String json) throws IOException {
        Path next = Files.writeString(home.resolve("next"), json);
        Files.move(next, home.resolve("reply"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void start() throws IOException {
        Process started = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        home.resolve("agent.yaml").toString())
                .redirectError(home.resolve("err").toFile())
                .start();
        agent = started;
        Thread reader = new Thread(() -> read(started));
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Process started) {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException ended) {
            // there are no more lines
        }
    }

    private String line() throws Exception {
        String line = lines.poll(120, TimeUnit.SECONDS);
        assertThat(line).as(Files.readString(home.resolve("err"))).isNotNull();
        return line;
    }

    private Process process() {
        return java.util.Objects.requireNonNull(agent);
    }
}
