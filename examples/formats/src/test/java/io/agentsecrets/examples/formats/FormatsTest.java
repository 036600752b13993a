package io.agentsecrets.examples.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.agentsecrets.ConfigException;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.resolver.SecretResolver;
import io.agentsecrets.testing.FakeBackend;
import io.agentsecrets.yaml.YamlConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

/** The examples of docs/formats.md. */
class FormatsTest {

    /** With what would be harmed by text that is put in without quotes. */
    private static final String SECRET = "a: \"b\" #c\\\n${d} 007";

    private final SecretResolver resolver =
            SecretResolver.builder(new FakeBackend().put("db", SECRET)).build();

    /** Properties with secrets in the places of handles, also of those in their defaults. */
    static Properties resolved(SecretResolver resolver, String name, Properties properties) {
        Map<String, String> all = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) { // also the defaults
            all.put(key, properties.getProperty(key));
        }
        Properties resolved = new Properties();
        resolved.putAll((Map<?, ?>) resolver.resolve(name, all));
        return resolved;
    }

    @Test
    void properties_keep_their_defaults() {
        Properties defaults = new Properties();
        defaults.setProperty("password", "ENC[db]");
        defaults.setProperty("user", "nobody");
        Properties properties = new Properties(defaults);
        properties.setProperty("user", "agent");

        Properties resolved = resolved(resolver, "app.properties", properties);

        assertThat(resolved.getProperty("password")).isEqualTo(SECRET);
        assertThat(resolved.getProperty("user")).isEqualTo("agent");
        assertThat(properties.getProperty("password")).isEqualTo("ENC[db]");
    }

    /** What an application wants of its configuration. */
    record Database(String host, int port, List<String> users, String password) {}

    /** JSON as a record. */
    static Database ofJson(SecretResolver resolver, String name, String json) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        Object tree = mapper.readValue(json, Object.class); // maps and lists, not a JsonNode
        return mapper.convertValue(resolver.resolve(name, tree), Database.class);
    }

    @Test
    void json_becomes_a_record() throws IOException {
        String json = "{\"host\":\"db1\",\"port\":5432,\"users\":[\"agent\"],\"password\":\"ENC[db]\"}";

        assertThat(ofJson(resolver, "db.json", json)).isEqualTo(new Database("db1", 5432, List.of("agent"), SECRET));
    }

    /** YAML as a record. */
    static Database ofYaml(SecretResolver resolver, String name, String yaml) {
        Object tree = YamlConfig.of(name, yaml).resolve(resolver);
        return new ObjectMapper().convertValue(tree, Database.class);
    }

    @Test
    void yaml_becomes_a_record() {
        String yaml = "host: db1\nport: 5432\nusers: [agent]\npassword: ENC[db]\n";

        assertThat(ofYaml(resolver, "db.yaml", yaml)).isEqualTo(new Database("db1", 5432, List.of("agent"), SECRET));
    }

    @Test
    void an_object_of_another_library_that_holds_a_handle_is_refused() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        Object node = mapper.readTree("{\"password\":\"ENC[db]\"}");
        Object record = new Database("db1", 5432, List.of(), "ENC[db]");

        assertThatThrownBy(() -> resolver.resolve("db.json", Map.of("database", node)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("db.json")
                .hasMessageContaining("ObjectNode");
        assertThatThrownBy(() -> resolver.resolve("db.json", record))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Database");
    }

    /** A configuration of HOCON with its substitutions made and secrets in the places of handles. */
    static Config resolved(SecretResolver resolver, String name, Config config) {
        Object tree = resolver.resolve(name, config.resolve().root().unwrapped());
        Map<String, Object> values = new TreeMap<>();
        ((Map<?, ?>) tree).forEach((key, value) -> values.put(String.valueOf(key), value));
        return ConfigValueFactory.fromMap(values, name).toConfig();
    }

    @Test
    void hocon_is_resolved_after_its_substitutions() {
        Config config = ConfigFactory.parseString(
                "secret = \"ENC[db]\"\n db { port = 5432, password = ${secret}, \"a.b\" = [\"ENC[db]\"] }");

        Config resolved = resolved(resolver, "app.conf", config);

        assertThat(resolved.getString("db.password")).isEqualTo(SECRET);
        assertThat(resolved.getInt("db.port")).isEqualTo(5432);
        assertThat(resolved.getStringList("db.\"a.b\"")).containsExactly(SECRET);
    }

    @Test
    void hocon_that_was_not_unwrapped_is_refused() {
        Config config = ConfigFactory.parseString("password = \"ENC[db]\"");

        assertThatThrownBy(() -> resolver.resolve("app.conf", config.root()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("app.conf")
                .hasMessageContaining("ConfigString");
    }

    /** Spring's property sources of a YAML text, one for each document. */
    static List<PropertySource<?>> propertySources(SecretResolver resolver, String name, String yaml)
            throws IOException {
        String text = YamlConfig.of(name, yaml).rewrite(resolver);
        ByteArrayResource resource = new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), name);
        return new YamlPropertySourceLoader().load(name, resource);
    }

    @Test
    void spring_loads_the_text_with_its_own_rules() throws IOException {
        String yaml = "db:\n  users: [agent, ENC[db]]\n  tls: yes\n---\ndb: {password: \"ENC[db]\"}\n";

        List<PropertySource<?>> sources =
                propertySources(resolver, "application.yaml", yaml.replace("ENC[db]]\n", "\"ENC[db]\"]\n"));

        assertThat(sources).hasSize(2);
        assertThat(sources.get(0).getProperty("db.users[1]")).hasToString(SECRET);
        assertThat(sources.get(0).getProperty("db.tls")).isEqualTo(true);
        assertThat(sources.get(1).getProperty("db.password")).hasToString(SECRET);
    }

    @Test
    void springs_environment_replaces_variables_within_a_secret() throws IOException {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getSystemProperties().put("d", "replaced");
        propertySources(resolver, "application.yaml", "password: ENC[db]")
                .forEach(environment.getPropertySources()::addLast);

        assertThat(environment.getProperty("password")).isEqualTo(SECRET.replace("${d}", "replaced"));
        environment.getSystemProperties().remove("d");
    }

    @Test
    void nothing_is_loaded_with_a_handle_in_it() {
        Properties properties = new Properties();
        properties.setProperty("password", "ENC[unknown]");

        assertThatThrownBy(() -> resolved(resolver, "app.properties", properties))
                .isInstanceOf(UnresolvedHandlesException.class);
        assertThatThrownBy(() -> resolved(resolver, "app.conf", ConfigFactory.parseMap(Map.of("p", "ENC[unknown]"))))
                .isInstanceOf(UnresolvedHandlesException.class);
        assertThatThrownBy(() -> propertySources(resolver, "application.yaml", "password: ENC[unknown]"))
                .isInstanceOf(UnresolvedHandlesException.class);
    }
}
