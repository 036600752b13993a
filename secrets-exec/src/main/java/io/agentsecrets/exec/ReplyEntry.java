package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.SecretValue;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entry of a {@link Reply} for one handle. Unknown fields are ignored; a known field that occurs twice makes the entry
 * wrong.
 */
final class ReplyEntry {

    private @Nullable String value;
    private @Nullable String error;
    private @Nullable Duration timeToLive;
    private @Nullable String problem;
    private final Set<String> seen = new HashSet<>(4);

    private ReplyEntry() {}

    /** Returns the entry of an ordinary reply. */
    static ReplyEntry of(@Nullable String value, @Nullable String error) {
        ReplyEntry entry = new ReplyEntry();
        entry.value = value;
        entry.error = error;
        return entry;
    }

    /**
     * Reads the JSON value at which the parser is, to its end.
     *
     * @param strings gets the strings that were given as values but are not used: repeated ones, and those in arrays or objects
     */
    static ReplyEntry read(JsonParser json, Collection<SecretValue> strings) throws IOException {
        ReplyEntry entry = new ReplyEntry();
        if (json.currentToken() != JsonToken.START_OBJECT) {
            entry.problem = "the entry must be an object, {\"value\":\"...\",\"error\":null}";
            collectStrings(json, strings);
            return entry;
        }
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            String before = entry.value;
            entry.readField(name, json.nextToken(), json);
            if (before != null && !before.equals(entry.value)) {
                strings.add(SecretValue.of(before));
            }
            if (name.equalsIgnoreCase("value")) {
                collectStrings(json, strings);
            } else {
                json.skipChildren();
            }
        }
        return entry;
    }

    /** Moves to the end of the JSON value at which the parser is, and collects the strings and numbers in it. */
    private static void collectStrings(JsonParser json, Collection<SecretValue> strings) throws IOException {
        int depth = 0;
        JsonToken token = json.currentToken();
        while (true) {
            if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
                strings.add(SecretValue.of(json.getText()));
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return;
            }
            token = json.nextToken();
        }
    }

    /** The value, even if it is not used because there is an error too. */
    @Nullable
    SecretValue value() {
        return value == null ? null : SecretValue.of(value);
    }

    /** The backend's own reason, which may hold secrets; null if there is none. */
    @Nullable
    String error() {
        return problem != null || error == null || error.isEmpty() ? null : error;
    }

    /** Whether there is a value that is not used because there is an error too. */
    boolean holdsValueBesideError() {
        return error() != null && value != null && !value.isEmpty();
    }

    FetchResult resultWithoutError(boolean removeTrailingLineBreak) {
        if (problem != null) {
            return new FetchResult.Failed(FailureKind.INVALID, "the executable's reply is wrong: " + problem);
        }
        String text = value == null ? "" : removeTrailingLineBreak ? withoutTrailingLineBreak(value) : value;
        return text.isEmpty()
                ? new FetchResult.Failed(
                        FailureKind.EMPTY, "the executable gave an empty value; store one, or remove the handle")
                : new FetchResult.Found(SecretValue.of(text), timeToLive);
    }

    private void readField(String name, JsonToken token, JsonParser json) throws IOException {
        if (name.equalsIgnoreCase("value")) {
            value = text("value", token, json);
        } else if (name.equalsIgnoreCase("error")) {
            error = text("error", token, json);
        } else if (name.equalsIgnoreCase("ttl")) {
            readTimeToLive(token, json);
        }
    }

    private @Nullable String text(String field, JsonToken token, JsonParser json) throws IOException {
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
    private void readTimeToLive(JsonToken token, JsonParser json) throws IOException {
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

    private static String withoutTrailingLineBreak(String value) {
        int end = value.length();
        while (end > 0 && (value.charAt(end - 1) == '\n' || value.charAt(end - 1) == '\r')) {
            end--;
        }
        return value.substring(0, end);
    }
}
