package io.agentsecrets.examples.cli.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.ConfigWarning;
import io.agentsecrets.examples.cli.output.Json;
import io.agentsecrets.examples.cli.provider.Provider;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of {@code agent configcheck}, a contract for scripts. */
public final class ConfigcheckJson {

    private ConfigcheckJson() {}

    public static String of(int backendCalls, List<CheckedSource> sources, @Nullable BackendStatus rights) {
        return Json.text(json -> {
            json.writeStartObject();
            json.writeNumberField("backendCalls", backendCalls);
            if (rights != null) {
                SecretJson.executable(json, rights);
            }
            json.writeArrayFieldStart("sources");
            for (CheckedSource source : sources) {
                source(json, source);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void source(JsonGenerator json, CheckedSource source) throws IOException {
        json.writeStartObject();
        json.writeStringField("source", source.source());
        json.writeStringField("provider", Provider.of(source.source()).code());
        json.writeStringField("status", source.status());
        json.writeFieldName("documents");
        Json.tree(json, source.documents());
        handles(json, source.handles());
        warnings(json, source.warnings());
        errors(json, source.errors());
        json.writeEndObject();
    }

    private static void handles(JsonGenerator json, List<CheckedSource.Use> uses) throws IOException {
        json.writeArrayFieldStart("handles");
        for (CheckedSource.Use use : uses) {
            json.writeStartObject();
            json.writeStringField("handle", use.handle().name());
            json.writeStringField("path", use.origin().path());
            Json.position(json, "line", use.origin().line());
            Json.position(json, "column", use.origin().column());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void warnings(JsonGenerator json, List<ConfigWarning> warnings) throws IOException {
        json.writeArrayFieldStart("warnings");
        for (ConfigWarning warning : warnings) {
            json.writeStartObject();
            Json.position(json, "line", warning.origin().line());
            Json.position(json, "column", warning.origin().column());
            json.writeStringField("message", warning.message());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void errors(JsonGenerator json, List<CheckedSource.Problem> errors) throws IOException {
        json.writeArrayFieldStart("errors");
        for (CheckedSource.Problem error : errors) {
            json.writeStartObject();
            json.writeStringField("kind", error.kind().code());
            json.writeStringField(
                    "handle", error.handle() == null ? null : error.handle().name());
            json.writeStringField("path", error.path());
            Json.position(json, "line", error.line());
            Json.position(json, "column", error.column());
            json.writeStringField("message", error.message());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
