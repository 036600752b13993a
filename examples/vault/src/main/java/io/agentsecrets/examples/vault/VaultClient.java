package io.agentsecrets.examples.vault;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentsecrets.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Vault's HTTP API, as far as it is needed: log in, read a secret of the key-value store version 2. For one thread. */
final class VaultClient {

    /** Vault refuses larger secrets by default (max_request_size is 32 MiB, but a storage entry holds 1 MiB at most). */
    private static final int LARGEST_REPLY = 2 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // 1.10 stays 1.10
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final VaultSettings settings;
    private final HttpClient http;
    private @Nullable SecretValue token;

    VaultClient(VaultSettings settings) throws VaultException {
        this.settings = settings;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER) // a token goes to one server only
                .connectTimeout(settings.timeout());
        Path caFile = settings.caFile();
        http = (caFile == null ? builder : builder.sslContext(trusting(caFile))).build();
    }

    /**
     * A secret as the server gave it.
     *
     * @param fields its values by name
     * @param leaseSeconds how long it may be used, or 0 if the server does not say
     */
    record Secret(JsonNode fields, long leaseSeconds) {}

    /**
     * Reads the newest version of a secret.
     *
     * @throws VaultException if there is none, or this token may not read it, or the server does not answer
     */
    Secret read(VaultPath path) throws VaultException {
        Reply reply = send(HttpRequest.newBuilder(settings.address().resolve(path.location()))
                .header("X-Vault-Token", token().reveal())
                .GET());
        JsonNode data = reply.json.path("data");
        if (reply.status == 404) {
            boolean deleted = data.path("metadata").isObject();
            throw new VaultException(
                    deleted
                            ? "its newest version is deleted; vault kv undelete, or write a new one"
                            : "there is nothing at this path (the mount is the part before the first /)");
        }
        requireOk(reply.status, "read this path");
        if (!data.path("data").isObject()) {
            throw new VaultException("the mount is no key-value store of version 2");
        }
        return new Secret(data.path("data"), reply.json.path("lease_duration").asLong(0));
    }

    private SecretValue token() throws VaultException {
        if (token == null) {
            token = settings.login() instanceof VaultSettings.Login.Token given ? given.token() : loggedInOnce();
        }
        return token;
    }

    /** A login that failed is not tried again for the next path: Vault locks out who tries too often. */
    private SecretValue loggedInOnce() throws VaultException {
        try {
            return loggedIn();
        } catch (VaultException e) {
            throw VaultException.ofEveryPath(String.valueOf(e.getMessage()));
        }
    }

    private SecretValue loggedIn() throws VaultException {
        ObjectNode body = JSON.createObjectNode();
        String mount;
        if (settings.login() instanceof VaultSettings.Login.AppRole role) {
            mount = role.mount();
            body.put("role_id", role.roleId().reveal())
                    .put("secret_id", role.secretId().reveal());
        } else if (settings.login() instanceof VaultSettings.Login.Kubernetes kubernetes) {
            mount = kubernetes.mount();
            body.put("role", kubernetes.role()).put("jwt", kubernetes.jwt().reveal());
        } else {
            throw new IllegalStateException("a token needs no login");
        }
        Reply reply = send(HttpRequest.newBuilder(settings.address().resolve("/v1/auth/" + mount + "/login"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
        if (reply.status == 400 || reply.status == 403) {
            throw new VaultException("Vault refused the login at auth/" + mount + "; check role and credentials");
        }
        if (reply.status == 404) {
            throw new VaultException("Vault knows no way to log in at auth/" + mount);
        }
        requireOk(reply.status, "log in");
        String clientToken = reply.json.path("auth").path("client_token").asText("");
        if (!VaultSettings.isToken(clientToken)) {
            throw new VaultException("Vault's reply to the login holds no token");
        }
        return SecretValue.of(clientToken);
    }

    private static void requireOk(int status, String what) throws VaultException {
        if (status == 200) {
            return;
        }
        throw switch (status) {
            case 403 ->
                new VaultException("Vault denies this token to " + what + "; check its policy, or whether it expired");
            case 429 -> // of a quota, or of a standby that was asked for its health
                VaultException.ofEveryPath("Vault answers no more requests for now (a quota, or a standby)");
            case 472, 473 ->
                VaultException.ofEveryPath("this Vault server is a standby; VAULT_ADDR must name the active one");
            case 503 -> VaultException.ofEveryPath("Vault is sealed or in maintenance; vault operator unseal");
            case 307, 301, 302, 308 ->
                VaultException.ofEveryPath(
                        "Vault redirects to another server, which is not followed; set VAULT_ADDR to that one");
            default -> new VaultException("Vault answered with status " + status);
        };
    }

    private Reply send(HttpRequest.Builder request) throws VaultException {
        request.timeout(settings.timeout()).header("X-Vault-Request", "true");
        if (settings.namespace() != null) {
            request.header("X-Vault-Namespace", settings.namespace());
        }
        CompletableFuture<Reply> reply = http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                .thenApplyAsync(Reply::of);
        try {
            // the request's own timeout ends with the headers of the reply; this one bounds all of it
            return reply.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            reply.cancel(true);
            throw VaultException.ofEveryPath(silence());
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw VaultException.ofEveryPath("interrupted");
        }
    }

    private record Reply(int status, JsonNode json) {

        static Reply of(HttpResponse<InputStream> response) {
            try (InputStream body = response.body()) {
                byte[] bytes = body.readNBytes(LARGEST_REPLY + 1);
                if (bytes.length > LARGEST_REPLY) {
                    throw new VaultException("Vault's reply is larger than " + LARGEST_REPLY + " bytes");
                }
                return new Reply(response.statusCode(), json(response.statusCode(), bytes));
            } catch (IOException | VaultException e) {
                throw new CompletionException(e);
            }
        }

        private static JsonNode json(int status, byte[] bytes) throws VaultException {
            try {
                JsonNode json = JSON.readTree(bytes);
                return json == null ? JSON.createObjectNode() : json;
            } catch (IOException e) {
                if (status != 200) {
                    return JSON.createObjectNode(); // the status tells
                }
                throw new VaultException("the reply is no JSON; does VAULT_ADDR name a Vault server?");
            }
        }
    }

    private VaultException failure(@Nullable Throwable cause) {
        return cause instanceof VaultException told ? told : VaultException.ofEveryPath(reason(cause));
    }

    private String silence() {
        return settings.address() + " did not answer within "
                + settings.timeout().toSeconds() + " s";
    }

    private String reason(@Nullable Throwable cause) {
        String server = settings.address().toString();
        if (cause instanceof HttpTimeoutException) {
            return silence();
        }
        if (cause instanceof SSLException) {
            return "the certificate of " + server + " is not trusted; VAULT_CACERT names the file of its authority";
        }
        return cause instanceof ConnectException
                ? "nobody listens at " + server
                : "the connection to " + server + " failed ("
                        + (cause == null ? "no cause" : cause.getClass().getSimpleName()) + ")";
    }

    private static SSLContext trusting(Path caFile) throws VaultException {
        try (InputStream in = Files.newInputStream(caFile)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("ca" + number++, certificate);
            }
            if (number == 0) {
                throw new VaultException("VAULT_CACERT holds no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new VaultException("VAULT_CACERT cannot be read as certificates in PEM ("
                    + e.getClass().getSimpleName() + ")");
        }
    }
}
