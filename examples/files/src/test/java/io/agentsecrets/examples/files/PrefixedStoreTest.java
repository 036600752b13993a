package io.agentsecrets.examples.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code file@…} and {@code k8s_secret@…}, against mounted files and a stand-in of the API server over TLS. */
@DisabledOnOs(OS.WINDOWS)
class PrefixedStoreTest {

    @TempDir
    private static Path pod;

    private static ApiServer server;

    @TempDir
    private Path folder;

    private Path mounted;
    private Path other;

    @BeforeAll
    static void starts_a_server() throws Exception {
        server = new ApiServer(pod);
    }

    @AfterAll
    static void stops_it() {
        server.close();
    }

    @BeforeEach
    void mounts_files() throws IOException {
        server.requests.clear();
        mounted = Files.createDirectory(folder.resolve("mounted"));
        other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(mounted.resolve("db_password"), "hunter22");
        Files.writeString(other.resolve("key"), "k");
        Files.writeString(folder.resolve("outside"), "canary");
        Files.createSymbolicLink(mounted.resolve("link"), folder.resolve("outside"));
    }

    private Map<Handle, FetchResult> fetch(String... names) {
        return fetch(server.environment(), server.account(), names);
    }

    private Map<Handle, FetchResult> fetch(Map<String, String> environment, Path account, String... names) {
        Set<Handle> handles = new LinkedHashSet<>();
        for (String name : names) {
            handles.add(new Handle(name));
        }
        return new Main.StoreBackend(
                        () -> new PrefixedStore(
                                List.of(mounted, other), () -> new KubernetesSecrets(environment, account)),
                        false)
                .fetch(handles);
    }

    private static String reason(FetchResult result) {
        assertThat(result).isInstanceOf(FetchResult.Failed.class);
        String reason = ((FetchResult.Failed) result).reason();
        assertThat(reason).doesNotContain("canary", "pod-token");
        return reason;
    }

    private String reason(String name) {
        return reason(java.util.Objects.requireNonNull(fetch(name).get(new Handle(name))));
    }

