package io.agentsecrets.examples.keyring;

import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.SecretValue;
import io.agentsecrets.examples.tools.ToolException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** A backend that answers from a keyring: the handle is the key, the service is the agent's. */
final class KeyringBackend implements SecretBackend {

    private final Supplier<Keyring> keyrings;
    private final String service;

    /**
     * Creates a backend.
     *
     * @param keyrings opens the store, once per call
     * @param service whose keys are looked up
     */
    KeyringBackend(Supplier<Keyring> keyrings, String service) {
        this.keyrings = keyrings;
        this.service = service;
    }

    /** What keeps the store from being used is the reason of every handle. */
    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        Map<Handle, FetchResult> results = new HashMap<>();
        try (Keyring keyring = keyrings.get()) {
            for (Handle handle : handles) {
                results.put(handle, result(keyring, handle));
            }
        } catch (ToolException e) {
            for (Handle handle : handles) {
                results.put(handle, FetchResult.failed(String.valueOf(e.getMessage())));
            }
        }
        return results;
    }

    private FetchResult result(Keyring keyring, Handle handle) {
        try {
            SecretValue value = keyring.get(service, handle.name());
            return value == null
                    ? new FetchResult.Failed(
                            FailureKind.MISSING,
                            "no such key in the keyring " + keyring.name() + "; keyring --service " + service
                                    + " set KEY sets it")
                    : new FetchResult.Found(value, null);
        } catch (UnusableSecretException e) {
            return FetchResult.failed(String.valueOf(e.getMessage()));
        }
    }
}
