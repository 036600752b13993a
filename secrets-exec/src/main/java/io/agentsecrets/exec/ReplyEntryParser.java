package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentsecrets.SecretValue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one entry of a reply, with Jackson. Unknown fields are ignored; a known field that occurs twice makes the entry
 * wrong.
 */
final class ReplyEntryParser {

    private final JsonParser json;
    private final Reply reply;
    private final Set<String> seen = new HashSet<>(4);

    /** The strings and numbers that were not given as values. */
    private final List<SecretValue> others = new ArrayList<>(4);

    private @Nullable String value;
    private @Nullable String error;
    private @Nullable Duration timeToLive;
    private @Nullable String problem;

    private ReplyEntryParser(JsonParser json, Reply reply) {
        this.json = json;
        this.reply = reply;
    }

    /**
     * Reads the JSON value at which the parser is, to its end.
     *
     * @param reply is told of each string that may be a secret: those given as values, used or not, and all of an entry that
     *     gives nothing
     */
    static ReplyEntry parse(JsonParser json, Reply reply) throws IOException {
        ReplyEntryParser entry = new ReplyEntryParser(json, reply);
        if (json.currentToken() == JsonToken.START_OBJECT) {
            entry.readFields();
        } else {
            entry.problem = "the entry must be an object, {\"value\":\"...\",\"error\":null}";
            entry.readStrings(reply::mask);
        }
        if (entry.givesNothing()) {
            entry.others.forEach(reply::mask);
        }
        return new ReplyEntry(entry.value, entry.error, entry.timeToLive, entry.problem);
    }

    private void readFields() throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            if (name.equalsIgnoreCase("value")) {
                value = text("value", token);
                readStrings(reply::mask);
            } else {
                readOther(name, token);
                readStrings(others::add);
            }
        }
    }

    private void readOther(String name, JsonToken token) throws IOException {
        if (name.equalsIgnoreCase("error")) {
            error = text("error", token);
        } else if (name.equalsIgnoreCase("ttl")) {
            readTimeToLive(token);
        }
    }

    /** Whether neither its value nor its error can be used. Then each text in it may be the secret, under a wrong name say. */
    private boolean givesNothing() {
        return problem != null || (value == null && (error == null || error.isEmpty()));
    }

    private @Nullable String text(String field, JsonToken token) throws IOException {
        requireOnce(field);
        if (token == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        if (token != JsonToken.VALUE_NULL) {
            problem = field + " must be a string or null";
        }
        return null;
    }

    /** Reads the time to live. Stores give 0 for values that do not expire. */
    private void readTimeToLive(JsonToken token) throws IOException {
        requireOnce("ttl");
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        double seconds = token.isNumeric() ? Double.parseDouble(json.getText()) : -1;
        if (seconds < 0) {
            problem = "ttl must be a number of seconds, 0 or more";
        } else if (seconds > 0 && seconds < Long.MAX_VALUE / 1e9) { // more than 292 years counts as no limit
            timeToLive = Duration.ofNanos(Math.max(1, (long) (seconds * 1e9)));
        }
    }

    private void requireOnce(String field) {
        if (!seen.add(field)) {
            problem = field + " stands twice";
        }
    }

    /** Moves to the end of the JSON value at which the parser is, and tells of the strings and numbers in it. */
    private void readStrings(Consumer<SecretValue> found) throws IOException {
        int depth = 0;
        JsonToken token = json.currentToken();
        while (true) {
            if ((token == JsonToken.VALUE_STRING || token.isNumeric()) && json.getTextLength() > 0) {
                found.accept(SecretValue.of(json.getText()));
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return;
            }
            token = json.nextToken();
        }
    }
}
