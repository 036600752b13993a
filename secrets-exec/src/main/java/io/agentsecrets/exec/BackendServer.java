package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.SecretBackend;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Turns any {@link SecretBackend} into an executable: reads a request from standard input, asks the backend once, and
 * writes the reply to standard output.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *     System.exit(BackendServer.run(handles -> lookUpIn(myStore, handles)));
 * }
 * }</pre>
 *
 * <p>The reply is written only when it is complete, so a failure never leaves half of one. Problems are described on
 * standard error, which the agent logs; values are never printed there.
 */
public final class BackendServer {

    /** The exit status when the reply was written; a handle that does not exist has no entry in it. */
    public static final int OK = 0;

    /** The exit status when the backend failed as a whole. */
    public static final int BACKEND_FAILED = 1;

    /** The exit status when the request cannot be read. */
    public static final int BAD_REQUEST = 2;

    private BackendServer() {}

    /**
     * Serves the request on standard input.
     *
     * @param backend where the values come from
     * @return the exit status for {@link System#exit}
     */
    public static int run(SecretBackend backend) {
        return run(backend, System.in, System.out, System.err);
    }

    /**
     * Serves one request.
     *
     * @param backend where the values come from
     * @param in the request, read to its end
     * @param out where the reply goes; flushed but not closed
     * @param err where problems are described, one line for each, without secrets
     * @return {@link #OK}, {@link #BACKEND_FAILED} or {@link #BAD_REQUEST}
     */
    public static int run(SecretBackend backend, InputStream in, OutputStream out, PrintStream err) {
        Set<Handle> handles;
        try {
            handles = readRequest(in);
        } catch (IOException e) {
            err.println("bad request: standard input must be {\"version\":\"1.0\",\"secrets\":[\"handle\", ...]}");
            return BAD_REQUEST;
        }
        try {
            out.write(reply(handles, results(backend, handles)));
            out.flush();
            return OK;
        } catch (BackendException e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println("the reply cannot be written: " + e.getClass().getSimpleName());
        } catch (Throwable e) {
            // also Errors and undeclared checked exceptions, as backends in other languages throw;
            // the message may hold a secret
            err.println("the backend failed with " + e.getClass().getName());
        }
        return BACKEND_FAILED;
    }

    /** Asks the backend, but never for no handle, an empty one, or one that no reply can name. */
    private static Map<Handle, FetchResult> results(SecretBackend backend, Set<Handle> handles) {
        Set<Handle> wanted = new LinkedHashSet<>(handles);
        wanted.removeIf(handle -> handle.isEmpty() || !handle.isWellFormed());
        return wanted.isEmpty() ? Map.of() : backend.fetch(Collections.unmodifiableSet(wanted));
    }

    private static Set<Handle> readRequest(InputStream in) throws IOException {
        Set<Handle> handles = null;
        try (JsonParser json = Json.FACTORY.createParser(in)) {
            require(json.nextToken() == JsonToken.START_OBJECT);
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                if (name.equals("secrets")) {
                    handles = readHandles(json);
                } else {
                    json.skipChildren(); // version, type, config, and what later versions add
                }
            }
            require(handles != null && json.nextToken() == null);
        }
        return handles == null ? Set.of() : handles;
    }

    private static Set<Handle> readHandles(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY);
        Set<Handle> handles = new LinkedHashSet<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            require(json.currentToken() == JsonToken.VALUE_STRING);
            handles.add(new Handle(json.getText()));
        }
        return handles;
    }

    private static void require(boolean wellFormed) throws IOException {
        if (!wellFormed) {
            throw new IOException("the request does not follow the protocol");
        }
    }

    /** Returns the reply. A missing handle has no entry, as the protocol says. */
    private static byte[] reply(Set<Handle> handles, Map<Handle, FetchResult> results) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
            json.writeStartObject();
            for (Handle handle : handles) {
                FetchResult result = results.get(handle);
                if (result == null || isMissing(result)) {
                    continue;
                }
                json.writeObjectFieldStart(handle.name());
                writeEntry(json, result);
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        return JsonText.utf8(text.toString());
    }

    private static boolean isMissing(FetchResult result) {
        return result instanceof FetchResult.Failed failed && failed.kind() == FailureKind.MISSING;
    }

    private static void writeEntry(JsonGenerator json, FetchResult result) throws IOException {
        if (result instanceof FetchResult.Found found && found.value().isWellFormed()) {
            json.writeStringField("value", found.value().reveal());
            json.writeNullField("error");
            if (found.timeToLive() != null) {
                json.writeNumberField("ttl", seconds(found.timeToLive()));
            }
            return;
        }
        json.writeNullField("value");
        json.writeStringField("error", reason(result));
    }

    /** Returns the seconds as a decimal; never 0, which would mean no limit. */
    private static double seconds(Duration timeToLive) {
        return timeToLive.getSeconds() + timeToLive.getNano() / 1e9;
    }

    /** Returns the reason of a failure; never empty, which would mean no error. */
    private static String reason(FetchResult result) {
        if (result instanceof FetchResult.Failed failed) {
            return failed.reason().isEmpty() ? "the backend gave no reason" : failed.reason();
        }
        return "the value holds half a surrogate pair";
    }
}
