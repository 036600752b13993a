package io.agentsecrets.examples.vault;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A backend that reads each path once, however many of its fields are wanted. What fails, fails the handles of its path. */
final class VaultBackend implements SecretBackend {

    private final VaultSettings settings;

    VaultBackend(VaultSettings settings) {
        this.settings = settings;
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        Map<Handle, FetchResult> results = new HashMap<>();
        Map<String, Map<Handle, VaultPath>> wanted = new LinkedHashMap<>();
        for (Handle handle : handles) {
            VaultPath path = VaultPath.parse(handle.name());
            if (path == null) {
                results.put(
                        handle, FetchResult.failed("a handle must be MOUNT/PATH#FIELD, such as secret/db#password"));
            } else {
                wanted.computeIfAbsent(path.path(), key -> new LinkedHashMap<>())
                        .put(handle, path);
            }
        }
        try {
            VaultClient client = new VaultClient(settings);
            wanted.values().forEach(ofPath -> read(client, ofPath, results));
        } catch (VaultException e) {
            wanted.values().forEach(ofPath -> fail(ofPath, e, results));
        }
        return results;
    }

    private static void read(VaultClient client, Map<Handle, VaultPath> ofPath, Map<Handle, FetchResult> results) {
        try {
            VaultClient.Secret secret = client.read(ofPath.values().iterator().next());
            ofPath.forEach((handle, path) -> results.put(handle, field(secret, path.field())));
        } catch (VaultException e) {
            fail(ofPath, e, results);
        }
    }

    private static void fail(Map<Handle, VaultPath> ofPath, VaultException e, Map<Handle, FetchResult> results) {
        ofPath.keySet().forEach(handle -> results.put(handle, FetchResult.failed(String.valueOf(e.getMessage()))));
    }

    private static FetchResult field(VaultClient.Secret secret, String name) {
        JsonNode field = secret.fields().get(name);
        if (field == null || field.isNull()) {
            return FetchResult.failed("the secret has no such field");
        }
        if (!field.isValueNode()) {
            return FetchResult.failed("the field is no text");
        }
        Duration timeToLive = secret.leaseSeconds() > 0 ? Duration.ofSeconds(secret.leaseSeconds()) : null;
        return new FetchResult.Found(SecretValue.of(field.asText()), timeToLive);
    }
}
