package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Configurations from the environment and from what was discovered. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executable is a shell script")
class ProvidersTest {

    @TempDir
    private Path home;

    @BeforeEach
    void an_agent() throws IOException {
        home = home.toRealPath();
        Files.createDirectory(home.resolve("auto_conf.d"));
        AgentRun.script(home.resolve("backend"), """
                #!/bin/sh
                handles=$(sed 's/.*\\[//; s/\\].*//; s/"//g; s/,/ /g')
                separator='{'
                for handle in $handles; do
                  printf '%s"%s":{"value":"value of %s"}' "$separator" "$handle" "$handle"
                  separator=,
                done
                printf '}'
                """);
        Files.writeString(home.resolve("agent.yaml"), "secret_backend_command: " + home.resolve("backend") + "\n");
    }

    private AgentRun configcheck(Map<String, String> environment, String... options) {
        String[] arguments = new String[3 + options.length];
        arguments[0] = "-c";
        arguments[1] = home.resolve("agent.yaml").toString();
        arguments[2] = "configcheck";
        System.arraycopy(options, 0, arguments, 3, options.length);
        return AgentRun.of(environment, "", arguments);
    }

    @Test
    void handles_in_the_environment_are_resolved() {
        Map<String, String> environment =
                Map.of("AGENT_API_KEY", "ENC[api_key]", "AGENT_SITE", "eu", "OTHER", "ENC[x]");

        AgentRun shown = configcheck(environment, "--reveal");
        AgentRun json = configcheck(environment, "--json");

        assertThat(shown.out()).isEqualTo("""
                === environment check ===
                Source: Environment Configuration Provider
                AGENT_API_KEY: value of api_key
                ===

                """);
        assertThat(json.out())
                .contains("\"source\":\"environment\",\"provider\":\"environment\",\"status\":\"resolved\"")
                .contains("\"handle\":\"api_key\",\"path\":\"AGENT_API_KEY\"")
                .doesNotContain("value of");
    }

    @Test
    void an_odd_variable_does_not_drop_the_others() {
        Map<String, String> environment = Map.of(
                "AGENT_GOOD", "ENC[good]", "AGENT_ODD", "ENC[a\ufffe]", "AGENT_" + "X".repeat(1500), "ENC[long]");

        AgentRun run = configcheck(environment, "--json", "--reveal");

        assertThat(run.out()).contains("\"AGENT_GOOD\":\"value of good\"", "\"value of long\"");
    }

    @Test
    void a_template_and_its_instances_are_a_source_each() throws IOException {
        Files.writeString(home.resolve("auto_conf.d/redis.yaml"), """
                instances:
                - host: %%host%%
                  port: %%port%%
                  password: ENC[redis_%%env_ROLE%%]
                """);
        Files.writeString(
                home.resolve("auto_conf.d/redis.instances.yaml"),
                "- {host: 10.0.0.1, port: 6379, env_ROLE: cache}\n- {host: 10.0.0.2, port: 6380, env_ROLE: queue}\n");

        AgentRun run = configcheck(Map.of(), "--json", "--reveal");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("\"backendCalls\":1")
                .contains("\"source\":\"autodiscovery:redis.yaml[0]\",\"provider\":\"autodiscovery\"")
                .contains("{\"host\":\"10.0.0.1\",\"port\":6379,\"password\":\"value of redis_cache\"}")
                .contains("{\"host\":\"10.0.0.2\",\"port\":6380,\"password\":\"value of redis_queue\"}");
    }

    @Test
    void a_near_miss_in_a_template_is_refused_if_the_settings_say_so() throws IOException {
        Files.writeString(
                home.resolve("agent.yaml"), "secret_near_misses: refuse\n", java.nio.file.StandardOpenOption.APPEND);
        Files.writeString(home.resolve("auto_conf.d/redis.yaml"), "host: %%host%%\npassword: enc[redis]\n");
        Files.writeString(home.resolve("auto_conf.d/redis.instances.yaml"), "- host: 10.0.0.1\n");

        AgentRun run = configcheck(Map.of(), "--json", "--reveal");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("ENC must be in capitals").doesNotContain("enc[redis]");
    }

