package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import java.nio.charset.CharacterCodingException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The agent's side of the protocol: the request as bytes (docs/protocol.md). Immutable. */
final class BackendProtocol {

    static final String VERSION = "1.0";

    private final @Nullable String type;
    private final @Nullable String configJson;

    BackendProtocol(@Nullable String type, Map<String, ?> config) {
        this.type = type;
        this.configJson = config.isEmpty() ? null : json(config);
    }

    private static String json(Map<String, ?> config) {
        try {
            return Json.of(config);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("config must consist of maps, lists and scalars");
        }
    }

    /** Returns compact JSON in UTF-8, with the handles in their order, and the line feed that a shell waits for. */
    byte[] request(Set<Handle> handles) {
        try {
            return JsonText.utf8(json(handles));
        } catch (CharacterCodingException e) {
            throw new BackendException(
                    FailureKind.BACKEND_ERROR,
                    "the request cannot be written: a handle holds half a surrogate pair; write its name again");
        }
    }

    private String json(Set<Handle> handles) {
        StringBuilder json = new StringBuilder(64 + 32 * handles.size());
        json.append("{\"version\":\"" + VERSION + "\",\"secrets\":[");
        String comma = "";
        for (Handle handle : handles) {
            json.append(comma);
            JsonText.append(handle.name(), json);
            comma = ",";
        }
        json.append(']');
        if (type != null) {
            json.append(",\"type\":");
            JsonText.append(type, json);
        }
        if (configJson != null) {
            json.append(",\"config\":").append(configJson);
        }
        return json.append("}\n").toString();
    }
}
