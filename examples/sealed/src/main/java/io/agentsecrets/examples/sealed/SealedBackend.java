package io.agentsecrets.examples.sealed;

import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import io.agentsecrets.examples.tools.ToolException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A backend whose handles hold their values, encrypted. Each is opened on its own: one that fails harms no other. */
final class SealedBackend implements SecretBackend {

    private final KeyFile keys;
    private final @Nullable String context;

    /**
     * Creates a backend.
     *
     * @param keys what opens the values
     * @param context the only one whose values are opened, or null for all
     */
    SealedBackend(KeyFile keys, @Nullable String context) {
        this.keys = keys;
        this.context = context;
    }

    @Override
    public Map<Handle, FetchResult> fetch(Set<Handle> handles) {
        Map<Handle, FetchResult> results = new HashMap<>();
        for (Handle handle : handles) {
            results.put(handle, opened(handle.name()));
        }
        return results;
    }

    private FetchResult opened(String handle) {
        SealedValue sealed = SealedValue.parse(handle);
        if (sealed == null) {
            return FetchResult.failed("no sealed value: a handle must be AES256_GCM,data:…,iv:…,aad:…,tag:… in Base64");
        }
        if (context != null && !context.equals(sealed.context())) {
            return FetchResult.failed("it was sealed for another context than " + context);
        }
        try {
            return new FetchResult.Found(keys.open(sealed), null);
        } catch (ToolException e) {
            return FetchResult.failed(String.valueOf(e.getMessage()));
        }
    }
}
