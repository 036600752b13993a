package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.examples.cli.command.Commands;
import io.agentsecrets.examples.cli.output.Printer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code agent audit}. */
class AuditTest {

    private static final String SECRET = "hunter2-X9";

    @TempDir
    private Path home;

    private static DoctorRun audit(Object... arguments) {
        List<String> all = new ArrayList<>(List.of("audit"));
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        return DoctorRun.of(() -> Commands.run(Printer.to(System.out, System.err), all.toArray(new String[0])));
    }

    private DoctorRun auditOf(String yaml) throws IOException {
        return audit(Files.writeString(home.resolve("postgres.yaml"), yaml));
    }

    @Test
    void tells_where_a_plain_password_stands_and_what_moves_it_but_not_the_password() throws IOException {
        DoctorRun run = auditOf("instances:\n- user: agent\n  password: " + SECRET + "\n");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .isEqualTo(home.resolve("postgres.yaml") + ":3:13: instances/0/password: a plain secret\n"
                        + "    move it: ./examples/keyring/keyring set postgres_password\n"
                        + "    write:   password: ENC[postgres_password]\n");
        assertThat(run.err()).isEqualTo("1 plain secret in 1 file\n");
    }

    @Test
    void has_a_json_for_scripts() throws IOException {
        DoctorRun run =
                audit("--json", Files.writeString(home.resolve("snmp.yaml"), "{community_string: [" + SECRET + "]}"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .isEqualTo(
                        "{\"files\":1,\"allowed\":0,\"findings\":[{\"file\":\"" + home.resolve("snmp.yaml")
                                + "\",\"line\":1,\"column\":21,\"path\":\"community_string/0\",\"reason\":\"name\",\"handle\":\"snmp_community_string\",\"command\":\"./examples/keyring/keyring"
                                + " set snmp_community_string\",\"write\":\"\\\"ENC[snmp_community_string]\\\"\"}],\"errors\":[]}\n");
    }

    @Test
    void proposes_json_for_a_json_file() throws IOException {
        Path file = Files.writeString(
                home.resolve("app.json"),
                "{\"db\": {\"password\": \"" + SECRET + "\", \"tokens\": [\"" + SECRET + "\"]}}");

        DoctorRun run = audit(file);

        assertThat(run.out())
                .isEqualTo(file + ":1:21: db/password: a plain secret\n"
                        + "    move it: ./examples/keyring/keyring set app_db_password\n"
                        + "    write:   \"password\": \"ENC[app_db_password]\"\n"
                        + file + ":1:46: db/tokens/0: a plain secret\n"
                        + "    move it: ./examples/keyring/keyring set app_db_tokens\n"
                        + "    write:   \"ENC[app_db_tokens]\"\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password: hunter2-X9",
                "db_passwd: 'hunter2-X9'",
                "DbPassword: \"hunter2-X9\"",
                "pass: |\n  hunter2-X9\n  hunter2-X9",
                "pwd: 12345",
                "community: public",
                "password: changeme",
                "api_key: hunter2-X9",
                "X-Auth-Token: hunter2-X9",
                "clientSecret: hunter2-X9",
                "aws: {secret_access_key: hunter2-X9}",
                "token: hunter2-X9",
                "credentials: hunter2-X9",
                "private_key: hunter2-X9",
                "tokens: [hunter2-X9]",
                "dsn: postgresql://agent:hunter2-X9@db/postgres",
                "url: https://:hunter2-X9@redis:6379",
                "data_source_name: root:hunter2-X9@(localhost:3306)/",
                "connection: Server=db;User Id=agent;Password=hunter2-X9;",
                "environment: [MYSQL_ROOT_PASSWORD=hunter2-X9]",
                "jdbc: 'jdbc:mysql://db/x?user=agent&password=hunter2-X9'",
                "Authorization: Bearer hunter2-X9",
                "file: |\n  -----BEGIN RSA PRIVATE KEY-----\n  hunter2-X9\n  -----END RSA PRIVATE KEY-----",
                "hook: https://hooks.slack.com/services/hunter2-X9",
                "key: 9f86d081884c7d659a2feaa0c55ad015",
                "additional_endpoints: {'https://app.example.com': [hunter2-X9]}",
                "default: &p hunter2-X9\npassword: *p",
                "server: %%host%%\npassword: hunter2-X9",
                "password: !!str hunter2-X9",
            })
    void finds(String yaml) throws IOException {
        DoctorRun run = auditOf(yaml);

        assertThat(run.err()).isEqualTo("1 plain secret in 1 file\n");
        assertThat(run.all()).doesNotContain(SECRET).doesNotContain("12345");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password: ENC[db_password]",
                "password: db-ENC[db_password]", // a near miss, which configcheck tells
                "password:",
                "password: ''",
                "password: <PASSWORD>",
                "password: '********'",
                "password: PASSWORD",
                "password: your-password",
                "password: ${DB_PASSWORD}",
                "password: $DB_PASSWORD",
                "password: '{{ db_password }}'",
                "password: %%env_DB_PASSWORD%%",
                "password: file@/run/secrets/db",
                "password: !vault secret/db#password",
                "# password: hunter2-X9",
                "password_file: /run/secrets/db",
                "token: /run/secrets/token",
                "tls_private_key: certs/agent.key",
                "token_ttl: 30",
                "token: 30",
                "secret: true",
                "use_password: always",
                "MYSQL_ALLOW_EMPTY_PASSWORD: 1",
                "environment: [MYSQL_ALLOW_EMPTY_PASSWORD=yes]",
                "secretName: agent-tls",
                "password: {secretKeyRef: {name: db, key: password-of-agent}}",
                "key: kubernetes.io/arch",
                "tag_key: availability-zone",
                "passwords: []",
                "dsn: postgresql://agent@db/postgres",
                "dsn: postgresql://agent:${PASSWORD}@db/postgres",
                "url: http://[::1]:8080/a@b",
                "query: SELECT count(*) FROM users WHERE password=expired AND x=1",
                "auth_type: basic",
                "hunter2-X9",
                "? {password: hunter2-X9}\n: value",
                "",
            })
    void passes_over(String yaml) throws IOException {
        DoctorRun run = auditOf(yaml);

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("0 plain secrets in 1 file\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void gives_each_secret_of_a_file_a_handle_of_its_own() throws IOException {
        DoctorRun run = audit(Files.writeString(
                Files.createDirectories(home.resolve("redis.d")).resolve("conf.yaml"),
                "instances:\n- password: a1\n- password: a2\n- redis_password: a3\n"));

        assertThat(run.out())
                .contains("set redis_password\n", "password: ENC[redis_password_2]\n", "ENC[redis_password_3]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "additional_endpoints: {'https://agent:hunter2-X9@example.com': [y1]}",
                "'https://user:hunter2-X9/x@host': {password: y1}",
                "'https://user:p@hunter2-X9@host': {password: y1}",
                "'postgres://u:hunter2-X9 @h?password=hunter2-X9': {password: y1}",
                "'host=db password=hunter2-X9': {password: y1}",
                "ghp_hunter2-X9aaaaaaaaaaaa: {password: y1}",
                "of ghp_hunter2-X9aaaaaaaaaaaa: {password: y1}",
                "old.hunter2-X9a1b2c3d4e5f6: {password: y1}",
                "bearer hunter2-X9: {password: y1}",
                "a: {password: &p hunter2-X9}\nb: {*p : {password: y1}}",
                "a: {note: &p hunter2-X9}\nb: {*p : {password: y1}}",
                "a: {password: hunter2-X9}\nb: {hunter2-X9: {password: y1}}",
                "a: {url: 'https://user:hunter2-X9@host'}\nb: {hunter2-X9: {password: y1}}",
                "'https://agent:hunter2-X9@example.com/token': y1",
            })
    void shows_no_key_that_may_be_a_secret(String yaml) throws IOException {
        DoctorRun text = auditOf(yaml);
        DoctorRun json = audit("--json", home.resolve("postgres.yaml"));

        assertThat(text.status()).isEqualTo(1);
        assertThat(text.all() + json.all()).contains("********").doesNotContainIgnoringCase("hunter2");
    }

    @Test
    void leaves_a_key_that_it_does_not_show_out_of_the_name_of_the_handle() throws IOException {
        DoctorRun run = auditOf("b: {? 'https://app.example.com/token' : y1}\n");

        assertThat(run.out())
                .isEqualTo(home.resolve("postgres.yaml") + ":1:41: b/********: a plain secret\n"
                        + "    move it: ./examples/keyring/keyring set postgres_b\n"
                        + "    write:   \"********\": \"ENC[postgres_b]\"\n");
    }

    @Test
    void shows_a_key_that_is_also_its_own_value() throws IOException {
        DoctorRun run = auditOf("instances:\n- password: password\n- password: y1\n");

        assertThat(run.out()).contains("instances/0/password: ", "instances/1/password: ");
    }

    @Test
    void reads_the_agents_own_configuration_if_no_file_is_named() throws IOException {
        Path main = Files.writeString(home.resolve("agent.yaml"), "api_key: " + SECRET + "\nsecret_backend_typo: 1\n");
        Files.writeString(Files.createDirectories(home.resolve("conf.d/team")).resolve("db.yaml"), "pwd: " + SECRET);
        Files.writeString(Files.createDirectories(home.resolve("auto_conf.d")).resolve("redis.yaml"), "pass: %%x%%");
        Files.writeString(home.resolve("conf.d/.hidden.yaml"), "password: " + SECRET);
        Files.writeString(home.resolve("conf.d/notes.txt"), "password: " + SECRET);

        DoctorRun run = audit("-c", main);

        assertThat(run.out()).contains(main + ":1:10: api_key: ", home.resolve("conf.d/team/db.yaml") + ":1:6: pwd: ");
        assertThat(run.err()).isEqualTo("2 plain secrets in 3 files\n");
    }

    @Test
    void ends_with_2_if_a_file_cannot_be_read_and_tells_of_the_others() throws IOException {
        Path broken = Files.writeString(home.resolve("broken.yaml"), "password: [" + SECRET + "\n");
        Path good = Files.writeString(home.resolve("good.yaml"), "password: " + SECRET + "\n");

        DoctorRun run = audit(broken, good, home.resolve("none.yaml"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).contains(good + ":1:11");
        assertThat(run.err())
                .contains("broken.yaml, line ", "none.yaml", "no such file")
                .endsWith("1 plain secret in 1 file; 2 files not read\n")
                .doesNotContain(SECRET);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no pipes and devices among files")
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void passes_over_what_is_no_regular_file_and_says_so() throws Exception {
        Path folder = Files.createDirectory(home.resolve("conf.d"));
        Path pipe = folder.resolve("pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path device = Files.createSymbolicLink(folder.resolve("zero.yaml"), Path.of("/dev/zero"));
        Files.createSymbolicLink(
                folder.resolve("link.yaml"), Files.writeString(home.resolve("db.yaml"), "password: " + SECRET));

        DoctorRun run = audit(folder);
        DoctorRun json = audit("--json", folder);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("agent: " + pipe + ": it is not a regular file; put its content into one\nagent: " + device
                        + ": it is not a regular file; put its content into one\n"
                        + "1 plain secret in 1 file; 2 files not read\n");
        assertThat(json.out()).startsWith("{\"files\":1,");
    }

    @Test
    void reads_no_file_that_is_too_long() throws IOException {
        Path log = home.resolve("log.yaml");
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(3 * 1024 * 1024 + 1);
        }

        DoctorRun run = audit(log);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("agent: " + log + ": the text is longer than ");
    }

    @Test
    void allows_what_is_on_the_list() throws IOException {
        Files.writeString(home.resolve("a.yaml"), "instances:\n- password: x1\n- password: x2\n");
        Path list = Files.writeString(home.resolve("allow"), """
                # test servers
                a.yaml instances/*/password
                b.yaml password
                """);

        DoctorRun run = audit("--allow", list, home);

        assertThat(run.status()).isZero();
        assertThat(run.err())
                .isEqualTo("Warning: " + list + ": line 3 allows nothing that was found; delete it\n"
                        + "0 plain secrets in 1 file, 2 allowed\n");
    }

    @Test
    void refuses_a_list_that_it_does_not_understand() throws IOException {
        DoctorRun run = audit("--allow", Files.writeString(home.resolve("allow"), "a.yaml\n"), home);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("allow, line 1").contains("a line must be FILE PATH");
    }
}
