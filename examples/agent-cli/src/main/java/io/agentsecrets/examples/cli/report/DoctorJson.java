package io.agentsecrets.examples.cli.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.agentsecrets.FailureKind;
import io.agentsecrets.Handle;
import io.agentsecrets.examples.cli.output.Json;
import io.agentsecrets.exec.doctor.Diagnosis;
import io.agentsecrets.exec.doctor.Environment;
import io.agentsecrets.exec.doctor.Judgement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON of {@code agent doctor}, a contract for scripts (docs/doctor.md). */
public final class DoctorJson {

    private DoctorJson() {}

    public static String of(Diagnosis diagnosis, Duration timeout) {
        return Json.text(json -> {
            json.writeStartObject();
            json.writeBooleanField("ok", diagnosis.isOk());
            SecretJson.executable(json, diagnosis.status());
            json.writeNumberField("timeoutMillis", timeout.toMillis());
            environment(json, diagnosis.environment());
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
            for (Diagnosis.Call call : diagnosis.calls()) {
                call(json, call);
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

    private static void environment(JsonGenerator json, Environment environment) throws IOException {
        json.writeObjectFieldStart("environment");
        json.writeStringField("user", environment.user());
        if (environment.uid() == null) {
            json.writeNullField("uid");
        } else {
            json.writeNumberField("uid", Integer.toUnsignedLong(environment.uid()));
        }
        json.writeStringField("folder", environment.folder());
        json.writeStringField("path", environment.path());
        json.writeStringField("home", environment.home());
        json.writeArrayFieldStart("withheld");
        for (String name : environment.withheld()) {
            json.writeString(name);
        }
        json.writeEndArray();
        limits(json, environment.limits());
        json.writeEndObject();
    }

    private static void limits(JsonGenerator json, @Nullable List<Environment.Limit> limits) throws IOException {
        json.writeFieldName("limits");
        if (limits == null) {
            json.writeNull();
            return;
        }
        json.writeStartArray();
        for (Environment.Limit limit : limits) {
            json.writeStartObject();
            json.writeStringField("name", limit.name());
            json.writeStringField("here", limit.here());
            json.writeStringField("parent", limit.parent());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void call(JsonGenerator json, Diagnosis.Call call) throws IOException {
        FailureKind failure = call.failure();
        json.writeStartObject();
        json.writeStringField("call", call.code());
        json.writeStringField("failure", failure == null ? null : failure.code());
        if (call.exitStatus() == null) {
            json.writeNullField("exitStatus");
        } else {
            json.writeNumberField("exitStatus", call.exitStatus());
        }
        json.writeNumberField("millis", call.took().toMillis());
        json.writeNumberField("stderrLines", call.stderrLines());
        json.writeEndObject();
    }
}
