package io.agentsecrets.examples.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentsecrets.BackendStatus;
import io.agentsecrets.HandleFailure;
import io.agentsecrets.SecretsReport;
import java.io.IOException;
import java.util.Map;

/** The JSON of {@code agent secret}, a contract for scripts (SPEC.md, section 9). */
final class SecretJson {

    private SecretJson() {}

    static String of(SecretsReport report) {
        return Json.text(json -> {
            json.writeStartObject();
            executable(json, report.backend());
            json.writeArrayFieldStart("secrets");
            for (SecretsReport.Secret secret : report.secrets()) {
                json.writeStartObject();
                json.writeStringField("handle", secret.handle().name());
                json.writeStringField("state", secret.state().code());
                json.writeNumberField("ageSeconds", secret.age().toSeconds());
                Json.origins(json, secret.origins());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("failures");
            for (HandleFailure failure : report.failures()) {
                json.writeStartObject();
                json.writeStringField("kind", failure.kind().code());
                json.writeStringField("handle", failure.handle().name());
                json.writeStringField("message", failure.reason());
                Json.origins(json, failure.origins());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** Writes what the rights check found; without an executable the path is null. */
    static void executable(JsonGenerator json, BackendStatus status) throws IOException {
        json.writeObjectFieldStart("executable");
        json.writeStringField("path", status.location().isEmpty() ? null : status.location());
        json.writeBooleanField("ok", status.ok());
        json.writeStringField("error", status.error());
        json.writeObjectFieldStart("details");
        for (Map.Entry<String, String> detail : status.details().entrySet()) {
            json.writeStringField(detail.getKey(), detail.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
