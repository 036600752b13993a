package io.agentsecrets.exec;

import static io.agentsecrets.exec.Scripts.handles;
import static io.agentsecrets.exec.Scripts.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentsecrets.BackendException;
import io.agentsecrets.ConfigException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.NearMisses;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.resolver.Rejection;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import io.agentsecrets.tree.TreeSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSettingsTest {

    private static final String DEFAULTS = "SecretSettings["
            + "ExecSettings[executable=null, arguments=[], timeout=PT30S, outputMaxSize=1048576, allowGroupExec=false,"
            + " removeTrailingLineBreak=false, skipRightsChecks=false, skipFolderChecks=false, type=null, config=[]], "
            + "RouteSettings[byName={}, passedOver=false], "
            + "ResilienceSettings[attempts=1, coolDown=PT0S, stateFile=null], "
            + "RefreshSettings[interval=PT0S, scatter=true, rejectionInterval=PT1M], "
            + "UseSettings[timeToLive=null, staleLimit=null, allowedHandles=null, nearMisses=WARN], "
            + "AuditSettings[file=null, maxSize=1000000]]";

    @Test
    void nothing_set_gives_the_defaults() {
        assertThat(SecretSettings.of("agent.yaml", Map.of())).hasToString(DEFAULTS);
        assertThat(SecretSettings.of("agent.yaml", Map.of("api_key", "ENC[api_key]", "secrets", 5, 7, "x")))
                .hasToString(DEFAULTS);
    }

    private static Map<String, Object> everything() {
        Map<String, Object> config = new HashMap<>();
        config.put("secret_backend_command", "/etc/agent/backend");
        config.put("secret_backend_arguments", List.of("--file", ""));
        config.put("secret_backend_timeout", 5);
        config.put("secret_backend_output_max_size", 1024);
        config.put("secret_backend_command_allow_group_exec_perm", true);
        config.put("secret_backend_remove_trailing_line_break", true);
        config.put("secret_backend_skip_rights_checks", true);
        config.put("secret_backend_skip_folder_checks", true);
        config.put("secret_backend_type", "vault");
        config.put("secret_backend_config", Map.of("address", "https://vault"));
        config.put("secret_refresh_interval", 3600);
        config.put("secret_refresh_scatter", false);
        config.put("secret_refresh_on_api_key_failure_interval", 10);
        config.put("secret_backend_attempts", 3);
        config.put("secret_backend_cool_down", 30);
        config.put("secret_backend_state_file", "/var/lib/agent/state");
        config.put("secret_time_to_live", 900);
        config.put("secret_stale_limit", 0);
        config.put("secret_allowed_handles", Map.of("team-a/*", List.of("a_*")));
        config.put("secret_near_misses", "refuse");
        config.put("secret_audit_file", "/var/log/agent/secrets.json");
        config.put("secret_audit_file_max_size", 2048);
        return config;
    }

    private static final String EVERYTHING = "SecretSettings["
            + "ExecSettings[executable=/etc/agent/backend, arguments=[--file, ], timeout=PT5S, outputMaxSize=1024,"
            + " allowGroupExec=true, removeTrailingLineBreak=true, skipRightsChecks=true, skipFolderChecks=true,"
            + " type=vault, config=[address]], "
            + "RouteSettings[byName={}, passedOver=false], "
            + "ResilienceSettings[attempts=3, coolDown=PT30S, stateFile=/var/lib/agent/state], "
            + "RefreshSettings[interval=PT1H, scatter=false, rejectionInterval=PT10M], "
            + "UseSettings[timeToLive=PT15M, staleLimit=PT0S, allowedHandles={team-a/*=[a_*]}, nearMisses=REFUSE], "
            + "AuditSettings[file=/var/log/agent/secrets.json, maxSize=2048]]";

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void every_setting_is_read() {
        SecretSettings settings = SecretSettings.of("agent.yaml", everything());

        assertThat(settings).hasToString(EVERYTHING);
        assertThat(settings.command()).isEqualTo(Path.of("/etc/agent/backend"));
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.skipChecks()).isTrue();
        assertThat(settings.refreshInterval()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.refreshScatter()).isFalse();
        assertThat(settings.nearMisses()).isEqualTo(NearMisses.REFUSE);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void numbers_and_flags_may_be_texts() {
        Map<String, Object> texts = everything();
        texts.replaceAll(
                (name, value) -> value instanceof Number || value instanceof Boolean ? value.toString() : value);

        assertThat(SecretSettings.of("agent.yaml", texts)).hasToString(EVERYTHING);
        assertThat(SecretSettings.of("agent.yaml", config("secret_backend_timeout", "0.25"))
                        .timeout())
                .isEqualTo(Duration.ofMillis(250));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void every_setting_is_read_from_the_environment_with_lists_and_maps_as_json() {
        Map<String, String> environment = new HashMap<>();
        for (Map.Entry<String, Object> entry : everything().entrySet()) {
            Object value = entry.getValue();
            environment.put(
                    "AGENT_" + entry.getKey().toUpperCase(Locale.ROOT),
                    value instanceof String text ? text : Json.of(value));
        }

        assertThat(SecretSettings.builder("agent.yaml", Map.of())
                        .withEnvironment("AGENT_", environment)
                        .build())
                .hasToString(EVERYTHING);
    }

    @Test
    void the_environment_wins_and_an_empty_variable_is_not_set() {
        Map<String, Object> config = new HashMap<>();
        config.put("secret_backend_timeout", 5);
        config.put("secret_refresh_interval", "wrong, but not used");
        config.put("secret_stale_limit", 7);

        SecretSettings settings = SecretSettings.builder("agent.yaml", config)
                .withEnvironment(
                        "AGENT_",
                        Map.of(
                                "AGENT_SECRET_BACKEND_TIMEOUT",
                                "10",
                                "AGENT_SECRET_REFRESH_INTERVAL",
                                "60",
                                "AGENT_SECRET_STALE_LIMIT",
                                "",
                                "SECRET_BACKEND_COMMAND",
                                "not ours",
                                "AGENT_SECRET_SERVICE_PORT_8125_TCP_ADDR",
                                "of Kubernetes",
                                "AGENT_HOME",
                                "/x"))
                .build();

        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.refreshInterval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.toString()).contains("staleLimit=PT7S");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AGENT_SECRET", "AGENT_SECRET_BACKEND", "AGENT_SECRET_AUDIT", "AGENT_SECRET_REFRESH"})
    void variables_of_a_kubernetes_service_are_passed_over(String service) {
        Map<String, String> environment = new HashMap<>();
        for (String ending : List.of(
                "SERVICE_HOST",
                "SERVICE_PORT",
                "SERVICE_PORT_HTTPS",
                "PORT",
                "PORT_443_TCP",
                "PORT_443_TCP_PROTO",
                "PORT_443_TCP_ADDR")) {
            environment.put(service + "_" + ending, "x");
        }

        assertThat(SecretSettings.builder("agent.yaml", Map.of())
                        .withEnvironment("AGENT_", environment)
                        .build())
                .hasToString(DEFAULTS);
    }

    @Test
    void errors_name_the_variable_and_do_not_quote_it() {
        SecretSettings.Builder builder = SecretSettings.builder("agent.yaml", Map.of())
                .withEnvironment(
                        "AGENT_",
                        Map.of(
                                "AGENT_SECRET_BACKEND_TIMEOUT", "canary",
                                "AGENT_SECRET_BACKEND_ARGUMENTS", "--canary",
                                "AGENT_SECRET_BACKEND_COMAND", "canary",
                                "AGENT_SECRET_BACKEND_TYPE", "ENC[canary]"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigException.class)
                .hasNoCause()
                .hasMessageNotContaining("canary")
                .hasMessageContaining("AGENT_SECRET_BACKEND_ARGUMENTS must be written as JSON")
                .hasMessageContaining("AGENT_SECRET_BACKEND_COMAND is an unknown variable; did you mean"
                        + " AGENT_SECRET_BACKEND_COMMAND?")
                .hasMessageContaining("AGENT_SECRET_BACKEND_TIMEOUT must be a number of seconds")
                .hasMessageContaining("AGENT_SECRET_BACKEND_TYPE must not hold a handle");
    }

    static Stream<String> settings_that_may_be_empty() {
        return Stream.of(Setting.values())
                .filter(setting -> setting != Setting.ALLOWED_HANDLES)
                .map(Setting::key);
    }

    @ParameterizedTest
    @MethodSource("settings_that_may_be_empty")
    void null_and_an_empty_text_count_as_not_set(String name) {
        assertThat(SecretSettings.of("agent.yaml", config(name, null))).hasToString(DEFAULTS);
        assertThat(SecretSettings.of("agent.yaml", config(name, ""))).hasToString(DEFAULTS);
    }

    @Test
    void allowed_handles_without_entries_are_an_error_and_do_not_allow_everything() {
        assertThat(failureOf(config("secret_allowed_handles", null)))
                .hasMessage(
                        "agent.yaml: secret_allowed_handles is empty; write {} to allow nothing, or take the name out"
                                + " to allow everything");
        assertThat(SecretSettings.of("agent.yaml", config("secret_allowed_handles", Map.of())))
                .asString()
                .contains("allowedHandles={}");
        assertThat(failureOf(config("secret_allowed_handles", config("team-a", null))))
                .hasMessageContaining("must be a map from patterns");
    }

    /** The names of the Agent 7.80 with a value that its users have, and a part of the error; empty if there is none. */
    static Stream<Arguments> settings_of_the_agent() {
        String scope = "is not known here: secret_allowed_handles says which source may use which handles";
        return Stream.of(
                Arguments.of("secret_backend_command", "/etc/backend", ""),
                Arguments.of("secret_backend_arguments", List.of("-v"), ""),
                Arguments.of("secret_backend_timeout", 30, ""),
                Arguments.of("secret_backend_output_max_size", 1048576, ""),
                Arguments.of("secret_backend_command_allow_group_exec_perm", true, ""),
                Arguments.of("secret_backend_remove_trailing_line_break", true, ""),
                Arguments.of("secret_backend_type", "file.yaml", "needs an executable: set secret_backend_connector"),
                Arguments.of("secret_backend_config", Map.of("file_path", "/x"), ""),
                Arguments.of("secret_backend_skip_checks", false, ""),
                Arguments.of("secret_backend_skip_checks", true, "secret_backend_skip_rights_checks skips the check"),
                Arguments.of("secret_refresh_interval", 3600, ""),
                Arguments.of("secret_refresh_scatter", true, ""),
                Arguments.of("secret_refresh_on_api_key_failure_interval", 0, ""),
                Arguments.of("secret_refresh_on_api_key_failure_interval", 10, ""),
                Arguments.of("secret_audit_file_max_size", 1048576, ""),
                Arguments.of("secret_scope_integration_to_their_k8s_namespace", false, ""),
                Arguments.of("secret_scope_integration_to_their_k8s_namespace", "false", ""),
                Arguments.of("secret_scope_integration_to_their_k8s_namespace", true, scope),
                Arguments.of("secret_allowed_k8s_namespace", List.of(), ""),
                Arguments.of("secret_allowed_k8s_namespace", List.of("prod"), scope),
                Arguments.of("secret_image_to_handle", Map.of(), ""),
                Arguments.of("secret_image_to_handle", Map.of("redis", List.of("h")), scope),
                Arguments.of("multi_secret_backends", Map.of(), ""),
                Arguments.of(
                        "multi_secret_backends",
                        Map.of("yaml", Map.of("type", "file.yaml", "config", Map.of("file_path", "/x"))),
                        "needs an executable: set secret_backend_connector"));
    }

    @ParameterizedTest
    @MethodSource("settings_of_the_agent")
    void a_configuration_of_the_agent_works_as_it_is_or_is_told_what_to_do(String name, Object value, String problem) {
        if (problem.isEmpty()) {
            assertThat(SecretSettings.of("agent.yaml", config(name, value))).isNotNull();
        } else {
            assertThat(failureOf(config(name, value)))
                    .hasMessageStartingWith("agent.yaml: " + name)
                    .hasMessageContaining(problem);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void a_type_without_a_command_is_for_the_connector() {
        Map<String, Object> config = new HashMap<>();
        config.put("secret_backend_type", "file.yaml");
        config.put("secret_backend_connector", "/opt/secret-generic-connector");

        assertThat(SecretSettings.of("agent.yaml", config).command())
                .isEqualTo(Path.of("/opt/secret-generic-connector"));

        config.put("secret_backend_command", "/etc/backend");
        assertThat(SecretSettings.of("agent.yaml", config).command()).isEqualTo(Path.of("/etc/backend"));

        config.remove("secret_backend_command");
        config.remove("secret_backend_type");
        assertThat(SecretSettings.of("agent.yaml", config).command()).isNull();
    }

    @Test
    void routes_have_settings_of_their_own_and_share_the_rest() {
        Map<String, Object> vault = new HashMap<>();
        vault.put("command", "/etc/vault");
        vault.put("arguments", List.of("-v"));
        vault.put("timeout", "7");
        vault.put("command_allow_group_exec_perm", true);
        Map<String, Object> config = new HashMap<>();
        config.put(
                "multi_secret_backends",
                Map.of("vault", vault, "file", Map.of("type", "file.yaml", "config", Map.of("file_path", "/x"))));
        config.put("secret_backend_connector", "/opt/connector");
        config.put("secret_backend_output_max_size", 2048);
        config.put("secret_backend_arguments", List.of("not shared"));

        assertThat(SecretSettings.of("agent.yaml", config))
                .asString()
                .contains(
                        "vault=ExecSettings[executable=/etc/vault, arguments=[-v], timeout=PT7S, outputMaxSize=2048,"
                                + " allowGroupExec=true, removeTrailingLineBreak=false, skipRightsChecks=false,"
                                + " skipFolderChecks=false, type=null, config=[]]",
                        "file=ExecSettings[executable=/opt/connector, arguments=[], timeout=PT30S, outputMaxSize=2048,"
                                + " allowGroupExec=false, removeTrailingLineBreak=false, skipRightsChecks=false,"
                                + " skipFolderChecks=false, type=file.yaml, config=[file_path]]");
    }

    static Stream<Arguments> wrong_routes() {
        return Stream.of(
                Arguments.of(List.of(), " must be a map with texts as keys"),
                Arguments.of(
                        Map.of("a;b", Map.of("command", "/x")),
                        " must have names that are not empty and hold no semicolon"),
                Arguments.of(
                        Map.of("", Map.of("command", "/x")),
                        " must have names that are not empty and hold no semicolon"),
                Arguments.of(config("a", null), ".a must be a map with a type and a config, or with a command"),
                Arguments.of(Map.of("a", Map.of()), ".a needs a type or a command"),
                Arguments.of(
                        Map.of("a", Map.of("command", "x")),
                        ".a.command must be an absolute path; write the path from the root"),
                Arguments.of(
                        Map.of("a", Map.of("command", "/x", "timeout", "long")),
                        ".a.timeout must be a number of seconds, from 0.001 to 86400"),
                Arguments.of(
                        Map.of("a", Map.of("command", "/x", "comand", "/x")),
                        ".a.comand is unknown; it may hold command, arguments, type, config, connector, timeout,"
                                + " output_max_size, command_allow_group_exec_perm, remove_trailing_line_break,"
                                + " skip_rights_checks, skip_folder_checks"),
                Arguments.of(
                        Map.of("a", Map.of("type", "file.yaml")),
                        ".a.type needs an executable: set secret_backend_connector to the path of the Agent's"
                                + " secret-generic-connector, or secret_backend_command"),
                Arguments.of(
                        Map.of("a", Map.of("command", "/x", "config", Map.of("token", "ENC[x]"))),
                        " must not hold a handle, as it is needed to resolve handles"));
    }

    @ParameterizedTest
    @MethodSource("wrong_routes")
    void what_is_wrong_with_a_route_is_an_error_that_names_it(Object routes, String problem) {
        assertThat(failureOf(config("multi_secret_backends", routes)))
                .hasMessage("agent.yaml: multi_secret_backends" + problem);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void each_route_is_asked_for_its_own_handles_and_a_dead_one_harms_no_other(@TempDir Path folder)
            throws IOException {
        Path good = Scripts.file(
                folder,
                "good",
                "#!/bin/sh\ncat >\"$0.request\"\nprintf '{\"db;pw\":{\"value\":\"v\"}}'\n",
                "rwx------");
        Path dead = Scripts.file(folder, "dead", "#!/bin/sh\nexec sleep 1000\n", "rwx------");
        Map<String, Object> config = new HashMap<>();
        config.put(
                "multi_secret_backends",
                Map.of(
                        "good", Map.of("command", good.toString()),
                        "dead", Map.of("command", dead.toString(), "timeout", 0.5)));
        SecretSettings settings = SecretSettings.of("agent.yaml", config);

        assertThat(settings.execBackend()).isNull();
        Map<Handle, FetchResult> results = settings.backend().fetch(handles("good;db;pw", "dead;x"));

        assertThat(results.get(new Handle("good;db;pw"))).isEqualTo(FetchResult.found("v"));
        assertThat(results.get(new Handle("dead;x"))).isInstanceOfSatisfying(FetchResult.Failed.class, failed -> {
            assertThat(failed.kind()).isEqualTo(FailureKind.TIMEOUT);
            assertThat(failed.reason()).contains("not done within 0.5 s");
        });
        assertThat(folder.resolve("good.request")).hasContent("{\"version\":\"1.0\",\"secrets\":[\"db;pw\"]}");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void routes_are_passed_over_with_a_warning_where_a_command_is_set() {
        Map<String, Object> config = new HashMap<>();
        config.put("secret_backend_command", "/etc/backend");
        config.put("multi_secret_backends", Map.of("a", Map.of("type", "file.yaml")));
        SecretSettings settings = SecretSettings.of("agent.yaml", config);

        try (CapturedLog log = new CapturedLog()) {
            assertThat(settings.backend()).isInstanceOf(ExecBackend.class);

            assertThat(log.records())
                    .singleElement()
                    .asString()
                    .contains("WARN", "multi_secret_backends is passed over, as secret_backend_command");
        }
    }

    @Test
    void settings_are_read_out_of_a_source_that_is_not_resolved() {
        Map<String, Object> tree = Map.of("api_key", "ENC[api_key]", "secret_backend_timeout", 7);

        assertThat(SecretSettings.of(TreeSource.of("agent.yaml", tree)).timeout())
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(SecretSettings.of(TreeSource.of("agent.yaml", List.of(tree))).timeout())
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(SecretSettings.of(TreeSource.of("agent.yaml", List.of()))).hasToString(DEFAULTS);
        assertThatThrownBy(() -> SecretSettings.of(
                        TreeSource.of("agent.yaml", Map.of("secret_backend_command", "ENC[command]"))))
                .hasMessage("agent.yaml: secret_backend_command must not hold a handle, as it is needed to resolve"
                        + " handles");
        assertThatThrownBy(() -> SecretSettings.of(TreeSource.of("agent.yaml", List.of(tree, tree))))
                .hasMessage("agent.yaml: the main configuration must be one map of settings,"
                        + " such as secret_backend_command: /path");
        assertThatThrownBy(() -> SecretSettings.of(TreeSource.of("agent.yaml", "text")))
                .hasMessage("agent.yaml: the main configuration must be one map of settings,"
                        + " such as secret_backend_command: /path");
    }

    @Test
    void seconds_may_have_a_fraction_and_numbers_any_type() {
        assertThat(SecretSettings.of("agent.yaml", config("secret_backend_timeout", 0.25))
                        .timeout())
                .isEqualTo(Duration.ofMillis(250));
        assertThat(SecretSettings.of("agent.yaml", config("secret_backend_timeout", 86_400L))
                        .timeout())
                .isEqualTo(Duration.ofDays(1));
        assertThat(SecretSettings.of("agent.yaml", config("secret_backend_output_max_size", 2048L)))
                .asString()
                .contains("outputMaxSize=2048,");
        assertThat(SecretSettings.of("agent.yaml", config("secret_backend_output_max_size", 1 << 30)))
                .asString()
                .contains("outputMaxSize=1073741824,");
    }

    static Stream<Arguments> wrong_values() {
        String size = "must be a whole number of bytes from 1 to 1073741824";
        String timeout = "must be a number of seconds, from 0.001 to 86400";
        String interval = "must be a number of seconds, from 0 to 86400";
        String patterns = "must be a map from patterns of sources to lists of patterns of handles, such as"
                + " 'postgres.yaml': ['db_*']";
        return Stream.of(
                Arguments.of("secret_backend_command", 5, "must be text"),
                Arguments.of("secret_backend_command", List.of("/bin/true"), "must be text"),
                Arguments.of("secret_backend_command", "a\0b", "must be a path of this system"),
                Arguments.of("secret_audit_file", true, "must be text"),
                Arguments.of("secret_backend_type", 5, "must be text"),
                Arguments.of("secret_backend_arguments", "--file", "must be a list of texts; put numbers in quotes"),
                Arguments.of(
                        "secret_backend_arguments", List.of("-n", 5), "must be a list of texts; put numbers in quotes"),
                Arguments.of(
                        "secret_backend_arguments", listOfNull(), "must be a list of texts; put numbers in quotes"),
                Arguments.of("secret_backend_timeout", 0, timeout),
                Arguments.of("secret_backend_timeout", Double.NaN, timeout),
                Arguments.of("secret_backend_timeout", Double.NEGATIVE_INFINITY, timeout),
                Arguments.of("secret_backend_timeout", BigInteger.TEN.pow(50), timeout),
                Arguments.of("secret_backend_timeout", "9".repeat(1_000_000), timeout),
                Arguments.of("secret_refresh_interval", -1, interval),
                Arguments.of("secret_backend_output_max_size", 0, size),
                Arguments.of("secret_backend_output_max_size", 1L << 40, size),
                Arguments.of("secret_backend_output_max_size", 1.5, size),
                Arguments.of("secret_backend_skip_rights_checks", "yes", "must be true or false"),
                Arguments.of("secret_backend_command_allow_group_exec_perm", List.of(), "must be true or false"),
                Arguments.of("secret_backend_config", List.of(), "must be a map with texts as keys"),
                Arguments.of("secret_backend_attempts", 0, "must be a whole number from 1 to 100"),
                Arguments.of("secret_near_misses", "ignore", "must be warn or refuse"),
                Arguments.of(
                        "secret_refresh_on_api_key_failure_interval",
                        "5m",
                        "must be a number of minutes, from 0 to 1440"),
                Arguments.of("secret_backend_cool_down", -1, interval),
                Arguments.of(
                        "secret_backend_state_file",
                        "/x",
                        "is where the agent keeps the cool-down over a restart, and there is none; set"
                                + " secret_backend_cool_down too"),
                Arguments.of("secret_time_to_live", 0, "must be a number of seconds, from 0.001 to 31536000"),
                Arguments.of("secret_stale_limit", -1, "must be a number of seconds, from 0 to 31536000"),
                Arguments.of("secret_allowed_handles", List.of("*"), patterns),
                Arguments.of("secret_allowed_handles", Map.of("a", "*"), patterns),
                Arguments.of("secret_allowed_handles", Map.of("a", List.of("x", 1)), patterns),
                Arguments.of("secret_allowed_handles", Map.of(1, List.of("x")), patterns));
    }

    @ParameterizedTest
    @MethodSource("wrong_values")
    void a_wrong_value_is_an_error_that_names_the_setting(String name, Object value, String problem) {
        assertThat(failureOf(config(name, value)))
                .hasMessage("agent.yaml: " + name + " " + problem)
                .hasNoCause();
    }

    static Stream<String> paths() {
        return Stream.of(Setting.values())
                .filter(setting -> setting.kind() == Setting.Kind.PATH)
                .map(Setting::key);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void a_path_must_be_absolute_whatever_it_is_for(String name) {
        Map<String, Object> config = new HashMap<>(Map.of("secret_backend_cool_down", 30));
        config.put(name, "bin/backend");
        assertThat(failureOf(config))
                .hasMessage("agent.yaml: " + name + " must be an absolute path; write the path from the root");
        config.put(name, "%%env_HOME%%/backend");
        assertThat(failureOf(config))
                .hasMessage(
                        "agent.yaml: " + name + " must be an absolute path; its template variable was not replaced");
    }

    @Test
    void unknown_names_are_errors_with_what_was_meant_and_the_known_ones_once() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("secret_backend_comand", "/bin/true");
        config.put("secret_x", 1);
        config.put("secret_y", 1);
        config.put("multi_secret_backend", Map.of());

        ConfigException failure = failureOf(config);

        assertThat(failure.kind()).isEqualTo(FailureKind.SETTINGS);
        assertThat(failure.source()).isEqualTo("agent.yaml");
        assertThat(String.valueOf(failure.getMessage()).lines())
                .hasSize(5)
                .startsWith(
                        "agent.yaml: 4 problems",
                        "  secret_backend_comand is unknown; did you mean secret_backend_command?")
                .endsWith(
                        "  secret_y is unknown",
                        "  multi_secret_backend is unknown; did you mean multi_secret_backends?");
        assertThat(failure)
                .message()
                .containsOnlyOnce(
                        "\n  secret_x is unknown; the settings are multi_secret_backends, secret_allowed_handles, ")
                .contains(
                        ", secret_scope_integration_to_their_k8s_namespace, secret_stale_limit, secret_time_to_live\n");
    }

    @ParameterizedTest
    @CsvSource({
        "Secret_Allowed_Handles, secret_allowed_handles",
        "SECRET_ALLOWED_HANDLES, secret_allowed_handles",
        "secret-backend-timeout, secret_backend_timeout",
        "secret.backend.timeout, secret_backend_timeout",
        "secretBackendTimeout, secret_backend_timeout",
        "SecretAllowedHandles, secret_allowed_handles",
        "secrets_allowed_handles, secret_allowed_handles",
        "mult_secret_backends, multi_secret_backends",
        "Multi-Secret-Backends, multi_secret_backends"
    })
    void a_name_in_another_spelling_is_an_error_with_the_right_one(String name, String meant) {
        assertThat(failureOf(config(name, Map.of("a", List.of("b")))))
                .hasMessage("agent.yaml: " + name + " is unknown; did you mean " + meant + "?");
    }

    @Test
    void a_name_that_is_nearly_right_needs_no_list_of_all_names() {
        assertThat(failureOf(config("secret_backend_comand", "/bin/true")))
                .hasMessage("agent.yaml: secret_backend_comand is unknown; did you mean secret_backend_command?");
    }

    @Test
    void a_handle_in_a_setting_is_an_error_wherever_it_stands() {
        String problem = " must not hold a handle, as it is needed to resolve handles";

        assertThat(failureOf(config("secret_backend_command", "ENC[command]")))
                .hasMessage("agent.yaml: secret_backend_command" + problem);
        assertThat(failureOf(config("secret_backend_arguments", List.of("-k", " ENC[key] "))))
                .hasMessage("agent.yaml: secret_backend_arguments" + problem);
        assertThat(failureOf(config("secret_backend_config", Map.of("a", List.of(Map.of("token", "ENC[token]"))))))
                .hasMessage("agent.yaml: secret_backend_config" + problem);
        assertThat(failureOf(config("secret_allowed_handles", Map.of("a.yaml", List.of("ENC[db]")))))
                .hasMessage("agent.yaml: secret_allowed_handles" + problem + "; write names without ENC[ ]");
    }

    @Test
    void everything_that_is_wrong_is_told_at_once_and_no_value_is_quoted() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("secret_backend_timeout", "canary");
        config.put("secret_backend_skip_checks", "canary");
        config.put("secret_backend_command", "/ENC[canary]");
        config.put("secret_backend_config", Map.of("token", "ENC[canary]"));
        config.put("secret_x", "canary");

        ConfigException failure = failureOf(config);

        assertThat(String.valueOf(failure.getMessage()).lines())
                .hasSize(5)
                .startsWith(
                        "agent.yaml: 4 problems",
                        "  secret_backend_config must not hold a handle, as it is needed to resolve handles")
                .contains("  secret_backend_timeout must be a number of seconds, from 0.001 to 86400");
        assertThat(failure)
                .hasMessageContaining("\n  secret_backend_skip_checks is refused: ")
                .hasMessageNotContaining("canary");
        assertThat(failure.problem())
                .doesNotContain("\n")
                .startsWith(
                        "secret_backend_config must not hold a handle, as it is needed to resolve handles; secret_x");
    }

    @Test
    void the_settings_do_not_change_with_the_map_that_they_were_read_from() {
        List<String> arguments = new ArrayList<>(List.of("a"));
        Map<String, Object> backendConfig = new HashMap<>(Map.of("k", "v"));
        Map<String, Object> config = new HashMap<>();
        config.put("secret_backend_arguments", arguments);
        config.put("secret_backend_config", backendConfig);

        SecretSettings settings = SecretSettings.of("agent.yaml", config);
        arguments.add("b");
        backendConfig.clear();

        assertThat(settings).asString().contains("arguments=[a], ", "config=[k]");
    }

    @Test
    void what_a_backend_is_configured_with_is_not_printed() {
        SecretSettings settings =
                SecretSettings.of("agent.yaml", config("secret_backend_config", Map.of("token", "canary")));

        assertThat(settings.toString())
                .contains("timeout=PT30S", "config=[token]")
                .doesNotContain("canary");
    }

    @Test
    void without_a_command_there_is_no_backend() {
        assertThat(SecretSettings.of("agent.yaml", Map.of()).backend()).isSameAs(SecretBackend.none());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void the_backend_is_made_as_the_settings_say(@TempDir Path folder) throws IOException {
        Path script = script(
                folder,
                "cat >\"$0.request\"",
                "printf %s \"$1\" >\"$0.argument\"",
                "printf '{\"h\":{\"value\":\"v\\\\n\"}}'");
        Map<String, Object> config = new HashMap<>();
        config.put("secret_backend_command", script.toString());
        config.put("secret_backend_arguments", List.of("* $HOME"));
        config.put("secret_backend_remove_trailing_line_break", true);
        config.put("secret_backend_type", "file");
        config.put("secret_backend_config", Map.of("k", "v"));

        SecretBackend backend = SecretSettings.of("agent.yaml", config).backend();

        assertThat(backend.fetch(handles("h"))).isEqualTo(Map.of(new Handle("h"), FetchResult.found("v")));
        assertThat(folder.resolve("backend.argument")).hasContent("* $HOME");
        assertThat(folder.resolve("backend.request"))
                .hasContent("{\"version\":\"1.0\",\"secrets\":[\"h\"],\"type\":\"file\",\"config\":{\"k\":\"v\"}}");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void attempts_cool_down_rule_and_audit_reach_the_resolver(@TempDir Path folder) throws IOException {
        Path script = script(
                folder,
                "echo x >>\"$0.calls\"",
                "[ \"$(wc -l <\"$0.calls\")\" -eq 2 ] && { printf '{\"a_1\":{\"value\":\"v\"}}'; exit; }",
                "exit 7");
        Map<String, Object> config = new HashMap<>();
        config.put("secret_backend_command", script.toString());
        config.put("secret_backend_attempts", 2);
        config.put("secret_backend_cool_down", 60);
        config.put("secret_allowed_handles", Map.of("team-a", List.of("a_*")));
        config.put("secret_audit_file", folder.resolve("audit").toString());
        SecretSettings settings = SecretSettings.of("agent.yaml", config);
        SecretResolver resolver = settings.resolver(settings.backend()).build();

        assertThat(resolver.resolve("team-a", "ENC[a_1]")).isEqualTo("v");
        assertThatThrownBy(() -> resolver.resolve("team-a", "ENC[b_1]"))
                .hasMessageEndingWith("this source may not use this handle; to allow it, let secret_allowed_handles"
                        + " in the main configuration hold: 'team-a': ['b_1']");
        assertThatThrownBy(() -> resolver.resolve("team-a", "ENC[a_2]")).hasMessageContaining("status 7");
        assertThatThrownBy(() -> resolver.resolve("team-a", "ENC[a_2]")).hasMessageContaining("cool-down");

        assertThat(folder.resolve("backend.calls")).hasContent("x\nx\nx\nx");
        assertThat(folder.resolve("audit"))
                .content()
                .contains("\"event\":\"fetched\",\"outcome\":\"ok\",\"handles\":[\"a_1\"]")
                .contains("\"event\":\"failed\",\"outcome\":\"exit\",\"handles\":[\"a_2\"]");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void the_cool_down_of_each_route_is_kept_in_the_state_file(@TempDir Path folder) throws IOException {
        Path script = script(folder, "echo x >>\"$0.calls\"", "exit 7");
        Map<String, Object> config = new HashMap<>();
        config.put(
                "multi_secret_backends",
                Map.of("vault", Map.of("command", script.toString()), "b b", Map.of("command", script.toString())));
        config.put("secret_backend_cool_down", 60);
        config.put("secret_backend_state_file", folder.resolve("state").toString());
        SecretSettings settings = SecretSettings.of("agent.yaml", config);

        for (int start = 0; start < 5; start++) {
            settings.resolver(settings.backend())
                    .build()
                    .resolveAll(Map.of("s", List.of("ENC[vault;a]", "ENC[b b;c]")));
        }

        assertThat(folder.resolve("backend.calls")).hasContent("x\nx");
        assertThat(Files.readAllLines(folder.resolve("state")).stream().map(line -> line.replaceAll("20\\S+Z", "TIME")))
                .containsExactlyInAnyOrder("agent-secrets cool-down", "exit TIME vault", "exit TIME b b");
    }

    @Test
    void the_time_between_refreshes_for_rejected_values_reaches_the_resolver() {
        SecretSettings settings =
                SecretSettings.of("agent.yaml", config("secret_refresh_on_api_key_failure_interval", 10));
        AtomicLong now = new AtomicLong();
        SecretResolver resolver = settings.resolver(new FakeBackend().put("h", "v"))
                .ticker(now::get)
                .build();
        resolver.resolve("s", "ENC[h]");

        assertThat(resolver.refreshRejected("s")).isEqualTo(Rejection.UNCHANGED);
        now.addAndGet(Duration.ofMinutes(9).toNanos());
        assertThat(resolver.refreshRejected("s")).isEqualTo(Rejection.TOO_SOON);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(resolver.refreshRejected("s")).isEqualTo(Rejection.UNCHANGED);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void limits_and_rights_reach_the_backend(@TempDir Path folder) throws IOException {
        Path script = Scripts.file(folder, "slow", "#!/bin/sh\nexec sleep 1000\n", "rwxr-x---");
        Path flood = Scripts.file(folder, "flood", "#!/bin/sh\nexec yes\n", "rwxrwxrwx");
        Map<String, Object> slow = new HashMap<>();
        slow.put("secret_backend_command", script.toString());
        slow.put("secret_backend_timeout", 0.1);
        Map<String, Object> large = new HashMap<>();
        large.put("secret_backend_command", flood.toString());
        large.put("secret_backend_output_max_size", 5);

        assertThat(callFailure(slow).kind()).isEqualTo(FailureKind.PERMISSIONS);
        slow.put("secret_backend_command_allow_group_exec_perm", true);
        assertThat(callFailure(slow)).hasMessageContaining("not done within 0.1 s");
        assertThat(callFailure(large).kind()).isEqualTo(FailureKind.PERMISSIONS);
        large.put("secret_backend_skip_rights_checks", "true");
        assertThat(callFailure(large)).hasMessageContaining("more than 5 bytes");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void rights_that_are_not_checked_are_warned_of_at_every_start() {
        Map<String, Object> config = new HashMap<>();
        config.put("secret_backend_command", "/etc/backend");
        config.put("secret_backend_skip_rights_checks", true);
        SecretSettings settings = SecretSettings.of("agent.yaml", config);

        try (CapturedLog log = new CapturedLog()) {
            settings.execBackend();
            settings.backend();

            assertThat(log.records())
                    .hasSize(2)
                    .allMatch(record -> record.contains("WARN")
                            && record.contains(
                                    "secret_backend_skip_rights_checks is set: the rights on /etc/backend are not"));
        }
    }

    private static BackendException callFailure(Map<String, Object> config) {
        SecretBackend backend = SecretSettings.of("agent.yaml", config).backend();
        return catchThrowableOfType(BackendException.class, () -> backend.fetch(handles("h")));
    }

    private static ConfigException failureOf(Map<?, ?> config) {
        return catchThrowableOfType(ConfigException.class, () -> SecretSettings.of("agent.yaml", config));
    }

    private static Map<String, @Nullable Object> config(String name, @Nullable Object value) {
        Map<String, @Nullable Object> config = new HashMap<>();
        config.put(name, value);
        return config;
    }

    private static List<@Nullable String> listOfNull() {
        List<@Nullable String> list = new ArrayList<>();
        list.add(null);
        return list;
    }
}
