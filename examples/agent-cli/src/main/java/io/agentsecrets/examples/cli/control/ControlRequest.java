package io.agentsecrets.examples.cli.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentsecrets.examples.cli.output.Json;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * A request of a command to a running agent, which is one JSON object on a line.
 *
 * @param command one of the constants
 * @param json whether the answer is JSON instead of text
 * @param reveal whether secrets are shown
 * @param strict whether warnings count for the exit status
 */
public record ControlRequest(String command, boolean json, boolean reveal, boolean strict) {

    public static final String SECRET = "secret";
    public static final String REFRESH = "refresh";
    public static final String CONFIGCHECK = "configcheck";
    public static final String RELOAD = "reload";

    private static final JsonFactory FACTORY = new JsonFactory();

    public String toJson() {
        return Json.text(line -> {
            line.writeStartObject();
            line.writeStringField("command", command);
            line.writeBooleanField("json", json);
            line.writeBooleanField("reveal", reveal);
            line.writeBooleanField("strict", strict);
            line.writeEndObject();
        });
    }

    /** Reads a request; unknown fields are ignored. */
    public static ControlRequest of(String line) throws IOException {
        String command = "";
        Set<String> flags = new HashSet<>();
        try (JsonParser parser = FACTORY.createParser(line)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("command")) {
                    command = parser.getText();
                } else if (value == JsonToken.VALUE_TRUE) {
                    flags.add(name);
                }
                parser.skipChildren();
            }
        }
        return new ControlRequest(command, flags.contains("json"), flags.contains("reveal"), flags.contains("strict"));
    }
}
