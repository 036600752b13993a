package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The sample agent as its users see it: files in, text or JSON out, exit status. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executables are shell scripts")
class AgentTest {

    @TempDir
    private Path home;

    private Path mainFile;

    @BeforeAll
    static void mendRights() throws IOException {
        AgentRun.mendRightsOfDummyBackend();
    }

    @BeforeEach
    void writeMainConfiguration() throws IOException {
        Files.createDirectory(home.resolve("conf.d"));
        mainFile = home.resolve("agent.yaml");
        Files.writeString(mainFile, "secret_backend_command: " + AgentRun.HOME.resolve("secret-backend") + "\n");
    }

    private Path check(String name, String text) throws IOException {
        Path file = home.resolve("conf.d").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private AgentRun agent(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "-c";
        all[1] = mainFile.toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return AgentRun.of(all);
    }

    private void backend(String script) throws IOException {
        Path file = AgentRun.script(home.resolve("backend"), script);
        Files.writeString(mainFile, "secret_backend_command: " + file + "\nsecret_backend_timeout: 20\n");
    }

    @Test
    void the_home_that_the_project_ships_works_out_of_the_box() {
        AgentRun run = AgentRun.of("configcheck");

        assertThat(run.status()).isZero();
        assertThat(run.err()).matches("5 of 5 configurations resolved; 10 secrets, 1 call in \\d+\\.\\d s\n");
        assertThat(run.out())
                .contains("""
                        === postgres check ===
                        Source: File Configuration Provider
                        Instance 1:
                        server: db_prod
                        user: "********"
                        password: "********"
                        ~
                        ===
                        """)
                .contains("=== custom_queries check ===", "Init Config:\nservice: billing\n")
                .doesNotContain("ENC[", "decrypted_");
    }

    @Test
    void near_misses_are_refused_if_the_settings_say_so() throws IOException {
        Files.writeString(mainFile, "\nsecret_near_misses: refuse\n", java.nio.file.StandardOpenOption.APPEND);
        check("postgres.yaml", "password: enc[db_prod_password]\n");
        check("redis.yaml", "password: ENC[db_prod_password]\n");

        AgentRun run = agent("configcheck");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("1 of 2 configurations resolved, 1 dropped");
        assertThat(run.out()).contains("Dropped:").doesNotContain("enc[db_prod_password]");
    }

    @Test
    void secret_refresh_compares_nothing_where_no_agent_runs() throws IOException {
        check("postgres.yaml", "user: ENC[db_prod_user]\n");

        AgentRun run = agent("secret", "refresh");

        assertThat(run.out())
                .isEqualTo(
                        "No agent runs, so there are no values to compare with: nothing is known to have changed.\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void secret_prints_the_report_of_the_agents_to_the_letter() throws IOException {
        Files.writeString(mainFile, "\napi_key: ENC[api_key]\n", java.nio.file.StandardOpenOption.APPEND);
        check("postgres.yaml", "user: ENC[db_prod_user]\npassword: ENC[db_prod_password]\n");
        check("team/redis.yaml", "password: ENC[db_prod_password]\n");

        AgentRun run = agent("secret");

        Path backend = AgentRun.HOME.resolve("secret-backend");
        Map<String, Object> file = Files.readAttributes(backend, "posix:owner,group");
        assertThat(run.out()).isEqualTo("""
                        === Checking executable rights ===
                        Executable path: %s
                        Check Rights: OK, the executable has the correct rights

                        Rights Detail:
                        file mode: 100700
                        Owner username: %s
                        Group name: %s

                        === Secrets stats ===
                        Number of secrets decrypted: 3
                        Secrets handle decrypted:
                        - api_key: from agent.yaml
                        - db_prod_password: from postgres.yaml, team/redis.yaml
                        - db_prod_user: from postgres.yaml
                        """.formatted(backend, file.get("owner"), file.get("group")));
        assertThat(run.status()).isZero();
    }

    @Test
    void configcheck_json_shows_resolved_and_dropped_sources_with_one_call() throws IOException {
        backend("""
                #!/bin/sh
                cat >/dev/null
                echo '{"db_prod_user":{"value":"u"},"x":{"value":null,"error":"no such key"}}'
                """);
        check("b.yaml", "p: ENC[x]\nq: ENC[y]\n");
        check(
                "postgres.yaml",
                "init_config:\ninstances:\n  - server: db_prod\n    user: ENC[db_prod_user]\n    note: enc[z]\n");

        AgentRun run = agent("configcheck", "--json", "--reveal");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .isEqualTo(
                        "{\"backendCalls\":1,\"sources\":["
                                + "{\"source\":\"b.yaml\",\"provider\":\"file\",\"status\":\"dropped\",\"documents\":[],"
                                + "\"handles\":[{\"handle\":\"x\",\"path\":\"p\",\"line\":1,\"column\":4},"
                                + "{\"handle\":\"y\",\"path\":\"q\",\"line\":2,\"column\":4}],\"warnings\":[],"
                                + "\"errors\":[{\"kind\":\"backend_error\",\"handle\":\"x\",\"path\":\"p\",\"line\":1,\"column\":4,"
                                + "\"message\":\"no such key\"},{\"kind\":\"missing\",\"handle\":\"y\",\"path\":\"q\",\"line\":2,"
                                + "\"column\":4,\"message\":\"the backend has no such handle\"}]},"
                                + "{\"source\":\"postgres.yaml\",\"provider\":\"file\",\"status\":\"resolved\","
                                + "\"documents\":[{\"init_config\":null,\"instances\":[{\"server\":\"db_prod\",\"user\":\"u\","
                                + "\"note\":\"enc[z]\"}]}],"
                                + "\"handles\":[{\"handle\":\"db_prod_user\",\"path\":\"instances/0/user\",\"line\":4,\"column\":11}],"
                                + "\"warnings\":[{\"line\":5,\"column\":11,"
                                + "\"message\":\"ENC must be in capitals to be a handle; write ENC[handle]\"}],\"errors\":[]}]}\n");
    }

    @Test
    void secrets_are_shown_only_when_revealed() throws IOException {
        check("a.yaml", "password: ENC[x]\n");

        assertThat(agent("configcheck").out())
                .contains("password: \"********\"")
                .doesNotContain("decrypted_x");
        assertThat(agent("configcheck", "--json").out()).contains("********").doesNotContain("decrypted_x");
        assertThat(agent("configcheck", "--reveal").out()).contains("password: decrypted_x");
    }

    @Test
    void resolve_prints_the_file_with_nothing_else_changed() throws IOException {
        Path file = Files.writeString(
                home.resolve("other.yaml"), "# keep\r\na:   ENC[x]  # and this\r\n---\r\nb: 'ENC[y]'\r\nc: 0x1F\r\n");

        AgentRun run = agent("resolve", file.toString());

        assertThat(run.out())
                .isEqualTo("# keep\r\na:   \"decrypted_x\"  # and this\r\n---\r\nb: \"decrypted_y\"\r\nc: 0x1F\r\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void resolve_is_a_filter() {
        AgentRun run = AgentRun.of(Map.of(), "p: ENC[é]\n", "-c", mainFile.toString(), "resolve", "-");

        assertThat(run.out()).isEqualTo("p: \"decrypted_\\u00e9\"\n");
    }

    @Test
    void resolve_prints_nothing_when_a_handle_fails() throws IOException {
        backend("#!/bin/sh\ncat >/dev/null\necho '{\"good\":{\"value\":\"v\"}}'\n");

        AgentRun run = AgentRun.of(Map.of(), "a: ENC[good]\nb: ENC[bad]\n", "-c", mainFile.toString(), "resolve", "-");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Could not resolve 1 of 2 handles", "ENC[bad] at b (line 2)");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void offline_starts_nothing() throws IOException {
        backend("#!/bin/sh\ntouch '" + home + "/started'\n");
        check("a.yaml", "password: ENC[x]\n");

        AgentRun run = agent("configcheck", "--offline", "--json");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("\"backendCalls\":0", "\"status\":\"offline\"", "\"ok\":true");
        assertThat(home.resolve("started")).doesNotExist();
    }

    @Test
    void warnings_count_for_the_exit_status_only_when_asked() throws IOException {
        check("a.yaml", "password: enc[x]\n");

        assertThat(agent("configcheck").status()).isZero();
        assertThat(agent("configcheck", "--strict").status()).isEqualTo(1);
        assertThat(agent("configcheck", "--strict", "--offline").status()).isEqualTo(1);
    }

    @Test
    void a_failed_rights_check_drops_what_needs_the_executable_and_says_how_to_mend_it() throws IOException {
        backend("#!/bin/sh\ntouch '" + home + "/started'\n");
        Files.setPosixFilePermissions(
                home.resolve("backend"), java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        check("a.yaml", "password: ENC[x]\n");
        check("b.yaml", "password: none\n");

        AgentRun check = agent("configcheck", "--json");
        AgentRun report = agent("secret");

        assertThat(check.status()).isEqualTo(1);
        assertThat(check.out())
                .contains(
                        "\"kind\":\"permissions\"",
                        "chmod 0700",
                        "\"source\":\"b.yaml\",\"provider\":\"file\",\"status\":\"resolved\"");
        assertThat(report.status()).isEqualTo(1);
        assertThat(report.out()).contains("Check Rights: error: invalid executable '", "chmod 0700");
        assertThat(home.resolve("started")).doesNotExist();
    }

    @Test
    void without_an_executable_only_sources_without_handles_resolve() throws IOException {
        Files.writeString(mainFile, "hostname: x\n");
        check("a.yaml", "password: ENC[x]\n");
        check("b.yaml", "password: none\n");

        AgentRun check = agent("configcheck", "--json");

        assertThat(check.out())
                .contains("\"backendCalls\":0", "\"kind\":\"no_backend\"")
                .contains("\"source\":\"b.yaml\",\"provider\":\"file\",\"status\":\"resolved\"");
        assertThat(agent("secret").out()).startsWith("No secret_backend_command set: secrets feature is not enabled\n");
    }

    @Test
    void a_main_configuration_that_cannot_be_used_is_status_2() throws IOException {
        Files.writeString(mainFile, "secret_backend_timeout: soon\nsecret_backend_arguments: ENC[x]\nsecret_typo: 1\n");
        AgentRun wrongSettings = agent("configcheck");
        Files.writeString(mainFile, "a: [\n");
        AgentRun wrongYaml = agent("secret");
        AgentRun noFile = AgentRun.of("-c", home.resolve("none.yaml").toString(), "configcheck");
        AgentRun wrongCommandLine = agent("configcheck", "--jsn");

        assertThat(List.of(wrongSettings.status(), wrongYaml.status(), noFile.status(), wrongCommandLine.status()))
                .containsOnly(2);
        assertThat(wrongSettings.err())
                .contains("secret_backend_timeout must be", "secret_backend_arguments must", "secret_typo is unknown");
        assertThat(wrongSettings.out() + wrongYaml.out() + noFile.out() + wrongCommandLine.out())
                .isEmpty();
    }

    @Test
    void a_handle_of_the_main_configuration_that_fails_is_status_2() throws IOException {
        backend("#!/bin/sh\ncat >/dev/null\necho '{}'\n");
        Files.writeString(mainFile, "api_key: ENC[api_key]\n", java.nio.file.StandardOpenOption.APPEND);

        AgentRun run = agent("configcheck");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("ENC[api_key] at api_key (line 3)");
    }

    @Test
    void the_folder_of_the_checks_may_be_a_handle() throws IOException {
        Files.createDirectory(home.resolve("decrypted_checks"));
        Files.writeString(home.resolve("decrypted_checks/a.yaml"), "p: ENC[x]\n");
        Files.writeString(mainFile, "confd_path: ENC[checks]\n", java.nio.file.StandardOpenOption.APPEND);

        assertThat(agent("configcheck", "--reveal").out()).contains("=== a check ===", "p: decrypted_x");
    }

    @Test
    void a_check_may_have_the_name_of_the_main_configuration() throws IOException {
        check("agent.yaml", "p: ENC[x]\n");

        assertThat(agent("configcheck", "--reveal").out()).contains("=== agent check ===", "p: decrypted_x");
    }

    @Test
    void template_variables_are_replaced_before_handles_are_looked_for() throws IOException {
        check("a.yaml", "server: %%host%%\nport: %%port%%\npassword: ENC[db_%%host%%]\nuser: \"%%env_DB_USER%%\"\n");

        AgentRun run = AgentRun.of(
                Map.of("DB_USER", "me"),
                "",
                "-c",
                mainFile.toString(),
                "configcheck",
                "--json",
                "--reveal",
                "--var",
                "host=a: b",
                "--var",
                "port=5432");

        assertThat(run.out())
                .contains("{\"server\":\"a: b\",\"port\":5432,\"password\":\"decrypted_db_a: b\",\"user\":\"me\"}");
    }

    @Test
    void an_alias_bomb_resolves_or_is_refused_in_64_mebibytes() throws IOException {
        StringBuilder bomb = new StringBuilder("x: ENC[x]\na: &a [z,z,z,z,z,z,z,z,z]\n");
        for (char c = 'b'; c <= 'h'; c++) {
            String alias = "*" + (char) (c - 1);
            bomb.append(c)
                    .append(": &")
                    .append(c)
                    .append(" [")
                    .append((alias + ",").repeat(7))
                    .append("]\n");
        }
        check("bomb.yaml", bomb.toString());

        AgentRun run = agent("configcheck", "--json");

        assertThat(run.status()).isIn(0, 1);
        assertThat(run.out()).contains("\"source\":\"bomb.yaml\"");
    }

    @Test
    void verbose_logs_each_call_and_what_the_executable_prints_on_standard_error() throws IOException {
        backend("#!/bin/sh\ncat >/dev/null\necho hello >&2\necho '{\"x\":{\"value\":\"v\"}}'\n");
        check("a.yaml", "user: ENC[x]\npassword: ENC[y]\n");

        assertThat(agent("configcheck").err()).doesNotContain("hello", "the backend was asked");
        assertThat(agent("-v", "configcheck").err())
                .contains("hello")
                .containsPattern("the backend was asked for 2 handles in \\d+ ms: 1 found, 1 missing\\R");
    }

    @Test
    void help_and_version_work_on_all_commands() {
        assertThat(AgentRun.of("--version").out()).startsWith("agent ");
        for (String command : List.of("configcheck", "secret", "resolve", "doctor")) {
            AgentRun help = AgentRun.of(command, "--help");
            assertThat(help.out()).contains("Usage: agent " + command, "Exit status:");
            assertThat(help.status()).isZero();
        }
    }

    @Test
    void an_agent_that_is_told_to_stop_leaves_no_executable_behind() throws Exception {
        backend("#!/bin/sh\necho $$ > '" + home + "/pid.new'\nmv '" + home + "/pid.new' '" + home
                + "/pid'\nsleep 1000\n");
        check("a.yaml", "password: ENC[x]\n");
        Process agent = new ProcessBuilder(AgentRun.commandLine(List.of(), "-c", mainFile.toString(), "configcheck"))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("out").toFile())
                .start();
        Path pidFile = home.resolve("pid");
        while (!Files.exists(pidFile) && agent.isAlive()) {
            Thread.onSpinWait();
        }
        long pid = Long.parseLong(Files.readString(pidFile).strip());

        agent.destroy(); // SIGTERM

        assertThat(agent.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void keys_cannot_forge_lines_of_the_output() throws IOException {
        check("a.yaml", "\"a\\n=== forged check ===\\e[31m\": ENC[]\n");

        AgentRun run = agent("configcheck");

        assertThat(run.out()).contains("ENC[] at a?=== forged check ===?[31m: ").doesNotContain("\n=== forged");
    }

    @Test
    void resolve_fails_if_its_output_cannot_be_written() throws Exception {
        Path file = check("a.yaml", "a: ENC[x]\n");
        Process process = new ProcessBuilder(
                        AgentRun.commandLine(List.of(), "-c", mainFile.toString(), "resolve", file.toString()))
                .redirectOutput(Path.of("/dev/full").toFile())
                .start();

        assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(new String(process.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("standard output cannot be written");
    }
}
