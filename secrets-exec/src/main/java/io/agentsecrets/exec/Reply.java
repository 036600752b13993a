package io.agentsecrets.exec;

import io.agentsecrets.BackendException;
import io.agentsecrets.FailureKind;
import io.agentsecrets.FetchResult;
import io.agentsecrets.Handle;
import io.agentsecrets.OneLine;
import io.agentsecrets.SecretValue;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
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

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final Set<Handle> asked;
    private final Map<Handle, ReplyEntry> entries = new HashMap<>();
    private final List<SecretValue> secrets = new ArrayList<>();
    private boolean startsWithByteOrderMark;
    private boolean holdsUnasked;
    private @Nullable BackendException failure;
    private RepeatedText repetitions = RepeatedText.NONE;

    Reply(Set<Handle> asked) {
        this.asked = asked;
    }

    /** Reads as far as possible; {@link #results} throws if the reply was wrong. */
    static Reply read(byte[] stdout, Set<Handle> asked) {
        Reply reply = new Reply(asked);
        try {
            String text = reply.decoded(stdout);
            Map<String, ReplyEntry> ordinary = OrdinaryReply.entriesOf(text);
            if (ordinary == null) {
                ReplyParser.parse(text, asked, reply);
            } else {
                for (Map.Entry<String, ReplyEntry> entry : ordinary.entrySet()) {
                    reply.add(entry.getKey(), entry.getValue());
                }
            }
        } catch (BackendException e) {
            reply.failure = e;
            String text = new String(stdout, StandardCharsets.UTF_8);
            List<SecretValue> pieces = RefusedText.secretsIn(text);
            reply.secrets.addAll(pieces);
            reply.repetitions = new RepeatedText(pieces, RefusedText.endOf(text), asked);
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
        return Collections.unmodifiableList(secrets);
    }

    /** Returns what a text may repeat of a reply that was refused. */
    RepeatedText repetitions() {
        return repetitions;
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

    /** Decodes the reply. Jackson would guess other encodings and accept wrong UTF-8. */
    private String decoded(byte[] stdout) {
        try {
            String text = JsonText.text(stdout);
            startsWithByteOrderMark = text.startsWith(BYTE_ORDER_MARK);
            return startsWithByteOrderMark ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw refused("is not UTF-8");
        }
    }

    /** Adds an entry. Its value is masked even if the reply is refused later. */
    void add(String name, ReplyEntry entry) {
        Handle handle = new Handle(name);
        if (asked.contains(handle)) {
            entries.put(handle, entry);
        } else {
            holdsUnasked = true;
        }
        if (entry.value() != null) {
            mask(entry.value());
        }
    }

    /** Adds a string that was given as a value, used or not, to those that must be masked. */
    void mask(SecretValue given) {
        secrets.add(given);
    }

    /** Returns the refusal of a reply that is not one JSON object. */
    static BackendException refused(String problem) {
        return refused(problem, "it must print one JSON object on standard output and nothing else");
    }

    /** Returns the refusal of a reply as a whole. */
    static BackendException refused(String problem, String remedy) {
        return new BackendException(FailureKind.OUTPUT, "the executable's reply " + problem + "; " + remedy);
    }
}
