package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code agent run} in a JVM of its own, with an executable whose answers change, fail, hang and recover. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executables are shell scripts")
class RunTest {

    /** Answers HANDLE-GENERATION; does what stands in the file {@code mode} first. */
    private static final String BACKEND = """
            #!/bin/sh
            cd "${0%/*}"
            echo call >>calls
            case $(cat mode) in
              fail) exit 3 ;;
              hang) echo $$ >hanging; exec sleep 1000 ;;
            esac
            generation=$(cat generation)
            gone=$(cat gone 2>/dev/null)
            handles=$(sed 's/.*\\[//; s/\\].*//; s/"//g; s/,/ /g')
            separator='{'
            for handle in $handles; do
              case $handle in
                missing | "$gone") continue ;;
              esac
              printf '%s"%s":{"value":"%s-%s","error":null}' "$separator" "$handle" "$handle" "$generation"
              separator=,
            done
            [ "$separator" = , ] || printf '{'
            printf '}'
            """;

    @TempDir
    private Path home;

    @TempDir
    private Path elsewhere;

    private Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private @Nullable Process agent;

    @BeforeEach
    void an_agent_with_two_checks() throws IOException {
        home = home.toRealPath();
        errors = elsewhere.resolve("err");
        Files.createDirectory(home.resolve("conf.d"));
        AgentRun.script(home.resolve("backend"), BACKEND);
        put("mode", "answer");
        put("generation", "1");
        main("");
        check("postgres.yaml", "user: ENC[u]\npassword: ENC[p]\n");
        check("redis.yaml", "password: ENC[r]\n");
    }

    @AfterEach
    void kill_what_still_runs() {
        if (agent != null) {
            agent.descendants().forEach(ProcessHandle::destroyForcibly);
            agent.destroyForcibly();
        }
    }

    @Test
    void loads_all_and_prints_a_line_a_source() throws Exception {
        check("b.yaml", "a: ENC[missing]\nb: ENC[r]\n");
        check("c.yaml", "a: [\n");

        start();

        assertThat(line()).isEqualTo("loaded agent.yaml");
        assertThat(line()).isEqualTo("dropped b.yaml: ENC[missing]: the backend has no such handle");
        assertThat(line()).startsWith("dropped c.yaml: line 2, column 1: ");
        assertThat(line()).isEqualTo("loaded postgres.yaml");
        assertThat(line()).isEqualTo("loaded redis.yaml");
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void ends_its_start_with_a_line_that_sums_up() throws Exception {
        check("b.yaml", "a: ENC[missing]\n");

        start();
        skipLoaded(1);

        await("the summary is there", () -> errors().contains(" call in "));
        assertThat(errors())
                .containsPattern(
                        "agent: 2 of 3 configurations resolved, 1 dropped \\(1 missing\\); 4 secrets, 1 call in \\d");
    }

    @Test
    void commands_are_answered_again_after_the_agent_had_no_file_descriptor_left() throws Exception {
        assumeInstalled("prlimit");
        start();
        skipLoaded(3);
        await("it listens", () -> command("secret").status() == 0);
        limitOpenFiles("1");
        Process asking = new ProcessBuilder(AgentRun.commandLine(
                        List.of("-Xmx64m"), "-c", home.resolve("agent.yaml").toString(), "secret"))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("out").toFile())
                .start();
        await("it cannot accept", () -> errors().contains("no command can be answered for now"));

        limitOpenFiles("4096");

        assertThat(asking.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(home.resolve("out"))).contains("Number of secrets decrypted: 4\n");
        assertThat(command("secret").status()).isZero();
    }

    private void limitOpenFiles(String limit) throws Exception {
        Process prlimit = new ProcessBuilder(
                        "prlimit", "--pid", Long.toString(process().pid()), "--nofile=" + limit + ":")
                .start();
        assertThat(prlimit.waitFor()).isZero();
    }

    @Test
    void only_the_agent_that_runs_writes_the_audit_file() {
        Path audit = home.resolve("audit.json");
        assertThatCode(() -> main("secret_audit_file: " + audit + "\n")).doesNotThrowAnyException();

        assertThat(command("secret").out()).contains("Number of secrets decrypted: 4\n");
        assertThat(command("configcheck").status()).isZero();

        assertThat(audit).doesNotExist();
    }

    @Test
    void root_is_let_in_and_a_stranger_is_told() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeInstalled("setpriv");
        giveHomeTo("nobody");
        assumeTrue(runs(commandAs("nobody", "--version")), "nobody cannot run the agent");
        start(new ProcessBuilder(commandAs("nobody", "run")));
        skipLoaded(3);
        await("it listens", () -> Files.exists(home.resolve("agent.sock")));
        int calls = calls();

