package io.agentsecrets.examples.vault;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
            VaultPath path = VaultPath.parse(handle.name(), settings.mount());
            if (path == null) {
                results.put(handle, FetchResult.failed(VaultPath.form(settings.mount())));
            } else {
                wanted.computeIfAbsent(path.location(), key -> new LinkedHashMap<>())
                        .put(handle, path);
            }
        }
        try {
            readAll(new VaultClient(settings), wanted.values(), results);
        } catch (VaultException e) {
            wanted.values().forEach(ofPath -> fail(ofPath, e, results));
        }
        return results;
    }

    /** A path whose server is gone or whose login is refused is the last one that is asked for. */
    private static void readAll(
            VaultClient client, Collection<Map<Handle, VaultPath>> wanted, Map<Handle, FetchResult> results) {
        VaultException ofEveryPath = null;
        for (Map<Handle, VaultPath> ofPath : wanted) {
            VaultException failure = ofEveryPath != null ? ofEveryPath : read(client, ofPath, results);
            if (failure != null) {
                fail(ofPath, failure, results);
                ofEveryPath = failure.isOfEveryPath() ? failure : null;
            }
        }
    }

    /** Returns why the path could not be read, or null. */
    private static @Nullable VaultException read(
            VaultClient client, Map<Handle, VaultPath> ofPath, Map<Handle, FetchResult> results) {
        try {
            VaultClient.Secret secret = client.read(ofPath.values().iterator().next());
            ofPath.forEach((handle, path) -> results.put(handle, field(secret, path.field())));
            return null;
        } catch (VaultException e) {
            return e;
        }
    }

    private static void fail(Map<Handle, VaultPath> ofPath, VaultException e, Map<Handle, FetchResult> results) {
        ofPath.keySet().forEach(handle -> results.put(handle, e.result()));
    }

    private static FetchResult field(VaultClient.Secret secret, String name) {
        JsonNode field = secret.fields().get(name);
        if (field == null || field.isNull()) {
            return new FetchResult.Failed(FailureKind.MISSING, "the secret has no such field");
        }
        if (!field.isValueNode()) {
            return FetchResult.failed("the field is no text");
        }
        Duration timeToLive = secret.leaseSeconds() > 0 ? Duration.ofSeconds(secret.leaseSeconds()) : null;
        return new FetchResult.Found(SecretValue.of(field.asText()), timeToLive);
    }
}
