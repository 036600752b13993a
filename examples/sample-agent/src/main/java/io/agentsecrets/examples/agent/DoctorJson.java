package io.agentsecrets.examples.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentsecrets.BackendException;
import io.agentsecrets.Handle;
import io.agentsecrets.exec.Probe;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON of {@code agent doctor}, a contract for scripts (docs/doctor.md). */
final class DoctorJson {

    private DoctorJson() {}

    static String of(Diagnosis diagnosis) {
        return Json.text(json -> {
            json.writeStartObject();
            json.writeBooleanField("ok", diagnosis.ok());
            SecretJson.executable(json, diagnosis.status());
            json.writeNumberField(
                    "timeoutMillis", diagnosis.settings().timeout().toMillis());
            surroundings(json, diagnosis.surroundings());
            json.writeArrayFieldStart("handles");
            for (Map.Entry<Handle, Optional<String>> handle :
                    diagnosis.handles().entrySet()) {
                json.writeStartObject();
                json.writeStringField("handle", handle.getKey().name());
                json.writeStringField("result", handle.getValue().orElse(null));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("calls");
            for (Map.Entry<Examination.Call, Probe> call : diagnosis.calls().entrySet()) {
                call(json, call.getKey(), call.getValue());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("judgements");
            for (Judgement judgement : diagnosis.judgements()) {
                json.writeStartObject();
                json.writeStringField("name", judgement.name());
                json.writeStringField("verdict", judgement.verdict().code());
                json.writeStringField("finding", judgement.finding());
                json.writeStringField("next", judgement.next());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void surroundings(JsonGenerator json, Surroundings surroundings) throws IOException {
        json.writeObjectFieldStart("environment");
        json.writeStringField("user", surroundings.user());
        if (surroundings.uid() == null) {
            json.writeNullField("uid");
        } else {
            json.writeNumberField("uid", Integer.toUnsignedLong(surroundings.uid()));
        }
        json.writeStringField("folder", surroundings.folder());
        json.writeStringField("path", surroundings.path());
        json.writeStringField("home", surroundings.home());
        json.writeArrayFieldStart("withheld");
        for (String name : surroundings.withheld()) {
            json.writeString(name);
        }
        json.writeEndArray();
        limits(json, surroundings.limits());
        json.writeEndObject();
    }

    private static void limits(JsonGenerator json, @Nullable List<Surroundings.Limit> limits) throws IOException {
        json.writeFieldName("limits");
        if (limits == null) {
            json.writeNull();
            return;
        }
        json.writeStartArray();
        for (Surroundings.Limit limit : limits) {
            json.writeStartObject();
            json.writeStringField("name", limit.name());
            json.writeStringField("here", limit.here());
            json.writeStringField("parent", limit.parent());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void call(JsonGenerator json, Examination.Call call, Probe trial) throws IOException {
        BackendException failure = trial.failure();
        json.writeStartObject();
        json.writeStringField("call", call.code());
        json.writeStringField("failure", failure == null ? null : failure.kind().code());
        if (trial.exitStatus() == null) {
            json.writeNullField("exitStatus");
        } else {
            json.writeNumberField("exitStatus", trial.exitStatus());
        }
        json.writeNumberField("millis", trial.took().toMillis());
        json.writeNumberField("stderrLines", trial.stderrLines());
        json.writeEndObject();
    }
}
