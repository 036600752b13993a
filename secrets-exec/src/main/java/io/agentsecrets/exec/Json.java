package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON, read and written with the streaming part of Jackson, in any version from 2.15 on (docs/adr/0016).
 *
 * <p>Nothing of the input is kept for error messages.
 */
final class Json {

    private static final int MAX_DEPTH = 100;

    /** Converting a number takes the square of its digits. */
    private static final int MAX_DIGITS = 1000;

    /** Buffers are not pooled, as a pool would keep secrets. Names are not interned, as interned handles would stay in memory. */
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.USE_THREAD_LOCAL_FOR_BUFFER_RECYCLING)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(constraints())
            .build();

    private Json() {}

    private static StreamReadConstraints constraints() {
        StreamReadConstraints.Builder constraints = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(Integer.MAX_VALUE);
        try {
            constraints.maxNameLength(Integer.MAX_VALUE);
        } catch (NoSuchMethodError e) {
            // Jackson 2.15 does not limit names
        }
        return constraints.build();
    }

    /**
     * Returns the JSON of maps, lists and scalars.
     *
     * @throws IllegalArgumentException if there is anything else in the value, or it is nested too deeply
     */
    static String of(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(json, value, MAX_DEPTH);
        } catch (IOException | IllegalStateException e) { // the generator refuses anything but scalars
            throw new IllegalArgumentException("not JSON");
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object value, int levels) throws IOException {
        if (levels == 0) {
            throw new IOException("nested too deeply");
        }
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                write(json, entry.getValue(), levels - 1);
            }
            json.writeEndObject();
        } else if (value instanceof Iterable<?> || value instanceof Object[]) {
            json.writeStartArray();
            for (Object member : value instanceof Iterable<?> list ? list : Arrays.asList((Object[]) value)) {
                write(json, member, levels - 1);
            }
            json.writeEndArray();
        } else {
            json.writePOJO(value instanceof CharSequence text ? text.toString() : value);
        }
    }

    /**
     * Reads JSON as maps, lists and scalars.
     *
     * @throws IOException if it is not valid; its message may quote the text
     */
    static @Nullable Object read(String text) throws IOException {
        try (JsonParser json = FACTORY.createParser(text)) {
            Object value = value(json, json.nextToken());
            if (json.nextToken() != null) {
                throw new IOException("there is more than one value");
            }
            return value;
        }
    }

    private static @Nullable Object value(JsonParser json, @Nullable JsonToken token) throws IOException {
        if (token == null) {
            throw new IOException("there is no value");
        }
        return switch (token) {
            case START_OBJECT -> map(json);
            case START_ARRAY -> list(json);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json);
            case VALUE_TRUE, VALUE_FALSE -> token == JsonToken.VALUE_TRUE;
            case VALUE_NULL -> null;
            default -> json.getText();
        };
    }

    private static Map<String, @Nullable Object> map(JsonParser json) throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            map.put(name, value(json, json.nextToken()));
        }
        return map;
    }

    private static List<@Nullable Object> list(JsonParser json) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            list.add(value(json, token));
        }
        return list;
    }

    private static Number number(JsonParser json) throws IOException {
        if (json.getTextLength() > MAX_DIGITS) {
            throw new IOException("a number is too long");
        }
        return json.getNumberValue();
    }
}
