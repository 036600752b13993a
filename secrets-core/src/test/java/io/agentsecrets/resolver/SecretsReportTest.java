package io.agentsecrets.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.BackendStatus;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.Origin;
import io.agentsecrets.SecretBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretsReportTest {

    private static final BackendStatus EXECUTABLE = new BackendStatus(
            "/path/to/executable",
            null,
            Map.of("mode", "100700", "owner", "agent", "group", "agent"),
            List.of(
                    "=== Checking executable rights ===",
                    "Executable path: /path/to/executable",
                    "Check Rights: OK, the executable has the correct rights",
                    "",
                    "Rights Detail:",
                    "file mode: 100700",
                    "Owner username: agent",
                    "Group name: agent"));

    private static SecretsReport.Secret secret(String handle, String... sources) {
        return new SecretsReport.Secret(
                new Handle(handle),
                SecretsReport.State.FRESH,
                Duration.ZERO,
                null,
                List.of(sources).stream().map(source -> Origin.of(source, "p")).toList());
    }

    private static HandleFailure failure(String handle, FailureKind kind, String reason, String... sources) {
        return new HandleFailure(
                new Handle(handle),
                List.of(sources).stream().map(source -> Origin.of(source, "p")).toList(),
                kind,
                reason);
    }

    @Test
    void reads_as_the_secret_command_of_the_agent_prints_it() {
        SecretsReport report = new SecretsReport(
                EXECUTABLE,
                List.of(
                        secret("api_key", "agent.yaml"),
                        secret("db_prod_password", "postgres.yaml"),
                        secret("db_prod_user", "postgres.yaml")),
                List.of());

        assertThat(report.toText()).isEqualTo("""
                        === Checking executable rights ===
                        Executable path: /path/to/executable
                        Check Rights: OK, the executable has the correct rights

                        Rights Detail:
                        file mode: 100700
                        Owner username: agent
                        Group name: agent

                        === Secrets stats ===
                        Number of secrets decrypted: 3
                        Secrets handle decrypted:
                        - api_key: from agent.yaml
                        - db_prod_password: from postgres.yaml
                        - db_prod_user: from postgres.yaml
                        """);
    }

    @Test
    void names_each_source_of_a_handle_once() {
        SecretsReport report = new SecretsReport(
                BackendStatus.ok("memory"),
                List.of(secret("h", "a.yaml", "a.yaml", "b.yaml"), secret("i", "team/redis.yaml")),
                List.of());

        assertThat(report.toText()).isEqualTo("""
                        Backend: memory

                        === Secrets stats ===
                        Number of secrets decrypted: 2
                        Secrets handle decrypted:
                        - h: from a.yaml, b.yaml
                        - i: from team/redis.yaml
                        """);
    }

    @Test
    void lists_what_failed_with_its_reason() {
        SecretsReport report = new SecretsReport(
                EXECUTABLE,
                List.of(),
                List.of(
                        failure("a", FailureKind.MISSING, "the backend has no such handle", "a.yaml", "b.yaml"),
                        failure("b\nFORGED", FailureKind.BACKEND_ERROR, "revoked", "c\nFORGED")));

        assertThat(report.toText()).endsWith("""
                        === Secrets stats ===
                        Number of secrets decrypted: 0
                        Secrets handle decrypted:

                        Secrets not resolved:
                        - a: from a.yaml, b.yaml: the backend has no such handle
                        - b?FORGED: from c?FORGED: revoked
                        """);
    }

    @Test
    void says_that_no_backend_is_set() {
        SecretsReport report =
                SecretResolver.builder(SecretBackend.none()).build().report();

        assertThat(report.toText()).isEqualTo("""
                        No secret_backend_command set: secrets feature is not enabled

                        === Secrets stats ===
                        Number of secrets decrypted: 0
                        Secrets handle decrypted:
                        """);
        assertThat(report.backend().isOk()).isTrue();
    }

    @Test
    void scripts_see_the_names_of_constants_in_lower_case() {
        assertThat(SecretsReport.State.FRESH.code()).isEqualTo("fresh");
        assertThat(List.of(FailureKind.values()))
                .extracting(FailureKind::code)
                .containsExactlyInAnyOrder(
                        "missing",
                        "empty",
                        "backend_error",
                        "invalid",
                        "denied",
                        "empty_handle",
                        "no_backend",
                        "timeout",
                        "exit",
                        "output",
                        "start",
                        "permissions",
                        "yaml",
                        "settings",
                        "interrupted");
    }

    @Test
    void details_of_a_backend_keep_their_order() {
        Map<String, String> details = new java.util.LinkedHashMap<>();
        details.put("mode", "1");
        details.put("owner", "2");
        details.put("group", "3");

        BackendStatus status = new BackendStatus("x", "wrong", details, List.of());
        details.clear();

        assertThat(status.details()).hasToString("{mode=1, owner=2, group=3}");
        assertThat(status.isOk()).isFalse();
    }
}
