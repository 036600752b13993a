package io.agentsecrets.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.agentsecrets.FailureKind;
import io.agentsecrets.examples.cli.command.Commands;
import io.agentsecrets.examples.cli.output.Printer;
import io.agentsecrets.examples.cli.provider.Provider;
import io.agentsecrets.resolver.SecretsReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the commands print as JSON fits the schemas in docs/schema. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the executables are shell scripts")
class SchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path home;

    @BeforeEach
    void configurations_of_all_kinds() throws IOException {
        Path backend = AgentRun.script(home.resolve("backend"), """
                #!/bin/sh
                cat >/dev/null
                echo '{"good":{"value":"v"},"bad":{"value":null,"error":"locked"}}'
                """);
        Files.writeString(home.resolve("agent.yaml"), "secret_backend_command: " + backend + "\napi_key: ENC[good]\n");
        Path checks = Files.createDirectory(home.resolve("conf.d"));
        Files.writeString(checks.resolve("dropped.yaml"), "p: ENC[bad]\nq: ENC[none]\nr: ENC[]\n");
        Files.writeString(checks.resolve("resolved.yaml"), "instances:\n  - p: ENC[good]\n    q: enc[near]\n---\n1\n");
        Files.writeString(checks.resolve("broken.yaml"), "a: [\n");
        Files.writeString(checks.resolve("empty.yaml"), "");
    }

    @Test
    void of_configcheck() throws IOException {
        JsonNode printed = printed("configcheck", "--json");

        assertThat(problems("configcheck", printed)).isEmpty();
        assertThat(printed.findValuesAsText("status")).contains("resolved", "dropped");
        assertThat(printed.findValuesAsText("kind")).contains("backend_error", "missing", "empty_handle", "yaml");
        assertThat(printed.findValues("message")).hasSizeGreaterThan(4);
    }

    @Test
    void of_configcheck_that_starts_nothing() throws IOException {
        JsonNode printed = printed("configcheck", "--json", "--offline");

        assertThat(problems("configcheck", printed)).isEmpty();
        assertThat(printed.findValuesAsText("status")).contains("offline", "dropped");
        assertThat(printed.at("/executable/ok").asBoolean()).isTrue();
    }

    @Test
    void of_secret() throws IOException {
        JsonNode printed = printed("secret", "--json");

        assertThat(problems("secret", printed)).isEmpty();
        assertThat(printed.get("secrets")).hasSize(1);
        assertThat(printed.get("failures")).hasSize(3);
    }

    @Test
    void of_secret_without_an_executable() throws IOException {
        Files.writeString(home.resolve("agent.yaml"), "a: b\n");

        assertThat(problems("secret", printed("secret", "--json"))).isEmpty();
    }

    @Test
    void the_names_for_scripts_are_those_of_the_code() throws IOException {
        List<String> kinds =
                Arrays.stream(FailureKind.values()).map(FailureKind::code).toList();

        assertThat(names("configcheck", "/$defs/kind/enum")).isEqualTo(kinds);
        assertThat(names("secret", "/$defs/kind/enum")).isEqualTo(kinds);
        assertThat(names("configcheck", "/$defs/source/properties/provider/enum"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Provider.values()).map(Provider::code).toList());
        assertThat(names("secret", "/properties/secrets/items/properties/state/enum"))
                .isEqualTo(Arrays.stream(SecretsReport.State.values())
                        .map(SecretsReport.State::code)
                        .toList());
    }

    @Test
    void what_is_not_documented_does_not_fit() throws IOException {
        for (String wrong : List.of(
                "{\"backendCalls\":1}",
                "{\"backendCalls\":-1,\"sources\":[]}",
                "{\"backendCalls\":1,\"sources\":[],\"more\":1}",
                "{\"backendCalls\":1,\"sources\":[{\"source\":\"a\",\"provider\":\"file\",\"status\":\"dropped\","
                        + "\"documents\":[1],\"handles\":[],\"warnings\":[],\"errors\":[]}]}")) {
            assertThat(problems("configcheck", JSON.readTree(wrong))).as(wrong).isNotEmpty();
        }
    }

    private JsonNode printed(String... arguments) throws IOException {
        String[] all = Stream.concat(Stream.of("-c", home.resolve("agent.yaml").toString()), Stream.of(arguments))
                .toArray(String[]::new);
        DoctorRun run = DoctorRun.of(() -> Commands.run(Printer.to(System.out, System.err), all));
        return JSON.readTree(run.out());
    }

    private static List<String> problems(String command, JsonNode json) throws IOException {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema(command));
        return schema.validate(json).stream().map(Object::toString).toList();
    }

    private static List<String> names(String command, String pointer) throws IOException {
        JsonNode names = JSON.readTree(schema(command)).at(pointer);
        return JSON.convertValue(names, JSON.getTypeFactory().constructCollectionType(List.class, String.class));
    }

    private static String schema(String command) throws IOException {
        return Files.readString(Path.of("..", "..", "docs", "schema", command + ".schema.json"));
    }
}
