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
import io.agentsecrets.SecretBackend;
import io.agentsecrets.resolver.SecretResolver;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSettingsTest {

    private static final SecretSettings DEFAULTS = new SecretSettings(
            null,
            List.of(),
            Duration.ofSeconds(30),
            1_048_576,
            false,
            false,
            false,
            false,
            null,
            Map.of(),
            Duration.ZERO,
            true,
            1,
            Duration.ZERO,
            null,
            null,
            null,
            null,
            1_000_000);

    @Test
    void nothing_set_gives_the_defaults() {
        assertThat(SecretSettings.of("agent.yaml", Map.of())).isEqualTo(DEFAULTS);
        assertThat(SecretSettings.of("agent.yaml", Map.of("api_key", "ENC[api_key]", "secrets", 5, 7, "x")))
                .isEqualTo(DEFAULTS);
    }

    @Test
    void every_setting_is_read() {
        Map<String, Object> config = new HashMap<>();
        config.put("secret_backend_command", "/etc/agent/backend");
        config.put("secret_backend_arguments", List.of("--file", ""));
        config.put("secret_backend_timeout", 5);
        config.put("secret_backend_output_max_size", 1024);
        config.put("secret_backend_command_allow_group_exec_perm", true);
        config.put("secret_backend_remove_trailing_line_break", true);
        config.put("secret_backend_skip_checks", true);
        config.put("secret_backend_skip_folder_checks", true);
        config.put("secret_backend_type", "vault");
        config.put("secret_backend_config", Map.of("address", "https://vault", "retries", 3));
        config.put("secret_refresh_interval", 3600);
        config.put("secret_refresh_scatter", false);
        config.put("secret_backend_attempts", 3);
        config.put("secret_backend_cool_down", 30);
        config.put("secret_time_to_live", 900);
        config.put("secret_stale_limit", 0);
        config.put("secret_allowed_handles", Map.of("team-a/*", List.of("a_*")));
        config.put("secret_audit_file", "/var/log/agent/secrets.json");
        config.put("secret_audit_file_max_size", 2048);

        assertThat(SecretSettings.of("agent.yaml", config))
                .isEqualTo(new SecretSettings(
                        Path.of("/etc/agent/backend"),
                        List.of("--file", ""),
                        Duration.ofSeconds(5),
                        1024,
                        true,
                        true,
                        true,
                        true,
                        "vault",
                        Map.of("address", "https://vault", "retries", 3),
                        Duration.ofHours(1),
                        false,
                        3,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(15),
                        Duration.ZERO,
                        Map.of("team-a/*", List.of("a_*")),
                        Path.of("/var/log/agent/secrets.json"),
                        2048));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret_backend_command",
                "secret_backend_arguments",
                "secret_backend_timeout",
                "secret_backend_output_max_size",
                "secret_backend_command_allow_group_exec_perm",
                "secret_backend_remove_trailing_line_break",
                "secret_backend_skip_checks",
                "secret_backend_skip_folder_checks",
                "secret_backend_type",
                "secret_backend_config",
                "secret_refresh_interval",
                "secret_refresh_scatter",
                "secret_audit_file",
                "secret_audit_file_max_size",
                "secret_backend_attempts",
                "secret_backend_cool_down",
                "secret_time_to_live",
                "secret_stale_limit",
                "secret_allowed_handles"
            })
    void null_counts_as_not_set(String name) {
        assertThat(SecretSettings.of("agent.yaml", config(name, null))).isEqualTo(DEFAULTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret_backend_command", "secret_backend_type", "secret_audit_file"})
    void empty_text_counts_as_not_set(String name) {
        assertThat(SecretSettings.of("agent.yaml", config(name, ""))).isEqualTo(DEFAULTS);
    }

    @Test
    void seconds_may_have_a_fraction_and_numbers_any_type() {
        assertThat(SecretSettings.of("agent.yaml", config("secret_backend_timeout", 0.25))
                        .timeout())
                .isEqualTo(Duration.ofMillis(250));
        assertThat(SecretSettings.of("agent.yaml", config("secret_backend_timeout", 86_400L))
                        .timeout())
                .isEqualTo(Duration.ofDays(1));
        assertThat(SecretSettings.of("agent.yaml", config("secret_backend_output_max_size", 2048L))
                        .outputMaxSize())
                .isEqualTo(2048);
        assertThat(SecretSettings.of("agent.yaml", config("secret_backend_output_max_size", 1 << 30))
                        .outputMaxSize())
                .isEqualTo(1_073_741_824);
    }

    static Stream<Arguments> wrong_values() {
        String size = "must be a whole number of bytes from 1 to 1073741824";
        String timeout = "must be a number of seconds, more than 0 and at most 86400";
        String interval = "must be a number of seconds, from 0 to 86400";
        String patterns = "must be a map from patterns of sources to lists of patterns of handles";
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
                Arguments.of("secret_backend_arguments", List.of("a\0b"), "must not hold a NUL character"),
                Arguments.of("secret_backend_timeout", 0, timeout),
                Arguments.of("secret_backend_timeout", -1, timeout),
                Arguments.of("secret_backend_timeout", 86_401, timeout),
                Arguments.of("secret_backend_timeout", Double.NaN, timeout),
                Arguments.of("secret_backend_timeout", Double.NEGATIVE_INFINITY, timeout),
                Arguments.of("secret_backend_timeout", BigInteger.TEN.pow(50), timeout),
                Arguments.of("secret_backend_timeout", "30", timeout),
                Arguments.of("secret_backend_timeout", true, timeout),
                Arguments.of("secret_refresh_interval", -1, interval),
                Arguments.of("secret_refresh_interval", "1h", interval),
                Arguments.of("secret_backend_output_max_size", 0, size),
                Arguments.of("secret_backend_output_max_size", -1, size),
                Arguments.of("secret_backend_output_max_size", 1_073_741_825, size),
                Arguments.of("secret_backend_output_max_size", 1L << 40, size),
                Arguments.of("secret_backend_output_max_size", 1.5, size),
                Arguments.of("secret_backend_output_max_size", "1MiB", size),
                Arguments.of("secret_audit_file_max_size", 0, size),
                Arguments.of("secret_backend_skip_checks", "yes", "must be true or false"),
                Arguments.of("secret_backend_skip_folder_checks", "no", "must be true or false"),
                Arguments.of("secret_backend_skip_checks", 1, "must be true or false"),
                Arguments.of("secret_backend_remove_trailing_line_break", "true", "must be true or false"),
                Arguments.of("secret_backend_command_allow_group_exec_perm", List.of(), "must be true or false"),
                Arguments.of("secret_refresh_scatter", 0.5, "must be true or false"),
                Arguments.of("secret_backend_config", List.of(), "must be a map with texts as keys"),
                Arguments.of("secret_backend_attempts", 0, "must be a whole number from 1 to 100"),
                Arguments.of("secret_backend_attempts", 1.5, "must be a whole number from 1 to 100"),
                Arguments.of("secret_backend_cool_down", -1, interval),
                Arguments.of("secret_time_to_live", 0, "must be a number of seconds, more than 0 and at most 31536000"),
                Arguments.of("secret_stale_limit", -1, "must be a number of seconds, from 0 to 31536000"),
                Arguments.of("secret_allowed_handles", List.of("*"), patterns),
                Arguments.of("secret_allowed_handles", Map.of("a", "*"), patterns),
                Arguments.of("secret_allowed_handles", Map.of("a", List.of("x", 1)), patterns),
                Arguments.of("secret_allowed_handles", Map.of(1, List.of("x")), patterns),
                Arguments.of("secret_backend_config", Map.of(1, "x"), "must be a map with texts as keys"));
    }

    @ParameterizedTest
    @MethodSource("wrong_values")
    void a_wrong_value_is_an_error_that_names_the_setting(String name, Object value, String problem) {
        assertThat(failureOf(config(name, value)))
                .hasMessage("agent.yaml: " + name + " " + problem)
                .hasNoCause();
    }

    @Test
    void an_unknown_name_is_an_error_that_lists_the_known_ones() {
        ConfigException failure = failureOf(Map.of("secret_backend_comand", "/bin/true"));

        assertThat(failure.kind()).isEqualTo(FailureKind.SETTINGS);
        assertThat(failure.source()).isEqualTo("agent.yaml");
        assertThat(failure)
                .hasMessageStartingWith(
                        "agent.yaml: secret_backend_comand is unknown; the settings are"
                                + " secret_allowed_handles, secret_audit_file, secret_audit_file_max_size, secret_backend_arguments, ")
                .hasMessageEndingWith(
                        ", secret_refresh_interval, secret_refresh_scatter, secret_stale_limit, secret_time_to_live");
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
    }

    @Test
    void everything_that_is_wrong_is_told_at_once_and_no_value_is_quoted() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("secret_backend_timeout", "canary");
        config.put("secret_backend_skip_checks", "canary");
        config.put("secret_backend_type", "ENC[canary]");
        config.put("secret_x", "canary");

        assertThat(failureOf(config))
                .hasMessageStartingWith(
                        "agent.yaml: secret_backend_timeout must be a number of seconds, more than 0 and"
                                + " at most 86400; secret_backend_skip_checks must be true or false; secret_backend_type must not"
                                + " hold a handle, as it is needed to resolve handles; secret_x is unknown; the settings are")
                .hasMessageNotContaining("canary");
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

        assertThat(settings.arguments()).containsExactly("a");
        assertThat(settings.config()).isEqualTo(Map.of("k", "v"));
        assertThatThrownBy(() -> settings.config().clear()).isInstanceOf(UnsupportedOperationException.class);
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
        assertThatThrownBy(() -> resolver.resolve("team-a", "ENC[b_1]")).hasMessageContaining("may not use");
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
        large.put("secret_backend_skip_checks", true);
        assertThat(callFailure(large)).hasMessageContaining("more than 5 bytes");
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