    @Test
    void a_hostile_instance_changes_neither_the_structure_nor_the_handles() throws IOException {
        Files.writeString(
                home.resolve("auto_conf.d/a.yaml"), "server: %%host%%\nquoted: \"%%host%%\"\nlist: [%%host%%, x]\n");
        Files.writeString(home.resolve("auto_conf.d/a.instances.yaml"), """
                - host: "x: y\\ninjected: true"
                - host: "ENC[other]"
                - host: '", injected: "true'
                - host: "%%env_HOME%%"
                - host: "a # b"
                - host: "*alias"
                """);

        AgentRun run = configcheck(Map.of("HOME", "/canary"), "--json", "--reveal");

        assertThat(run.out())
                .contains("\"server\":\"x: y\\ninjected: true\"")
                .contains("\"server\":\"\\\", injected: \\\"true\"")
                .contains("\"server\":\"a # b\"")
                .contains("\"server\":\"*alias\"")
                .doesNotContain("value of other")
                .doesNotContain("canary")
                .doesNotContain("\"injected\":");
    }

    @Test
    void a_list_that_is_none_is_named_and_harms_no_other() throws IOException {
        Files.writeString(home.resolve("auto_conf.d/a.instances.yaml"), "host: x\n");
        Files.writeString(home.resolve("auto_conf.d/a.yaml"), "a: 1\n");
        Files.writeString(
                home.resolve("auto_conf.d/b.instances.yaml"), "- [canary]\n- {host: h}\n- {host: {a: canary}}\n");
        Files.writeString(home.resolve("auto_conf.d/b.yaml"), "b: %%host%%\n");
        Files.writeString(home.resolve("auto_conf.d/c.instances.yaml"), "- {host: h}\n");
        Files.writeString(home.resolve("auto_conf.d/d.instances.yaml"), "- {host: [\n");

        AgentRun run = configcheck(Map.of());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out() + run.err()).doesNotContain("canary");
        assertThat(run.out())
                .containsSubsequence("=== autodiscovery:a.instances check", "it must be a list of maps")
                .containsSubsequence("=== autodiscovery:b.yaml[0] check", "an instance in the list must be a map")
                .containsSubsequence("=== autodiscovery:b.yaml[1] check", "b: h")
                .containsSubsequence("=== autodiscovery:b.yaml[2] check", "must consist of names and scalars")
                .containsSubsequence("=== autodiscovery:c.yaml[0] check", "c.yaml: no such file")
                .containsSubsequence("=== autodiscovery:d.instances check", "line 2, column 1: ");
    }

    @Test
    void a_file_whose_name_looks_like_another_provider_s_does_not_stop_the_agent() throws IOException {
        Files.createDirectory(home.resolve("conf.d"));
        Files.writeString(home.resolve("conf.d/etcd:a.yaml"), "a: 1\n");
        Files.writeString(home.resolve("conf.d/environment.yaml"), "a: 2\n");
        Files.writeString(home.resolve("conf.d/autodiscovery:d.instances.yaml"), "a: 3\n");
        Files.writeString(home.resolve("auto_conf.d/d.instances.yaml"), "x: 1\n");

        AgentRun run = configcheck(Map.of("AGENT_KEY", "ENC[k]"));

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.out())
                .containsSubsequence("=== ./autodiscovery:d.instances check", "File Configuration", "rename it")
                .containsSubsequence("=== environment check", "Source: File Configuration Provider", "a: 2")
                .containsSubsequence("=== ./etcd:a check", "File Configuration Provider", "rename it")
                .containsSubsequence("=== autodiscovery:d.instances check", "it must be a list of maps")
                .containsSubsequence("=== environment check", "Source: Environment", "AGENT_KEY: ")
                .doesNotContain("a: 1", "a: 3");
    }
}
