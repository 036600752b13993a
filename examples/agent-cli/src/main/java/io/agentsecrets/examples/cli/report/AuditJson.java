package io.agentsecrets.examples.cli.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentsecrets.ConfigException;
import io.agentsecrets.examples.cli.audit.Audit;
import io.agentsecrets.examples.cli.audit.PlainSecret;
import io.agentsecrets.examples.cli.output.Json;
import java.io.IOException;

/** The JSON of {@code agent audit}, a contract for scripts (docs/audit.md). */
public final class AuditJson {

    private AuditJson() {}

    /** Returns the JSON of an audit. */
    public static String of(Audit audit) {
        return Json.text(json -> {
            json.writeStartObject();
            json.writeNumberField("files", audit.files());
            json.writeNumberField("allowed", audit.allowed());
            json.writeArrayFieldStart("findings");
            for (PlainSecret secret : audit.secrets()) {
                finding(json, secret);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("errors");
            for (ConfigException error : audit.errors()) {
                json.writeStartObject();
                json.writeStringField("file", error.source());
                Json.position(json, "line", error.line());
                Json.position(json, "column", error.column());
                json.writeStringField("message", error.problem());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void finding(JsonGenerator json, PlainSecret secret) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", secret.place().source());
        json.writeNumberField("line", secret.place().line());
        json.writeNumberField("column", secret.place().column());
        json.writeStringField("path", secret.place().path());
        json.writeStringField("reason", secret.reason().code());
        json.writeStringField("handle", secret.handle());
        json.writeStringField("command", secret.command());
        json.writeStringField("write", secret.line());
        json.writeEndObject();
    }
}
