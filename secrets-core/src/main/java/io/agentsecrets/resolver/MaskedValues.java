package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import io.agentsecrets.KnownSecrets;
import java.util.List;
import java.util.Map;

/**
 * The values that are masked: the last one of each handle in use, the one before it, and those that a source or the agent
 * still runs with. Used with the lock of {@link SourceRegistry} held.
 *
 * @param secrets masks them
 */
record MaskedValues(KnownSecrets secrets) {

    /** Masks a new value of a handle. */
    void came(KnownHandle handle, KnownValue known) {
        secrets.add(known.value());
        handle.letGoOfFormer().forEach(secrets::remove);
    }

    /** Masks values that the agent gets now, although other ones came after they were read. */
    void handedOut(List<KnownHandle> handles, Map<Handle, KnownValue> values) {
        for (KnownHandle handle : handles) {
            KnownValue known = values.get(handle.handle());
            if (known != null && handle.keepFormer(known.value())) {
                secrets.add(known.value());
            }
        }
    }

    /** Lets go of a handle that no source uses. Returns whether it had a value. */
    boolean letGo(KnownHandle handle) {
        handle.former().forEach(secrets::remove);
        KnownValue known = handle.known();
        if (known != null) {
            secrets.remove(known.value());
        }
        return known != null;
    }
}
