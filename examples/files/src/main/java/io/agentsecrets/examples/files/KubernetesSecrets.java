package io.agentsecrets.examples.files;

import com.fasterxml.jackson.core.JsonParser;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.BoundedHttp;
import io.agentsecrets.examples.tools.FileProblem;
import io.agentsecrets.examples.tools.SmallFile;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of a Kubernetes API server, asked for as the pod's service account. A name is {@code NAMESPACE/NAME/KEY}. Each secret is
 * asked for once, however many of its keys are wanted. Used by one thread, for one call.
 */
final class KubernetesSecrets implements SecretStore {

    private static final Pattern PLACE =
            Pattern.compile("([a-z0-9][a-z0-9-]{0,62})/([a-z0-9][a-z0-9.-]{0,252})/([A-Za-z0-9._-]{1,253})");

    /** A secret holds 1 MiB at most, a third more in Base64; the rest is for its metadata. */
    private static final int LARGEST_REPLY = 4 << 20;

    private static final int LARGEST_TOKEN = 64 << 10;

    private final BoundedHttp http;
    private final String token;
    private final Map<String, Answer> answers = new HashMap<>();

    /** Why the server as a whole cannot be used; null as long as it can. */
    private @Nullable ToolException ofServer;

    /**
     * Finds the server.
     *
     * @param environment of the pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT
     * @param account a folder with the token and ca.crt of a service account
     * @throws ToolException if this is no pod, or a file cannot be read
     */
    KubernetesSecrets(Map<String, String> environment, Path account) {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        if (!host.matches("[A-Za-z0-9.:-]+") || !port.matches("\\d{1,5}")) {
            throw new ToolException(
                    "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT name no server; is this a pod?");
        }
        URI server = URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        this.token = token(account.resolve("token"));
        this.http = new BoundedHttp(
                server, Duration.ofSeconds(10), LARGEST_REPLY, "ca.crt in " + account, account.resolve("ca.crt"));
    }

    private static String token(Path file) {
        try {
            String token = SmallFile.text(file, LARGEST_TOKEN).strip();
            if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new ToolException(file + " must hold a token of one line in ASCII");
            }
            return token;
        } catch (IOException e) {
            throw new ToolException("the token " + file + " cannot be read (" + FileProblem.of(e)
                    + "); does the pod's service account have automountServiceAccountToken?");
        }
    }

    /**
     * What the server said of one secret.
     *
     * @param data its keys, none if it does not exist
     * @param problem why it could not be read, or null
     */
    private record Answer(Map<?, ?> data, @Nullable ToolException problem) {

        /** Without the values. */
        @Override
        public String toString() {
            return "Answer(" + data.size() + " keys)";
        }
    }

    @Override
    public @Nullable SecretValue find(String name) {
        Matcher place = PLACE.matcher(name);
        if (!place.matches()) {
            throw new ToolException("a Kubernetes secret must be NAMESPACE/NAME/KEY");
        }
        String location = "/api/v1/namespaces/" + place.group(1) + "/secrets/" + place.group(2);
        Answer answer = answers.computeIfAbsent(location, this::ask);
        if (answer.problem() != null) {
            throw answer.problem();
        }
        Object value = answer.data().get(place.group(3));
        return value == null ? null : decoded(String.valueOf(value));
    }

    private static SecretValue decoded(String base64) {
        try {
            return SecretValue.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64)))
                    .toString());
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw new ToolException("the value is no text in UTF-8");
        }
    }

    /** Asks for a secret, unless the server could not be reached or refused the token before. */
    private Answer ask(String location) {
        if (ofServer != null) {
            return new Answer(Map.of(), ofServer);
        }
        try {
            return answer(http.send(http.request(location)
                    .header("Authorization", "Bearer " + token)
                    .header("Accept", "application/json")
                    .GET()));
        } catch (BoundedHttp.NoReplyException e) {
            ToolException problem = new ToolException(String.valueOf(e.getMessage()));
            ofServer = e.isOfServer() ? problem : null;
            return new Answer(Map.of(), problem);
        } catch (ToolException e) {
            return new Answer(Map.of(), e);
        }
    }

    private Answer answer(BoundedHttp.Reply reply) {
        return switch (reply.status()) {
            case 200 -> present(object(reply.body()));
            case 404 -> absent(object(reply.body()));
            case 401 -> {
                ofServer = new ToolException("the API server does not accept the service account's token");
                throw ofServer;
            }
            case 403 ->
                throw new ToolException("the service account may not read this secret; give it a Role with the verb get"
                        + " for secrets in that namespace, and a RoleBinding");
            default -> throw new ToolException("the API server answered with status " + reply.status());
        };
    }

    /** Returns the answer for a secret that exists. Another server's 200 is no answer about a secret. */
    private static Answer present(Map<?, ?> secret) {
        if (!"Secret".equals(secret.get("kind"))) {
            throw new ToolException(
                    "the API server's reply is no Secret; does KUBERNETES_SERVICE_HOST name a Kubernetes API server?");
        }
        return new Answer(map(secret.get("data")), null);
    }

    /** Returns the answer for a secret that does not exist. Another server's 404 is about the path, not about a secret. */
    private static Answer absent(Map<?, ?> status) {
        if (!"NotFound".equals(status.get("reason"))) {
            throw new ToolException("the server has no secrets of Kubernetes");
        }
        return new Answer(Map.of(), null);
    }

    private static Map<?, ?> object(String json) {
        try (JsonParser parser = TreeStore.JSON.createParser(json)) {
            parser.nextToken();
            return map(TreeStore.value(parser));
        } catch (IOException e) {
            throw new ToolException("the API server's reply is no JSON");
        }
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }
}
