package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentsecrets.Handle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agent's side of the protocol: the request as bytes, and how a reply is read (docs/protocol.md). Immutable.
 *
 * <p>Jackson is used as a streaming parser and generator: its {@link ObjectMapper} costs an agent 100 to 200 ms at
 * start-up and is touched only for a {@code config}.
 */
final class BackendProtocol {

    static final String VERSION = "1.0";

    /**
     * Buffers are not pooled, as they would keep secrets. Names are not interned, as handles would fill the memory. Nothing
     * of the input is kept for error messages. Characters beyond the basic plane are not escaped, as shell scripts cannot
     * read escaped surrogates.
     */
    static final JsonFactory JSON = new JsonFactoryBuilder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final @Nullable String type;
    private final @Nullable String configJson;

    BackendProtocol(@Nullable String type, Map<String, ?> config) {
        this.type = type;
        this.configJson = config.isEmpty() ? null : json(config);
    }

    private static String json(Map<String, ?> config) {
        try {
            return new ObjectMapper().writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("config must consist of maps, lists and scalars");
        }
    }

    /** Returns compact JSON in UTF-8, with the handles in their order. */
    byte[] request(Set<Handle> handles) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 32 * handles.size());
        try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
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
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }
}
