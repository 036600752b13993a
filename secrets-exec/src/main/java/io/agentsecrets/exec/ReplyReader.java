package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.Redactor;
import io.agentsecrets.SecretValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one reply, strictly: one JSON object in UTF-8 and nothing else. What is wrong with a single entry fails its handle;
 * what is wrong with the whole fails the call. No message quotes the reply: at most it names handles that were asked for.
 */
final class ReplyReader {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final Set<Handle> asked;
    private final boolean removeTrailingLineBreak;
    private final Map<Handle, FetchResult> results = new HashMap<>();

    ReplyReader(Set<Handle> asked, boolean removeTrailingLineBreak) {
        this.asked = asked;
        this.removeTrailingLineBreak = removeTrailingLineBreak;
    }

    Map<Handle, FetchResult> read(byte[] stdout) {
        CharBuffer text = decoded(stdout);
        try (JsonParser json = BackendProtocol.JSON.createParser(text.array(), text.position(), text.remaining())) {
            readObject(json);
        } catch (StreamConstraintsException e) {
            throw refused("is nested too deeply or holds a number that is too long");
        } catch (JsonProcessingException e) {
            long offset = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
            throw refused("is not valid JSON (near character " + Math.max(offset, 0) + ")");
        } catch (IOException e) {
            throw refused("cannot be read");
        }
        return results;
    }

    /** Decoded here and not by the parser, which would guess other encodings and let wrong UTF-8 pass. */
    private static CharBuffer decoded(byte[] stdout) {
        CharBuffer text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(stdout));
        } catch (CharacterCodingException e) {
            throw refused("is not UTF-8");
        }
        if (text.hasRemaining() && text.get(text.position()) == BYTE_ORDER_MARK) {
            text.get();
        }
        return text;
    }

    private void readObject(JsonParser json) throws IOException {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw refused("is empty");
        }
        if (first != JsonToken.START_OBJECT) {
            throw refused("is not a JSON object");
        }
        Set<String> seen = new HashSet<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            Handle handle = new Handle(name);
            boolean wanted = asked.contains(handle);
            if (!seen.add(name)) {
                throw refused(wanted ? "holds the handle " + handle + " twice" : "holds a handle twice");
            }
            json.nextToken();
            if (wanted) {
                results.put(handle, readEntry(json));
            } else {
                json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw refused("goes on after the JSON object");
        }
    }

    private FetchResult readEntry(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return invalid("the entry is not an object");
        }
        Entry entry = new Entry();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            entry.read(name, token, json);
            json.skipChildren();
        }
        return entry.result(removeTrailingLineBreak);
    }

    private static FetchResult.Failed invalid(String problem) {
        return new FetchResult.Failed(FailureKind.INVALID, "the executable's reply is wrong: " + problem);
    }

    private static BackendException refused(String problem) {
        return new BackendException(
                FailureKind.OUTPUT,
                "the executable's reply " + problem
                        + "; it must print one JSON object on standard output and nothing else");
    }

    /** The fields of one entry; a later one of the same name in any case makes the entry ambiguous. */
    private static final class Entry {

        private @Nullable String value;
        private @Nullable String error;
        private @Nullable Duration timeToLive;
        private @Nullable String problem;
        private final Set<String> seen = new HashSet<>(4);

        void read(String name, JsonToken token, JsonParser json) throws IOException {
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

        private void readTimeToLive(JsonToken token, JsonParser json) throws IOException {
            requireOnce("ttl");
            if (token == JsonToken.VALUE_NULL) {
                return;
            }
            double seconds = token.isNumeric() ? json.getDoubleValue() : -1;
            if (seconds < 0) {
                problem = "ttl must be a number of seconds, 0 or more";
            } else if (seconds < Long.MAX_VALUE / 1e9) {
                timeToLive = Duration.ofNanos((long) (seconds * 1e9));
            }
        }

        private void requireOnce(String field) {
            if (!seen.add(field)) {
                problem = field + " stands twice";
            }
        }

        FetchResult result(boolean removeTrailingLineBreak) {
            if (problem != null) {
                return invalid(problem);
            }
            if (error != null && !error.isEmpty()) {
                return FetchResult.failed(value == null ? error : withoutValue(error, value));
            }
            String text = value == null ? "" : removeTrailingLineBreak ? withoutTrailingLineBreak(value) : value;
            return text.isEmpty()
                    ? new FetchResult.Failed(FailureKind.EMPTY, "the executable gave an empty value")
                    : new FetchResult.Found(SecretValue.of(text), timeToLive);
        }

        /** A value beside an error is not used, so nobody else would know that it must be masked. */
        private static String withoutValue(String error, String value) {
            return Redactor.of(List.of(SecretValue.of(value))).redact(error);
        }

        private static String withoutTrailingLineBreak(String value) {
            int end = value.length();
            while (end > 0 && (value.charAt(end - 1) == '\n' || value.charAt(end - 1) == '\r')) {
                end--;
            }
            return value.substring(0, end);
        }
    }
}
