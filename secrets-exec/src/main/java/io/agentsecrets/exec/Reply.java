package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.OneLine;
import io.agentsecrets.SecretValue;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reply of an executable, read strictly: one JSON object in UTF-8 and nothing else. A wrong entry makes its handle
 * fail; any other error makes the call fail. No message quotes the reply: at most it names handles that were asked for.
 */
final class Reply {

    /** How many characters of an error are masked. What is shown later is always shorter. */
    private static final int LONGEST_ERROR = 4_000;

    private static final char BYTE_ORDER_MARK = '\ufeff';

    /** Whether the classes that read a reply are loaded. */
    private static volatile boolean prepared;

    private final Set<Handle> asked;
    private final Map<Handle, ReplyEntry> entries = new HashMap<>();
    private final List<SecretValue> strings = new ArrayList<>();
    private boolean startsWithByteOrderMark;
    private boolean holdsUnasked;
    private @Nullable BackendException failure;

    private Reply(Set<Handle> asked) {
        this.asked = asked;
    }

    /** Loads the classes that read a reply. It takes 30 ms in a new JVM and is called while the first executable works. */
    static void prepare() {
        if (!prepared) {
            prepared = true;
            read(new byte[] {'{', '}'}, Set.of());
        }
    }

    /** Reads as far as possible; {@link #results} throws if the reply was wrong. */
    static Reply read(byte[] stdout, Set<Handle> asked) {
        Reply reply = new Reply(asked);
        try {
            reply.read(reply.decoded(stdout));
        } catch (BackendException e) {
            reply.failure = e;
        }
        return reply;
    }

    /** Returns the values that were read, even from a wrong reply. */
    Map<Handle, SecretValue> values() {
        Map<Handle, SecretValue> values = new HashMap<>();
        entries.forEach((handle, entry) -> {
            SecretValue value = entry.value();
            if (value != null) {
                values.put(handle, value);
            }
        });
        return values;
    }

    /** Whether it was read to its end and holds a value for each handle that was asked for, of which there must be one. */
    boolean tellsAllValues() {
        return failure == null && !asked.isEmpty() && values().keySet().containsAll(asked);
    }

    /** Returns flaws of the reply that do not make it fail. */
    Set<Probe.Remark> remarks() {
        Set<Probe.Remark> remarks = EnumSet.noneOf(Probe.Remark.class);
        if (startsWithByteOrderMark) {
            remarks.add(Probe.Remark.BYTE_ORDER_MARK);
        }
        if (holdsUnasked) {
            remarks.add(Probe.Remark.UNASKED_HANDLE);
        }
        if (entries.values().stream().anyMatch(ReplyEntry::holdsValueBesideError)) {
            remarks.add(Probe.Remark.VALUE_BESIDE_ERROR);
        }
        return remarks;
    }

    /**
     * Returns all strings that the reply gave as values, even unasked or in the wrong place: these are not used, but the
     * executable may print them elsewhere, where they must be masked.
     */
    Collection<SecretValue> secrets() {
        List<SecretValue> secrets = new ArrayList<>(strings);
        secrets.addAll(values().values());
        return secrets;
    }

    /**
     * Returns a result for each asked handle that the reply holds.
     *
     * @param removeTrailingLineBreak whether line breaks at the end of a value are taken off
     * @param mask the mask for error texts, which must not show secrets
     * @throws BackendException of kind OUTPUT if the reply as a whole cannot be read
     */
    Map<Handle, FetchResult> results(boolean removeTrailingLineBreak, TextMask mask) {
        if (failure != null) {
            throw failure;
        }
        Map<Handle, FetchResult> results = new HashMap<>();
        for (Map.Entry<Handle, ReplyEntry> entry : entries.entrySet()) {
            results.put(entry.getKey(), result(entry.getValue(), removeTrailingLineBreak, mask));
        }
        return results;
    }

    private static FetchResult result(ReplyEntry entry, boolean removeTrailingLineBreak, TextMask mask) {
        String error = entry.error();
        return error == null
                ? entry.resultWithoutError(removeTrailingLineBreak)
                : FetchResult.failed(masked(error, mask));
    }

    private static String masked(String error, TextMask mask) {
        String kept = error.length() <= LONGEST_ERROR
                ? mask.redact(error)
                : mask.redactTruncated(error.substring(0, LONGEST_ERROR));
        return mask.redact(OneLine.stripped(kept, kept.length()));
    }

    /** Decodes the reply. The parser would guess other encodings and accept wrong UTF-8. */
    private CharBuffer decoded(byte[] stdout) {
        CharBuffer text;
        try {
            text = CharBuffer.wrap(JsonText.text(stdout).toCharArray());
        } catch (CharacterCodingException e) {
            throw refused("is not UTF-8");
        }
        if (text.hasRemaining() && text.get(text.position()) == BYTE_ORDER_MARK) {
            text.get();
            startsWithByteOrderMark = true;
        }
        return text;
    }

    private void read(CharBuffer text) {
        try (JsonParser json = Json.FACTORY.createParser(text.array(), text.position(), text.remaining())) {
            readObject(json);
        } catch (StreamConstraintsException e) {
            throw refused("is nested too deeply");
        } catch (JsonProcessingException e) {
            long offset = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
            throw refused("is not valid JSON (near character " + Math.max(offset, 0) + ")");
        } catch (IOException e) {
            throw refused("cannot be read");
        }
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
            ReplyEntry entry = ReplyEntry.read(json, strings);
            SecretValue value = entry.value();
            if (wanted) {
                entries.put(handle, entry);
            } else {
                holdsUnasked = true;
                if (value != null) {
                    strings.add(value);
                }
            }
        }
        if (json.nextToken() != null) {
            throw refused("goes on after the JSON object");
        }
    }

    private static BackendException refused(String problem) {
        return new BackendException(
                FailureKind.OUTPUT,
                "the executable's reply " + problem
                        + "; it must print one JSON object on standard output and nothing else");
    }
}
