package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.SecretBackend;
import io.agentsecrets.resolver.SecretResolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Each configuration in docs/stores.md reaches the executable as the Agent's connector reads it. */
@DisabledOnOs(OS.WINDOWS)
class StoresTest {

    private static final Pattern SNIPPET = Pattern.compile("(?s)```yaml\n(.*?)```\n");

    private static final String AWS = "\"config\":{\"aws_session\":{\"aws_region\":\"eu-west-1\"}}";

    /** By the type, or by the first route. */
    private static final Map<String, List<String>> REQUESTS = Map.ofEntries(
            request("aws.secrets", "[\"prod/db;password\"]", "," + AWS),
            request("aws.ssm", "[\"/prod/db/password\"]", "," + AWS),
            request(
                    "azure.keyvault",
                    "[\"db-user\",\"db;password\"]",
                    ",\"config\":{\"keyvaulturl\":\"https://mykeyvault.vault.azure.net\","
                            + "\"clientid\":\"00000000-0000-0000-0000-000000000000\"}"),
            request(
                    "gcp.secretmanager",
                    "[\"db-user\",\"db;password\",\"db;password;2\"]",
                    ",\"config\":{\"gcp_session\":{\"project_id\":\"my-project\"}}"),
            request(
                    "hashicorp.vault",
                    "[\"secret/db;user\",\"vault://secret/data/db#/data/password\"]",
                    ",\"config\":{\"vault_address\":\"https://vault.example.com:8200\","
                            + "\"vault_tls_config\":{\"ca_cert\":\"/etc/agent/vault-ca.pem\"},\"vault_session\":{"
                            + "\"vault_role_id\":\"11111111-2222-3333-4444-555555555555\","
                            + "\"vault_secret_id\":\"66666666-7777-8888-9999-000000000000\"}}"),
            request("k8s.secrets", "[\"prod/db;password\"]", ""),
            request("k8s.file", "[\"db/password\"]", ",\"config\":{\"secrets_path\":\"/etc/secrets\"}"),
            request("docker.secrets", "[\"db_password\"]", ""),
            request("file.yaml", "[\"db_password\"]", ",\"config\":{\"file_path\":\"/etc/agent/secrets.yaml\"}"),
            request("file.json", "[\"db_password\"]", ",\"config\":{\"file_path\":\"/etc/agent/secrets.json\"}"),
            request("file.text", "[\"db_password\"]", ",\"config\":{\"secrets_path\":\"/etc/agent/secrets\"}"),
            Map.entry(
                    "aws",
                    List.of(
                            "{\"version\":\"1.0\",\"secrets\":[\"prod/db;password\"],\"type\":\"aws.secrets\"," + AWS
                                    + "}",
                            "{\"version\":\"1.0\",\"secrets\":[\"api_key\"],\"type\":\"docker.secrets\"}")));

    private static Map.Entry<String, List<String>> request(String type, String secrets, String config) {
        return Map.entry(
                type,
                List.of("{\"version\":\"1.0\",\"secrets\":" + secrets + ",\"type\":\"" + type + "\"" + config + "}"));
    }

    @TempDir
    private Path folder;

    static Stream<Map<String, Object>> snippets() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "stores.md"));
        return SNIPPET.matcher(page)
                .results()
                .map(snippet -> map(new Load(LoadSettings.builder().build()).loadFromString(snippet.group(1))));
    }

    /** Reads JSON with a YAML parser, as JSON is a part of YAML. */
    private static Object json(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    private static Map<String, Object> map(Object yaml) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) yaml).forEach((key, value) -> map.put(String.valueOf(key), value));
        return map;
    }

    private static String name(Map<String, Object> config) {
        return config.get("multi_secret_backends") instanceof Map<?, ?> routes
                ? String.valueOf(routes.keySet().iterator().next())
                : String.valueOf(config.get("secret_backend_type"));
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void a_configuration_in_the_docs_becomes_the_request_that_the_connector_reads(Map<String, Object> config)
            throws IOException {
        config.put("secret_backend_connector", connector(config).toString());
        SecretSettings settings = SecretSettings.of("agent.yaml", config);

        Map<String, Object> resolved = new TreeMap<>();
        try (SecretBackend backend = settings.backend()) {
            SecretResolver resolver = settings.resolver(backend).build();
            resolved.putAll(map(resolver.resolve("agent.yaml", values(config))));
        }

        assertThat(resolved.values()).isNotEmpty().allMatch("hunter22"::equals);
        List<Object> expected = new ArrayList<>();
        for (String request : REQUESTS.getOrDefault(name(config), List.of())) {
            expected.add(json(request));
        }
        assertThat(requests()).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Stands in for the connector: keeps its request, and has a value for each handle, with a line break where files have one. */
    private Path connector(Map<String, Object> config) throws IOException {
        String value = config.containsKey("secret_backend_remove_trailing_line_break") ? "hunter22\\n" : "hunter22";
        StringBuilder reply = new StringBuilder();
        for (Object handle : values(config).values()) {
            String name = String.valueOf(handle)
                    .replaceFirst("^ENC\\[((aws|mounted);)?", "")
                    .replaceFirst("]$", "");
            reply.append(reply.isEmpty() ? "{" : ",")
                    .append("\"" + name + "\":{\"value\":\"" + value + "\",\"error\":null}");
        }
        Scripts.file(folder, "reply", reply.append('}').toString().getBytes(StandardCharsets.UTF_8), "rw-------");
        return Scripts.script(folder, "cat >'" + folder + "'/request.$$", "exec cat '" + folder.resolve("reply") + "'");
    }

    /** Returns the entries of a configuration that are not settings: they are places of secrets. */
    private static Map<String, Object> values(Map<String, Object> config) {
        Map<String, Object> values = new LinkedHashMap<>(config);
        values.keySet().removeIf(key -> key.startsWith("secret_") || key.startsWith("multi_"));
        return values;
    }

    private List<Object> requests() throws IOException {
        List<Object> requests = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("request"))
                    .toList()) {
                requests.add(json(Files.readString(file)));
            }
        }
        return requests;
    }

    @Test
    void every_store_of_the_test_is_in_the_docs() throws IOException {
        assertThat(snippets().map(StoresTest::name)).containsExactlyInAnyOrderElementsOf(REQUESTS.keySet());
    }
}
