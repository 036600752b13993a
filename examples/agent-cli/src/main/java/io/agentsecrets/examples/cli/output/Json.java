package io.agentsecrets.examples.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.agentsecrets.Origin;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON. Values that YAML has and JSON has not are written as text. */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** A function that writes JSON. */
    @FunctionalInterface
    public interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    /** Returns what is written, on one line. */
    public static String text(Writing writing) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.append('\n').toString();
    }

    /** Returns a text in double quotes, with the escapes that JSON and YAML share. */
    public static String quoted(String text) {
        return text(json -> json.writeString(text)).strip();
    }

    /** Writes a tree of maps, lists and scalars. Map keys appear as their text. */
    public static void tree(JsonGenerator json, @Nullable Object tree) throws IOException {
        if (tree == null) {
            json.writeNull();
        } else if (tree instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                tree(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (tree instanceof Collection<?> elements) {
            json.writeStartArray();
            for (Object element : elements) {
                tree(json, element);
            }
            json.writeEndArray();
        } else if (tree instanceof byte[] bytes) {
            json.writeBinary(bytes);
        } else {
            scalar(json, tree);
        }
    }

    private static void scalar(JsonGenerator json, Object scalar) throws IOException {
        if (scalar instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (scalar instanceof Integer || scalar instanceof Long) {
            json.writeNumber(((Number) scalar).longValue());
        } else if (scalar instanceof BigInteger number) {
            json.writeNumber(number);
        } else if (scalar instanceof BigDecimal number) {
            json.writeNumber(number);
        } else if (scalar instanceof Double number && Double.isFinite(number)) {
            json.writeNumber(number);
        } else {
            json.writeString(String.valueOf(scalar));
        }
    }

    /** Writes a line or column, or null for an unknown one. */
    public static void position(JsonGenerator json, String name, int position) throws IOException {
        if (position == 0) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, position);
        }
    }

    /** Writes where a handle is used. */
    public static void origins(JsonGenerator json, Collection<Origin> origins) throws IOException {
        json.writeArrayFieldStart("origins");
        for (Origin origin : origins) {
            json.writeStartObject();
            json.writeStringField("source", origin.source());
            json.writeStringField("path", origin.path());
            position(json, "line", origin.line());
            position(json, "column", origin.column());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
