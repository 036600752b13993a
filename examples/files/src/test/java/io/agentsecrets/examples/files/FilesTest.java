package io.agentsecrets.examples.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesTest {

    @TempDir
    private Path folder;

    private Path secrets;

    @BeforeEach
    void a_directory_and_something_outside() throws IOException {
        secrets = Files.createDirectories(folder.resolve("secrets/db")).getParent();
        Files.writeString(secrets.resolve("api_key"), "key\n");
        Files.writeString(secrets.resolve("db/password"), "p/w é\r\n");
        Files.writeString(folder.resolve("outside"), "canary");
    }

    private static FetchResult find(Callable<SecretStore> store, String name, boolean strip) {
        Map<Handle, FetchResult> results = new Main.StoreBackend(store, strip).fetch(Set.of(new Handle(name)));
        return java.util.Objects.requireNonNull(results.get(new Handle(name)));
    }

    private FetchResult inDirectory(String name) {
        return find(() -> new DirectoryStore(secrets), name, false);
    }

    private static String reason(FetchResult result) {
        assertThat(result).isInstanceOf(FetchResult.Failed.class);
        String reason = ((FetchResult.Failed) result).reason();
        assertThat(reason).doesNotContain("canary");
        return reason;
    }

    private Path file(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        if (!System.getProperty("os.name").startsWith("Windows")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return file;
    }

    @Test
    void a_directory_has_a_file_for_each_secret() {
        assertThat(inDirectory("api_key")).isEqualTo(FetchResult.found("key\n"));
        assertThat(inDirectory("db/password")).isEqualTo(FetchResult.found("p/w é\r\n"));
        assertThat(inDirectory("none")).isEqualTo(FetchResult.missing());
        assertThat(find(() -> new DirectoryStore(secrets), "api_key", true)).isEqualTo(FetchResult.found("key"));
        assertThat(find(() -> new DirectoryStore(secrets), "db/password", true)).isEqualTo(FetchResult.found("p/w é"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside",
                "db/../../outside",
                "/etc/passwd",
                "..",
                ".",
                "db/./password",
                "db//password",
                "db/",
                "..data/api_key",
                "..\\outside",
                "./api_key",
                "a\0b"
            })
    void no_name_leads_out_of_the_directory(String name) {
        assertThat(inDirectory(name)).isEqualTo(FetchResult.missing());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void no_link_leads_out_of_it_and_links_within_do() throws IOException {
        Files.createSymbolicLink(secrets.resolve("file-out"), folder.resolve("outside"));
        Files.createSymbolicLink(secrets.resolve("folder-out"), folder);
        Files.createSymbolicLink(secrets.resolve("dangling"), folder.resolve("nothing"));
        Files.createSymbolicLink(secrets.resolve("loop"), secrets.resolve("loop"));
        Path data = Files.createDirectory(secrets.resolve("..2026_11_23"));
        Files.writeString(data.resolve("token"), "t");
        Files.createSymbolicLink(secrets.resolve("..data"), Path.of("..2026_11_23"));
        Files.createSymbolicLink(secrets.resolve("token"), Path.of("..data/token"));

        assertThat(inDirectory("file-out")).isEqualTo(FetchResult.missing());
        assertThat(inDirectory("folder-out/outside")).isEqualTo(FetchResult.missing());
        assertThat(inDirectory("dangling")).isEqualTo(FetchResult.missing());
        assertThat(inDirectory("loop")).isEqualTo(FetchResult.missing());
        assertThat(inDirectory("token")).isEqualTo(FetchResult.found("t"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void what_is_no_file_is_missing_and_what_is_too_large_or_no_text_is_refused() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", secrets.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        Files.write(secrets.resolve("large"), new byte[(1 << 20) + 1]);
        Files.write(secrets.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThat(inDirectory("pipe")).isEqualTo(FetchResult.missing());
        assertThat(inDirectory("db")).isEqualTo(FetchResult.missing());
        assertThat(reason(inDirectory("large"))).contains("larger than");
        assertThat(reason(inDirectory("binary"))).isEqualTo("the file is no text in UTF-8");
        assertThat(reason(find(() -> new DirectoryStore(folder.resolve("nothing")), "x", false)))
                .contains("does not exist");
    }

    @Test
    void json_and_yaml_hold_maps_of_secrets() throws IOException {
        Path json = file(
                "s.json",
                "{\"a\": \"x\", \"db\": {\"password\": \"p\", \"port\": 1}, \"db/user\": \"u\", \"list\": []}");
        Path yaml = file("s.yaml", "a: x\ndb: {password: p, port: 1}\ndb/user: u\nlist: []\nenc: ENC[x]\n");

        for (Callable<SecretStore> store :
                List.<Callable<SecretStore>>of(() -> TreeStore.json(json), () -> TreeStore.yaml(yaml))) {
            assertThat(find(store, "a", false)).isEqualTo(FetchResult.found("x"));
            assertThat(find(store, "db/password", false)).isEqualTo(FetchResult.found("p"));
            assertThat(find(store, "db/port", false)).isEqualTo(FetchResult.found("1"));
            assertThat(find(store, "db/user", false)).isEqualTo(FetchResult.found("u"));
            assertThat(find(store, "db/none", false)).isEqualTo(FetchResult.missing());
            assertThat(find(store, "a/x", false)).isEqualTo(FetchResult.missing());
            assertThat(reason(find(store, "db", false))).isEqualTo("what stands under this name is no text");
            assertThat(reason(find(store, "list", false))).isEqualTo("what stands under this name is no text");
        }
        assertThat(find(() -> TreeStore.yaml(yaml), "enc", false)).isEqualTo(FetchResult.found("ENC[x]"));
    }

    @Test
    void a_number_is_the_text_that_is_written() throws IOException {
        Path json = file(
                "n.json", "{\"pin\": 1.10, \"big\": 123456789012345678901234567890.50, \"yes\": true, \"no\": null}");
        Path yaml = file(
                "n.yaml",
                "pin: 0123\n123: number\nexp: 1e5\nyes: True\nno: ~\nempty:\nint: !!int 7\ndate: 2026-11-23\n");

        assertThat(find(() -> TreeStore.json(json), "pin", false)).isEqualTo(FetchResult.found("1.10"));
        assertThat(find(() -> TreeStore.json(json), "big", false))
                .isEqualTo(FetchResult.found("123456789012345678901234567890.50"));
        assertThat(find(() -> TreeStore.json(json), "yes", false)).isEqualTo(FetchResult.found("true"));
        assertThat(find(() -> TreeStore.json(json), "no", false)).isEqualTo(FetchResult.missing());
        assertThat(find(() -> TreeStore.yaml(yaml), "pin", false)).isEqualTo(FetchResult.found("0123"));
        assertThat(find(() -> TreeStore.yaml(yaml), "123", false)).isEqualTo(FetchResult.found("number"));
        assertThat(find(() -> TreeStore.yaml(yaml), "exp", false)).isEqualTo(FetchResult.found("1e5"));
        assertThat(find(() -> TreeStore.yaml(yaml), "yes", false)).isEqualTo(FetchResult.found("True"));
        assertThat(find(() -> TreeStore.yaml(yaml), "date", false)).isEqualTo(FetchResult.found("2026-11-23"));
        assertThat(find(() -> TreeStore.yaml(yaml), "no", false)).isEqualTo(FetchResult.missing());
        assertThat(find(() -> TreeStore.yaml(yaml), "empty", false)).isEqualTo(FetchResult.missing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary: [", "[canary]", "canary", "a: canary\na: canary", "---\na: 1\n---\nb: canary", ""})
    void a_file_that_is_no_map_is_an_error_that_quotes_nothing(String text) throws IOException {
        Path file = file("bad", text);

        assertThat(reason(find(() -> TreeStore.yaml(file), "a", false))).contains("bad");
        assertThat(reason(find(() -> TreeStore.json(file), "a", false))).contains("bad");
    }

    @Test
    void what_is_wrong_in_a_file_is_named_by_its_line() throws IOException {
        Path json = file("s.json", "{\"a\": \"canary\",\n\"a\": 1}");
        Path yaml = file("s.yaml", "a: canary\nb: }\nc: canary\n");

        assertThat(reason(find(() -> TreeStore.json(json), "a", false))).contains("s.json, line 2, is no valid JSON");
        assertThat(reason(find(() -> TreeStore.yaml(yaml), "a", false))).contains("s.yaml, line 2, is no valid YAML");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void others_must_not_read_the_file() throws IOException {
        Path json = file("s.json", "{\"a\": \"canary\"}");
        Files.setPosixFilePermissions(json, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(reason(find(() -> TreeStore.json(json), "a", false))).contains("chmod 0600");
    }

    @Test
    void answers_a_request() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--directory",
                        secrets.toString(),
                        "--strip")
                .start();
        try (var in = process.getOutputStream()) {
            in.write("{\"version\":\"1.0\",\"secrets\":[\"api_key\",\"none\"]}".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .as("a handle that does not exist is left out")
                .isEqualTo("{\"api_key\":{\"value\":\"key\",\"error\":null}}");
        assertThat(process.waitFor()).isZero();
    }
}
