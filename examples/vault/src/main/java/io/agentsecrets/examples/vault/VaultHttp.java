package io.agentsecrets.examples.vault;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.BoundedHttp;
import io.agentsecrets.examples.tools.ToolException;
import java.io.IOException;
import java.net.http.HttpRequest;

/** Requests to one Vault server and their replies as JSON. */
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
    private final BoundedHttp http;

    VaultHttp(VaultSettings settings) throws VaultException {
        this.settings = settings;
        try {
            http = new BoundedHttp(
                    settings.address(), settings.timeout(), LARGEST_REPLY, "VAULT_CACERT", settings.caFile());
        } catch (ToolException e) {
            throw new VaultException(String.valueOf(e.getMessage()));
        }
    }

    /**
     * What the server answered.
     *
     * @param status of HTTP
     * @param json an object without members if the status is not 200 and the body no JSON
     */
    record Reply(int status, JsonNode json) {

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
        return send(
                http.request(location).header("X-Vault-Token", token.reveal()).GET());
    }

    /**
     * Sends JSON, without a token.
     *
     * @throws VaultException if the server does not answer, or with something else than JSON
     */
    Reply post(String location, String json) throws VaultException {
        return send(http.request(location)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private Reply send(HttpRequest.Builder request) throws VaultException {
        request.header("X-Vault-Request", "true");
        if (settings.namespace() != null) {
            request.header("X-Vault-Namespace", settings.namespace());
        }
        try {
            BoundedHttp.Reply reply = http.send(request);
            return new Reply(reply.status(), json(reply));
        } catch (BoundedHttp.NoReplyException e) {
            String reason = String.valueOf(e.getMessage());
            throw e.isOfServer() ? VaultException.ofEveryPath(reason) : new VaultException(reason);
        }
    }

    private static JsonNode json(BoundedHttp.Reply reply) throws VaultException {
        try {
            JsonNode json = JSON.readTree(reply.body());
            return json == null ? JSON.createObjectNode() : json;
        } catch (IOException e) {
            if (reply.status() != 200) {
                return JSON.createObjectNode(); // the status tells
            }
            throw new VaultException("the reply is no JSON; does VAULT_ADDR name a Vault server?");
        }
    }
}
