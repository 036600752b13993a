package io.agentsecrets.examples.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentsecrets.HandleSyntax;
import io.agentsecrets.SecretValue;
import io.agentsecrets.UnresolvedHandlesException;
import io.agentsecrets.resolver.SecretResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppConfigTest {

    private static final String CONFIG = """
            # a comment
            debug = true
            [database]
            user = datadog
            password = ^db_password
              url: jdbc:postgresql://db/app?x=y ; no comment
            [ mail ]
            password=^mail password
            caret = a^b
            """;

    @TempDir
    private Path folder;

    private KeyringBackend backend(String... keys) {
        FileKeyring keyring =
                new FileKeyring(folder.resolve("k.p12"), new Password(null, Map.of("KEYRING_PASSWORD", "pw"), null));
        for (String key : keys) {
            keyring.set("agent", key, SecretValue.of("secret of " + key));
        }
        return new KeyringBackend(() -> keyring, "agent");
    }

    private static SecretResolver resolver(KeyringBackend backend) {
        return SecretResolver.builder(backend).syntax(HandleSyntax.caret()).build();
    }

    @Test
    void reads_sections_as_maps() {
        assertThat(AppConfig.parse("app.config", CONFIG).tree())
                .isEqualTo(Map.of(
                        "", Map.of("debug", "true"),
                        "database",
                                Map.of(
                                        "user", "datadog",
                                        "password", "^db_password",
                                        "url", "jdbc:postgresql://db/app?x=y ; no comment"),
                        "mail", Map.of("password", "^mail password", "caret", "a^b")));
    }

    @Test
    void its_handles_resolve_through_the_library() {
        AppConfig config = AppConfig.parse("app.config", CONFIG);

        Object resolved = resolver(backend("db_password", "mail password")).resolve(config.source(), config.tree());

        assertThat(resolved)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .extracting("database", "mail")
                .containsExactly(
                        Map.of(
                                "user", "datadog",
                                "password", "secret of db_password",
                                "url", "jdbc:postgresql://db/app?x=y ; no comment"),
                        Map.of("password", "secret of mail password", "caret", "a^b"));
    }

    @Test
    void a_missing_key_is_an_error_and_never_the_literal() {
        AppConfig config = AppConfig.parse("app.config", CONFIG);

        assertThatThrownBy(() -> resolver(backend("db_password")).resolve(config.source(), config.tree()))
                .isInstanceOf(UnresolvedHandlesException.class)
                .hasMessageContaining("^mail password at mail/password: no such key in the keyring file");
    }

    @ParameterizedTest
    @CsvSource({
        "'[a\nx=1', 'app.config, line 1: the section has no ]'",
        "'[a]\n[a]', 'app.config, line 2: a section stands twice'",
        "'[a]\nx=1\nx: 2', 'app.config, line 3: a name stands twice in its section'",
        "'hunter2', 'app.config, line 1: neither a section nor name = value'",
        "'=hunter2', 'app.config, line 1: neither a section nor name = value'",
    })
    void what_it_does_not_understand_is_named_by_line_and_not_quoted(String text, String message) {
        assertThatThrownBy(() -> AppConfig.parse("app.config", text)).hasMessage(message);
    }

    @Test
    void reads_line_ends_of_windows_and_a_byte_order_mark() {
        assertThat(AppConfig.parse("app.config", "\ufeff[a]\r\nb = ^c\r\n").entries())
                .extracting(entry -> entry.section() + "/" + entry.name() + "/"
                        + entry.handle().name())
                .containsExactly("a/b/c");
    }

    @Test
    void scan_shows_what_is_set_and_takes_new_values() throws IOException {
        Path file = Files.writeString(folder.resolve("app.config"), CONFIG);
        backend("mail password");
        Map<String, String> environment = Map.of(
                "KEYRING_PASSWORD", "pw",
                "KEYRING_FILE", folder.resolve("k.p12").toString(),
                "KEYRING_BACKEND", "file");

        Tool scan = Tool.run(environment, "new value\n\n", Tool.keyring("scan", file.toString()));
        Tool again = Tool.run(environment, "", Tool.keyring("scan", file.toString()));
        Tool get = Tool.run(environment, "", Tool.keyring("get", "db_password"));
        Tool kept = Tool.run(environment, "", Tool.keyring("get", "mail password"));

        assertThat(scan.out()).isEqualTo("[database] password: <not set>\n[mail] password: set\n");
        assertThat(again.out()).isEqualTo("[database] password: set\n[mail] password: set\n");
        assertThat(get.out()).isEqualTo("new value\n");
        assertThat(kept.out()).isEqualTo("secret of mail password\n");
        assertThat(scan.out() + scan.err()).doesNotContain("new value");
    }

    @Test
    void the_stores_are_listed_with_the_one_that_is_used() {
        Map<String, String> environment = Map.of(
                "KEYRING_PASSWORD", "pw",
                "KEYRING_FILE", folder.resolve("k.p12").toString(),
                "XDG_RUNTIME_DIR", folder.toString());

        Tool list = Tool.run(environment, "", Tool.keyring("--list-backends"));

        assertThat(list.out().lines())
                .hasSize(4)
                .contains("file (priority 1): used")
                .anyMatch(line -> line.startsWith("secret-service (priority 5): "));
        assertThat(Tool.run(environment, "", Tool.keyring("--backend", "nope", "list"))
                        .err())
                .contains("there is no keyring of this name; there are secret-service, windows, macos, file");
    }

    @Test
    void a_section_without_a_name_and_a_caret_without_a_key_are_named_before_anything_is_set() {
        assertThatThrownBy(() -> AppConfig.parse("app.config", "[]\na = 1\n"))
                .hasMessage("app.config, line 1: the section has no name");
        assertThatThrownBy(() -> AppConfig.parse("app.config", "[db]\nuser = ^u\npassword = ^\n")
                        .entries())
                .hasMessage("app.config: [db] password is ^ without a key; write ^key");
    }
}
