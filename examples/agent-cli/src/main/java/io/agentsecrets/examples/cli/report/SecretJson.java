package io.agentsecrets.examples.cli.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.Handle;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.examples.cli.output.Json;
import io.agentsecrets.resolver.RefreshResult;
import io.agentsecrets.resolver.SecretsReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The JSON of {@code agent secret}, a contract for scripts (docs/spec.md, section 9). */
public final class SecretJson {

    private SecretJson() {}

    public static String of(SecretsReport report) {
        return Json.text(json -> {
            json.writeStartObject();
            executable(json, report.backend());
            json.writeArrayFieldStart("secrets");
            for (SecretsReport.Secret secret : report.secrets()) {
                json.writeStartObject();
                json.writeStringField("handle", secret.handle().name());
                json.writeStringField("state", secret.state().code());
                json.writeNumberField("ageSeconds", secret.age().toSeconds());
                if (secret.reason() != null) {
                    json.writeStringField("reason", secret.reason());
                }
                Json.origins(json, secret.origins());
                json.writeEndObject();
            }
            json.writeEndArray();
            failures(json, report.failures());
            json.writeEndObject();
        });
    }

    public static String of(RefreshResult result) {
        return Json.text(json -> {
            json.writeStartObject();
            json.writeNumberField("asked", result.asked());
            json.writeArrayFieldStart("changed");
            for (Handle changed : result.changed().handles()) {
                json.writeStartObject();
                json.writeStringField("handle", changed.name());
                Json.origins(json, result.changed().placesOf(changed));
                json.writeEndObject();
            }
            json.writeEndArray();
            failures(json, result.failures());
            json.writeEndObject();
        });
    }

    private static void failures(JsonGenerator json, List<HandleFailure> failures) throws IOException {
        json.writeArrayFieldStart("failures");
        for (HandleFailure failure : failures) {
            json.writeStartObject();
            json.writeStringField("kind", failure.kind().code());
            json.writeStringField("handle", failure.handle().name());
            json.writeStringField("message", failure.reason());
            Json.origins(json, failure.origins());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes what the rights check found; without an executable the path is null. */
    public static void executable(JsonGenerator json, BackendStatus status) throws IOException {
        json.writeObjectFieldStart("executable");
        json.writeStringField("path", status.location().isEmpty() ? null : status.location());
        json.writeBooleanField("ok", status.isOk());
        json.writeStringField("error", status.error());
        json.writeObjectFieldStart("details");
        for (Map.Entry<String, String> detail : status.details().entrySet()) {
            json.writeStringField(detail.getKey(), detail.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
