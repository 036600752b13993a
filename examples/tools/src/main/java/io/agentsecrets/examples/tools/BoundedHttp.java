package io.agentsecrets.examples.tools;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client of one server of secrets. Each request is limited in time, the body of the reply included, and in size. Redirects
 * are not followed, so a token goes to this server only. Errors quote nothing that a server sends. Thread-safe.
 */
public final class BoundedHttp {

    private static final int LARGEST_AUTHORITY = 16 << 20;

    private final URI server;
    private final Duration timeout;
    private final int largestReply;
    private final String authority;
    private final HttpClient http;

    /**
     * Creates a client.
     *
     * @param server the address of the server, as errors name it
     * @param timeout of each request
     * @param largestReply the largest body in bytes
     * @param authority what names the file of certificates, such as {@code VAULT_CACERT}; for errors
     * @param authorityFile certificates in PEM that are trusted instead of the JVM's own, or null
     * @throws ToolException if the file holds no certificates
     */
    public BoundedHttp(URI server, Duration timeout, int largestReply, String authority, @Nullable Path authorityFile) {
        this.server = server;
        this.timeout = timeout;
        this.largestReply = largestReply;
        this.authority = authority;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout);
        http = (authorityFile == null ? builder : builder.sslContext(trusting(authorityFile))).build();
    }

    /**
     * What the server answered.
     *
     * @param status of HTTP
     * @param body all of it, as text in UTF-8
     */
    public record Reply(int status, String body) {

        /** Without the body. */
        @Override
        public String toString() {
            return "Reply(" + status + ")";
        }
    }

    /** Why there is no reply: one line for people. */
    public static final class NoReplyException extends Exception {

        private static final long serialVersionUID = 1;

        private final boolean ofServer;

        NoReplyException(String message, boolean ofServer) {
            super(message);
            this.ofServer = ofServer;
        }

        /**
         * Tells whether other requests would fail too.
         *
         * @return false if the reason is only about this reply
         */
        public boolean isOfServer() {
            return ofServer;
        }
    }

    /**
     * Starts a request.
     *
     * @param location below the server's address, with its slash
     * @return a request that can still be changed
     */
    public HttpRequest.Builder request(String location) {
        return HttpRequest.newBuilder(server.resolve(location)).timeout(timeout);
    }

    /**
     * Sends a request.
     *
     * @param request what {@link #request} made
     * @return the reply, whatever its status is
     * @throws NoReplyException if there was no reply, or it is too large
     */
    public Reply send(HttpRequest.Builder request) throws NoReplyException {
        CompletableFuture<Reply> reply = http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                .thenApplyAsync(this::read);
        try {
            // the request's own timeout ends with the headers of the reply; this one bounds all of it
            return reply.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            reply.cancel(true);
            throw new NoReplyException(silence(), true);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof NoReplyException told
                    ? told
                    : new NoReplyException(reason(e.getCause()), true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoReplyException("interrupted", true);
        }
    }

    private Reply read(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(largestReply + 1);
            if (bytes.length > largestReply) {
                throw new NoReplyException("the reply is larger than " + largestReply + " bytes", false);
            }
            return new Reply(response.statusCode(), new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException | NoReplyException e) {
            throw new CompletionException(e);
        }
    }

    private String silence() {
        return server + " did not answer within " + timeout.toSeconds() + " s";
    }

    private String reason(@Nullable Throwable cause) {
        if (cause instanceof HttpTimeoutException) {
            return silence();
        }
        if (cause instanceof SSLException) {
            return "the certificate of " + server + " is not trusted; " + authority
                    + " names the file of its authority";
        }
        return cause instanceof ConnectException
                ? "nobody listens at " + server
                : "the connection to " + server + " failed ("
                        + (cause == null ? "no cause" : cause.getClass().getSimpleName()) + ")";
    }

    private SSLContext trusting(Path authorityFile) {
        try {
            InputStream in = new ByteArrayInputStream(SmallFile.bytes(authorityFile, LARGEST_AUTHORITY));
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("ca" + number++, certificate);
            }
            if (number == 0) {
                throw new ToolException(authority + " holds no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new ToolException(authority + " cannot be read (" + FileProblem.of(e) + ")");
        } catch (GeneralSecurityException e) {
            throw new ToolException(authority + " cannot be read as certificates in PEM ("
                    + e.getClass().getSimpleName() + ")");
        }
    }
}