    @Test
    void files_are_read_below_the_given_folders_only() {
        Map<Handle, FetchResult> results = fetch(
                "file@" + mounted + "/db_password",
                "file@" + other + "/key",
                "db_password",
                "file@" + mounted + "/none");

        assertThat(results)
                .isEqualTo(Map.of(
                        new Handle("file@" + mounted + "/db_password"), FetchResult.found("hunter22"),
                        new Handle("file@" + other + "/key"), FetchResult.found("k"),
                        new Handle("db_password"), FetchResult.found("hunter22"),
                        new Handle("file@" + mounted + "/none"), FetchResult.missing()));
        assertThat(reason("file@" + folder + "/outside")).startsWith("the file is below no folder that may be read");
        assertThat(fetch("file@" + mounted + "/../outside", "file@" + mounted + "/link"))
                .containsOnlyKeys(
                        new Handle("file@" + mounted + "/../outside"), new Handle("file@" + mounted + "/link"))
                .allSatisfy((handle, result) -> assertThat(result).isEqualTo(FetchResult.missing()));
        assertThat(reason("file@" + mounted + "x/y")).startsWith("the file is below no folder");
        assertThat(reason("file@/etc/passwd")).startsWith("the file is below no folder");
        assertThat(reason("vault@x")).isEqualTo("a handle must begin with file@ or k8s_secret@");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void a_secret_is_asked_for_once_whatever_number_of_its_keys_is_wanted() {
        Map<Handle, FetchResult> results = fetch(
                "k8s_secret@prod/db/user",
                "k8s_secret@prod/db/plain",
                "k8s_secret@prod/db/none",
                "k8s_secret@prod/none/user",
                "k8s_secret@prod/none/plain",
                "k8s_secret@prod/empty/user");

        assertThat(results)
                .isEqualTo(Map.of(
                        new Handle("k8s_secret@prod/db/user"), FetchResult.found("datadog"),
                        new Handle("k8s_secret@prod/db/plain"), FetchResult.found("hunter22"),
                        new Handle("k8s_secret@prod/db/none"), FetchResult.missing(),
                        new Handle("k8s_secret@prod/none/user"), FetchResult.missing(),
                        new Handle("k8s_secret@prod/none/plain"), FetchResult.missing(),
                        new Handle("k8s_secret@prod/empty/user"), FetchResult.missing()));
        assertThat(server.requests)
                .containsExactly(
                        "GET /api/v1/namespaces/prod/secrets/db Bearer pod-token",
                        "GET /api/v1/namespaces/prod/secrets/none Bearer pod-token",
                        "GET /api/v1/namespaces/prod/secrets/empty Bearer pod-token");
    }

    @ParameterizedTest
    @CsvSource({
        "denied/x, the service account may not read this secret",
        "moved/x, the API server answered with status 307",
        "html/x, the API server's reply is no JSON",
        "proxy/x, the API server's reply is no JSON",
        "login/x, the API server's reply is no Secret",
        "list/x, the API server's reply is no Secret",
        "huge/x, the reply is larger than 4194304 bytes",
        "db/tls.key, the value is no text in UTF-8"
    })
    void what_is_wrong_with_one_secret_harms_no_other_and_quotes_no_server(String name, String expected) {
        String handle = "k8s_secret@prod/" + name;

        Map<Handle, FetchResult> results = fetch(handle, "k8s_secret@prod/db/user");

        assertThat(reason(java.util.Objects.requireNonNull(results.get(new Handle(handle)))))
                .startsWith(expected);
        assertThat(results).containsEntry(new Handle("k8s_secret@prod/db/user"), FetchResult.found("datadog"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "prod/db",
                "prod/db/",
                "prod//user",
                "/db/user",
                "../db/user",
                "prod/../user",
                "prod/db/a/b",
                "prod/db?watch=1/x",
                "prod/db#/x",
                "prod/%2e%2e/x",
                "PROD/db/x",
                "prod/db/a b",
                "prod\n/db/x"
            })
    void a_place_that_is_not_a_secret_is_never_asked_for(String place) {
        assertThat(reason("k8s_secret@" + place)).isEqualTo("a Kubernetes secret must be NAMESPACE/NAME/KEY");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void a_refused_token_is_sent_once_and_read_again_in_the_next_call() throws IOException {
        Path account = Files.createDirectory(folder.resolve("account"));
        Files.copy(server.account().resolve("ca.crt"), account.resolve("ca.crt"));
        Files.writeString(account.resolve("token"), "old-canary");

        Map<Handle, FetchResult> results =
                fetch(server.environment(), account, "k8s_secret@prod/db/user", "k8s_secret@prod/empty/user");

        assertThat(results.values())
                .extracting(PrefixedStoreTest::reason)
                .containsOnly("the API server does not accept the service account's token");
        assertThat(server.requests).hasSize(1);
        Files.writeString(account.resolve("token"), "pod-token");
        assertThat(fetch(server.environment(), account, "k8s_secret@prod/db/user"))
                .containsValue(FetchResult.found("datadog"));
    }

    @Test
    void a_server_of_another_authority_gets_no_token() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        try (ApiServer stranger = new ApiServer(elsewhere)) {
            Map<Handle, FetchResult> results = fetch(
                    stranger.environment(), server.account(), "k8s_secret@prod/db/user", "k8s_secret@prod/empty/user");

            assertThat(results.values())
                    .extracting(PrefixedStoreTest::reason)
                    .allMatch(reason -> reason.contains("is not trusted; ca.crt in " + server.account()));
            assertThat(stranger.requests).isEmpty();
        }
    }

    @Test
    void outside_of_a_pod_files_are_read_and_the_rest_says_why_not() throws IOException {
        Path nothing = folder.resolve("nothing");
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = free.getLocalPort();
        }
        Map<String, String> gone =
                Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1", "KUBERNETES_SERVICE_PORT", String.valueOf(nobody));
        String name = "k8s_secret@prod/db/user";

        Map<Handle, FetchResult> results = fetch(Map.of(), nothing, "db_password", name);

        assertThat(results).containsEntry(new Handle("db_password"), FetchResult.found("hunter22"));
        assertThat(reason(results.get(new Handle(name)))).contains("is this a pod?");
        assertThat(reason(fetch(server.environment(), nothing, name).get(new Handle(name))))
                .contains("no such file or folder", "automountServiceAccountToken");
        assertThat(reason(fetch(gone, server.account(), name).get(new Handle(name))))
                .isEqualTo("nobody listens at https://127.0.0.1:" + nobody);
    }

    @Test
    void without_a_folder_the_reason_says_so() {
        SecretStore store = new PrefixedStore(List.of(), () -> {
            throw new ToolException("not asked");
        });

        assertThat(reason(new Main.StoreBackend(() -> store, false)
                        .fetch(Set.of(new Handle("x")))
                        .get(new Handle("x"))))
                .isEqualTo("no folder may be read: --prefixed names none");
    }
}