        AgentRun root = command("secret");
        Process refused = new ProcessBuilder(commandAs("daemon", "secret"))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("refused").toFile())
                .start();

        assertThat(root.out()).contains("Number of secrets decrypted: 4\n");
        assertThat(refused.waitFor()).isEqualTo(1);
        assertThat(Files.readString(home.resolve("refused")))
                .contains("agent: the agent that listens at " + home.resolve("agent.sock") + " cannot be asked")
                .contains("ask as its user or as root");
        assertThat(calls()).isEqualTo(calls);
    }

    /** The agent as another user, from a copy of its classes that everybody can read. */
    private List<String> commandAs(String user, String command) throws IOException {
        Path copy = elsewhere.resolve("lib");
        if (!Files.exists(copy)) {
            Files.createDirectory(copy);
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                copyTo(copy, Path.of(entry));
            }
            Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        List<String> words = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--clear-groups"));
        words.addAll(AgentRun.commandLine(
                List.of("-Xmx64m"), "-c", home.resolve("agent.yaml").toString(), command));
        words.set(words.indexOf("-cp") + 1, copy + File.pathSeparator + copy + "/*");
        return words;
    }

    private static void copyTo(Path folder, Path entry) throws IOException {
        if (Files.isRegularFile(entry)) {
            Files.copy(entry, folder.resolve(entry.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        } else if (Files.isDirectory(entry)) {
            try (Stream<Path> files = Files.walk(entry)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path target = folder.resolve(entry.relativize(file).toString());
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static boolean runs(List<String> command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private void giveHomeTo(String user) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.toList()) {
                Files.setOwner(
                        file,
                        file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
            }
        }
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void assumeInstalled(String tool) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool))),
                tool + " is not installed");
    }

    @Test
    void follows_changes_at_the_interval() throws Exception {
        main("secret_refresh_interval: 1\nsecret_refresh_scatter: false\n");
        start();
        skipLoaded(3);

        put("generation", "2");

        assertThat(List.of(line(), line(), line()))
                .containsExactly(
                        "reloaded agent.yaml: api_key", "reloaded postgres.yaml: p, u", "reloaded redis.yaml: r");
        assertThat(command("configcheck", "--reveal").out()).contains("user: u-2\npassword: p-2\n");
    }

    @Test
    void keeps_its_values_while_the_backend_fails_and_recovers_with_it() throws Exception {
        main("secret_refresh_interval: 1\nsecret_refresh_scatter: false\n");
        start();
        skipLoaded(3);

        put("mode", "fail");
        put("generation", "2");
        int before = calls();
        await("two refreshes fail", () -> calls() >= before + 2);
        AgentRun report = command("secret", "--json");
        AgentRun text = command("secret");
        put("mode", "answer");

        assertThat(report.status()).isZero();
        assertThat(report.out())
                .contains("\"handle\":\"p\",\"state\":\"stale\"")
                .contains("ended with exit status 3");
        assertThat(text.out())
                .containsPattern("- api_key: from agent.yaml \\(stale for \\d+ s: the executable '.*' ended with exit")
                .containsPattern("- p: from postgres.yaml \\(stale for \\d+ s: as api_key\\)\n");
        // in any order: a refresh that fails is divided, and the executable may answer again in the middle of it
        assertThat(List.of(line(), line(), line()))
                .containsExactlyInAnyOrder(
                        "reloaded agent.yaml: api_key", "reloaded postgres.yaml: p, u", "reloaded redis.yaml: r");
        await("all is fresh", () -> !command("secret", "--json").out().contains("stale"));
    }

    @Test
    void a_source_that_was_dropped_is_loaded_when_its_secret_is_there() throws Exception {
        put("mode", "fail");
        Files.writeString(home.resolve("agent.yaml"), "secret_backend_command: " + home.resolve("backend") + "\n");
        start();
        skipLoaded(1);
        assertThat(line()).startsWith("dropped postgres.yaml: ENC[u]: the executable ");
        assertThat(line()).startsWith("dropped redis.yaml: ");

        put("mode", "answer");
        AgentRun refresh = command("secret", "refresh");

        // the agent may have asked by itself a moment before
        assertThat(refresh.out())
                .matches("No secret changed\\.\n|Secrets changed:\n- p: from postgres.yaml\n(?s:.*)")
                .doesNotContain("not refreshed");
        assertThat(List.of(line(), line())).containsExactly("loaded postgres.yaml", "loaded redis.yaml");
    }

    @Test
    void a_store_that_comes_up_after_the_start_needs_neither_an_interval_nor_an_operator() throws Exception {
        put("mode", "fail");
        Files.writeString(home.resolve("agent.yaml"), "secret_backend_command: " + home.resolve("backend") + "\n");
        start();
        skipLoaded(1);
        assertThat(line()).startsWith("dropped postgres.yaml: ");
        assertThat(line()).startsWith("dropped redis.yaml: ");

        put("mode", "answer");

        assertThat(List.of(line(), line())).containsExactlyInAnyOrder("loaded postgres.yaml", "loaded redis.yaml");
    }

    @Test
    void a_source_whose_secret_is_deleted_is_dropped_and_loaded_when_it_is_back() throws Exception {
        start();
        skipLoaded(3);

        put("gone", "r");
        assertThat(command("secret", "refresh").status()).isEqualTo(1);
        assertThat(line()).isEqualTo("dropped redis.yaml: ENC[r]: the backend has no such handle");

        Files.delete(home.resolve("gone"));
        assertThat(line()).isEqualTo("loaded redis.yaml");
    }

    @Test
    void commands_talk_to_the_running_agent_and_start_nothing_themselves() throws Exception {
        start();
        skipLoaded(3);

        AgentRun nothing = command("secret", "refresh");
        put("generation", "2");
        AgentRun refresh = command("secret", "refresh");
        AgentRun json = command("secret", "refresh", "--json");
        AgentRun secret = command("secret");

        assertThat(nothing.out()).isEqualTo("No secret changed.\n");
        assertThat(refresh.out()).isEqualTo("""
                Secrets changed:
                - api_key: from agent.yaml
                - p: from postgres.yaml
                - r: from redis.yaml
                - u: from postgres.yaml
                """);
        assertThat(json.out()).isEqualTo("{\"asked\":4,\"changed\":[],\"failures\":[]}\n");
        assertThat(secret.out()).contains("Number of secrets decrypted: 4\n");
        assertThat(calls()).isEqualTo(4);
        assertThat(Stream.of(nothing, refresh, json, secret).map(AgentRun::status))
                .containsOnly(0);
    }

    @Test
    void an_agent_whose_process_is_stopped_is_told_soon_and_is_waited_for_with_a_sign_of_life() throws Exception {
        start();
        skipLoaded(3);
        await("it listens", () -> command("secret").status() == 0);
        signal("-STOP");

        Process asking = new ProcessBuilder(AgentRun.commandLine(
                        List.of("-Xmx64m", "-Dagent.terminal=true"),
                        "-c",
                        home.resolve("agent.yaml").toString(),
                        "secret"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(elsewhere.resolve("told").toFile())
                .start();

        assertThat(asking.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(asking.exitValue()).isEqualTo(1);
        assertThat(elsewhere.resolve("told"))
                .content()
                .startsWith("agent: waiting for the running agent (2 s)\n")
                .endsWith("agent: the agent that listens at " + home.resolve("agent.sock")
                        + " has not answered for 30 s; if its process is stopped, continue it with kill -CONT; if it"
                        + " hangs, restart it\n");
        signal("-CONT");
        assertThat(command("secret").status()).isZero();
    }

    private void signal(String signal) throws Exception {
        Process kill =
                new ProcessBuilder("kill", signal, Long.toString(process().pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Test
    void reload_reads_the_check_files_again() throws Exception {
        start();
        skipLoaded(3);
        Files.delete(home.resolve("conf.d/redis.yaml"));
        check("new.yaml", "a: ENC[n]\n");

        AgentRun reload = command("reload");

        assertThat(reload.out()).isEqualTo("loaded 2 of 2 configurations\n");
        assertThat(List.of(line(), line(), line(), line()))
                .containsExactly("removed redis.yaml", "loaded agent.yaml", "loaded new.yaml", "loaded postgres.yaml");
        assertThat(command("secret").out()).contains("- n: from new.yaml").doesNotContain("- r:");
    }

    @Test
    void only_this_user_may_use_the_socket_and_it_goes_with_the_agent() throws Exception {
        start();
        skipLoaded(3);
        Path socket = home.resolve("agent.sock");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        AgentRun second = command("run");
        assertThat(second.status()).isEqualTo(2);
        assertThat(second.err()).contains("another agent with this configuration is running");
        stop();
        assertThat(socket).doesNotExist();
        assertThat(command("reload").err()).contains("no agent listens at " + socket);
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("agent.yaml", "backend", "calls", "conf.d", "generation", "mode");
        }
    }

    @Test
    void a_socket_that_a_killed_agent_left_is_taken_over() throws Exception {
        start();
        skipLoaded(3);
        process().destroyForcibly().waitFor();
        assertThat(home.resolve("agent.sock")).exists();

        assertThat(command("secret").out()).contains("Number of secrets decrypted: 4\n");
        start();
        skipLoaded(3);
        assertThat(command("reload").status()).isZero();
    }

    @Test
    void stops_soon_also_while_the_executable_hangs_and_leaves_no_child() throws Exception {
        main("secret_refresh_interval: 1\nsecret_refresh_scatter: false\nsecret_backend_timeout: 600\n");
        start();
        skipLoaded(3);
        put("mode", "hang");
        await("the executable hangs", () -> Files.exists(home.resolve("hanging")));
        long child = Long.parseLong(Files.readString(home.resolve("hanging")).strip());

        long start = System.nanoTime();
        int status = stop();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(5));
        assertThat(status).isZero();
        await("the child is gone", () -> ProcessHandle.of(child).isEmpty());
    }

    @Test
    void without_its_main_secret_it_does_not_run() throws Exception {
        main("");
        put("mode", "fail");

        AgentRun run = command("run");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("Could not resolve 1 of 1 handle in agent.yaml");
        assertThat(home.resolve("agent.sock")).doesNotExist();
    }

    @Test
    void waits_at_its_start_until_the_executable_answers() throws Exception {
        put("mode", "fail");
        start("--wait", "60");
        await("it was asked twice in vain", () -> calls() >= 2);

        put("mode", "answer");

        skipLoaded(3);
    }

    @Test
    void waits_no_longer_than_it_was_told_to() throws IOException {
        put("mode", "fail");

        AgentRun run = command("run", "--wait", "3");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("ended with exit status 3");
        assertThat(calls()).isGreaterThan(1);
    }

    @Test
    void writes_an_audit_trail_of_what_changed() throws Exception {
        Path audit = home.resolve("audit.json");
        main("secret_audit_file: " + audit + "\n");
        start();
        skipLoaded(3);
        put("generation", "2");
        command("secret", "refresh");
        command("secret", "refresh");
        put("mode", "fail");
        command("secret", "refresh");

        assertThat(Files.readAllLines(audit).stream().map(line -> line.substring(line.indexOf("\"event\""))))
                .containsExactly(
                        "\"event\":\"fetched\",\"outcome\":\"ok\",\"handles\":[\"api_key\",\"p\",\"r\",\"u\"],"
                                + "\"sources\":[\"agent.yaml\",\"postgres.yaml\",\"redis.yaml\"]}",
                        "\"event\":\"changed\",\"outcome\":\"ok\",\"handles\":[\"api_key\",\"p\",\"r\",\"u\"],"
                                + "\"sources\":[\"agent.yaml\",\"postgres.yaml\",\"redis.yaml\"]}",
                        "\"event\":\"failed\",\"outcome\":\"exit\",\"handles\":[\"api_key\",\"p\",\"r\",\"u\"],"
                                + "\"sources\":[\"agent.yaml\",\"postgres.yaml\",\"redis.yaml\"]}");
    }

    @Test
    void a_source_may_use_only_what_it_is_allowed_to() throws Exception {
        main("secret_allowed_handles: {agent.yaml: ['*'], postgres.yaml: [u, p]}\n");

        start();

        assertThat(line()).isEqualTo("loaded agent.yaml");
        assertThat(line()).isEqualTo("loaded postgres.yaml");
        assertThat(line())
                .isEqualTo("dropped redis.yaml: ENC[r]: this source may not use this handle; to allow it, let"
                        + " secret_allowed_handles in the main configuration hold: 'redis.yaml': ['r']");
    }

    private void main(String settings) throws IOException {
        Files.writeString(
                home.resolve("agent.yaml"),
                "secret_backend_command: " + home.resolve("backend") + "\napi_key: ENC[api_key]\n" + settings);
    }

    private void check(String name, String instance) throws IOException {
        Files.writeString(home.resolve("conf.d").resolve(name), instance);
    }

    /** Replaces a file at once, so that the executable never reads half of it. */
    private void put(String name, String content) throws IOException {
        Path next = Files.writeString(home.resolve("next"), content);
        Files.move(next, home.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private int calls() {
        try {
            Path calls = home.resolve("calls");
            return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("-c", home.resolve("agent.yaml").toString(), "run"));
        command.addAll(List.of(options));
        start(new ProcessBuilder(AgentRun.commandLine(List.of("-Xmx64m"), command.toArray(new String[0]))));
    }

    private void start(ProcessBuilder builder) throws IOException {
        Process started = builder.redirectError(errors.toFile()).start();
        agent = started;
        Thread reader = new Thread(() -> read(started));
        reader.setDaemon(true);
        reader.start();
    }

    private String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Process started) {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException ended) {
            // there are no more lines
        }
    }

    private String line() throws InterruptedException {
        String line = lines.poll(120, TimeUnit.SECONDS);
        assertThat(line).as("a line of the agent within two minutes").isNotNull();
        return line;
    }

    private void skipLoaded(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            assertThat(line()).startsWith("loaded ");
        }
    }

    private AgentRun command(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("-c", home.resolve("agent.yaml").toString()));
        all.addAll(List.of(arguments));
        return AgentRun.of(all.toArray(new String[0]));
    }

    private Process process() {
        return java.util.Objects.requireNonNull(agent);
    }

    private int stop() throws InterruptedException {
        process().destroy();
        return process().waitFor();
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited two minutes in vain: " + what)
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
