package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import java.io.IOException;
import java.io.StringWriter;
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

    /** Returns compact JSON in UTF-8, with the handles in their order. */
    byte[] request(Set<Handle> handles) {
        StringWriter text = new StringWriter(64 + 32 * handles.size());
        try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("version", VERSION);
            json.writeArrayFieldStart("secrets");
            for (Handle handle : handles) {
                json.writeString(handle.name());
            }
            json.writeEndArray();
            if (type != null) {
                json.writeStringField("type", type);
            }
            if (configJson != null) {
                json.writeFieldName("config");
                json.writeRawValue(configJson);
            }
            json.writeEndObject();
            json.flush();
            return Json.utf8(text);
        } catch (IOException unwritable) {
            throw new BackendException(
                    FailureKind.BACKEND_ERROR, "the request cannot be written: a handle holds half a surrogate pair");
        }
    }
}
