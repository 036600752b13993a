package io.agentsecrets.examples.vault;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
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

/** Requests to one server and their replies: bounded in time and size, followed to no other server, and quoted nowhere. */
final class VaultHttp {

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

    VaultHttp(VaultSettings settings) throws VaultException {
        this.settings = settings;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER) // a token goes to one server only
                .connectTimeout(settings.timeout());
        Path caFile = settings.caFile();
        http = (caFile == null ? builder : builder.sslContext(trusting(caFile))).build();
    }

    /**
     * What the server answered.
     *
     * @param status of HTTP
     * @param json an object without members if the status is not 200 and the body no JSON
     */
    record Reply(int status, JsonNode json) {

        private static Reply of(HttpResponse<InputStream> response) {
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

        /** Without the body. */
        @Override
        public String toString() {
            return "Reply(" + status + ")";
        }
    }

    /**
     * Reads something.
     *
     * @throws VaultException if the server does not answer, or with something else than JSON
     */
    Reply get(String location, SecretValue token) throws VaultException {
        return send(request(location).header("X-Vault-Token", token.reveal()).GET());
    }

    /**
     * Sends JSON, without a token.
     *
     * @throws VaultException if the server does not answer, or with something else than JSON
     */
    Reply post(String location, String json) throws VaultException {
        return send(request(location)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder request(String location) {
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.address().resolve(location))
                .timeout(settings.timeout())
                .header("X-Vault-Request", "true");
        String namespace = settings.namespace();
        return namespace == null ? request : request.header("X-Vault-Namespace", namespace);
    }

    private Reply send(HttpRequest.Builder request) throws VaultException {
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
