package io.agentsecrets.examples.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentsecrets.SecretValue;
import org.jspecify.annotations.Nullable;

/** Vault's HTTP API, as far as it is needed: log in, read a secret of the key-value store version 2. For one thread. */
final class VaultClient {

    private final VaultSettings settings;
    private final VaultHttp http;
    private @Nullable SecretValue token;

    VaultClient(VaultSettings settings) throws VaultException {
        this.settings = settings;
        this.http = new VaultHttp(settings);
    }

    /**
     * A secret as the server gave it.
     *
     * @param fields its values by name
     * @param leaseSeconds how long it may be used, or 0 if the server does not say
     */
    record Secret(JsonNode fields, long leaseSeconds) {

        /** Without the values. */
        @Override
        public String toString() {
            return "Secret(" + fields.size() + " fields)";
        }
    }

    /**
     * Reads the newest version of a secret.
     *
     * @throws VaultException if there is none, or this token may not read it, or the server does not answer
     */
    Secret read(VaultPath path) throws VaultException {
        VaultHttp.Reply reply = http.get(path.location(), token());
        JsonNode data = reply.json().path("data");
        if (reply.status() == 404) {
            boolean deleted = data.path("metadata").isObject();
            throw VaultException.missing(
                    deleted
                            ? "its newest version is deleted; vault kv undelete, or write a new one"
                            : "there is nothing at this path (the mount comes first: docs/vault.md)");
        }
        requireOk(reply.status(), "read this path");
        if (!data.path("data").isObject()) {
            throw new VaultException("the mount is no key-value store of version 2");
        }
        return new Secret(data.path("data"), reply.json().path("lease_duration").asLong(0));
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
        ObjectNode body = JsonNodeFactory.instance.objectNode();
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
        VaultHttp.Reply reply = http.post("/v1/auth/" + mount + "/login", body.toString());
        if (reply.status() == 400 || reply.status() == 403) {
            throw new VaultException("Vault refused the login at auth/" + mount + "; check role and credentials");
        }
        if (reply.status() == 404) {
            throw new VaultException("Vault knows no way to log in at auth/" + mount);
        }
        requireOk(reply.status(), "log in");
        String clientToken = reply.json().path("auth").path("client_token").asText("");
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
}
