package io.agentsecrets.examples.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Against the Vault that VAULT_ADDR and VAULT_TOKEN name, such as that of {@code vault server -dev}. It writes a secret of its own into
 * the key-value store at VAULT_KV_MOUNT ({@code secret} if not set), and takes it away.
 */
class RealVaultTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private final String path = "agent-secrets-test-" + UUID.randomUUID();

    @BeforeEach
    void a_real_vault() {
        boolean real = environment.get("VAULT_ADDR") != null && environment.get("VAULT_TOKEN") != null;
        if (!real) {
            System.out.println(
                    "RealVaultTest: skipped, VAULT_ADDR and VAULT_TOKEN are not set; VaultBackendTest uses recorded"
                            + " replies");
        }
        assumeTrue(real, "no real Vault: VAULT_ADDR and VAULT_TOKEN are not set");
        environment.putIfAbsent("VAULT_KV_MOUNT", "secret");
    }

    @AfterEach
    void leave_nothing() throws IOException, InterruptedException {
        if (environment.containsKey("VAULT_KV_MOUNT")) {
            send("DELETE", "metadata", "");
        }
    }

    private int send(String method, String kind, String body) throws IOException, InterruptedException {
        String namespace = environment.get("VAULT_NAMESPACE");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(environment.get("VAULT_ADDR") + "/v1/"
                        + environment.get("VAULT_KV_MOUNT") + "/" + kind + "/" + path))
                .header("X-Vault-Token", environment.get("VAULT_TOKEN"))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (namespace != null) {
            request.header("X-Vault-Namespace", namespace);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private FetchResult fetch(String handle) throws VaultException {
        return new VaultBackend(VaultSettings.of(environment))
                .fetch(Set.of(new Handle(handle)))
                .get(new Handle(handle));
    }

    private String reason(String handle) throws VaultException {
        assertThat(fetch(handle)).isInstanceOf(FetchResult.Failed.class);
        return ((FetchResult.Failed) fetch(handle)).reason();
    }

    @Test
    void reads_what_was_written_and_tells_apart_what_cannot_be_read() throws Exception {
        assertThat(send("POST", "data", "{\"data\":{\"password\":\"s3cr3t \\u00e9\",\"pin\":1.10}}"))
                .as("the status of the write")
                .isEqualTo(200);

        assertThat(fetch(path + "#password")).isEqualTo(FetchResult.found("s3cr3t é"));
        assertThat(fetch(path + "#pin")).isEqualTo(FetchResult.found("1.10"));
        assertThat(reason(path + "#none")).isEqualTo("the secret has no such field");
        assertThat(reason(path + "-none#x")).startsWith("there is nothing at this path");
        send("DELETE", "data", "");
        assertThat(reason(path + "#password")).startsWith("its newest version is deleted");
        environment.put("VAULT_TOKEN", "wrong");
        assertThat(reason(path + "#password")).startsWith("Vault denies this token");
        environment.put("VAULT_TOKEN", System.getenv("VAULT_TOKEN"));
    }
}
