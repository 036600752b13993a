package io.agentsecrets.audit;

import io.agentsecrets.Handle;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of an audit file: a JSON object (RFC 8259) and a line feed. Characters that could break or forge a line on a
 * screen are escaped, so a line of the file is one line everywhere.
 */
final class AuditLine {

    /** This many bytes are enough to recognise a line. */
    static final int BEGINNING = 80;

    private static final Pattern OURS =
            Pattern.compile("\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z\""
                    + ",\"event\":\"(fetched|changed|failed|forgotten|gap)\"");

    private AuditLine() {}

    /** Returns the line of an event. */
    static byte[] of(Instant time, AuditEvent event) {
        StringBuilder json = begin(time, event.type().name().toLowerCase(Locale.ROOT));
        json.append(",\"outcome\":");
        appendText(json, event.failure() == null ? "ok" : event.failure().code());
        json.append(",\"handles\":");
        appendTexts(json, event.handles().stream().map(Handle::name).iterator());
        json.append(",\"sources\":");
        appendTexts(json, event.sources().iterator());
        return end(json);
    }

    /** Returns the line that says how many lines before it were lost. */
    static byte[] gap(Instant time, long lines) {
        return end(begin(time, "gap").append(",\"lines\":").append(lines));
    }

    /** Tells whether a text can be the beginning of a line of this class; it may be cut anywhere. */
    static boolean canBegin(String text) {
        Matcher matcher = OURS.matcher(text);
        return matcher.lookingAt() || matcher.hitEnd();
    }

    private static StringBuilder begin(Instant time, String event) {
        return new StringBuilder(256)
                .append("{\"time\":\"")
                .append(time.truncatedTo(ChronoUnit.MILLIS))
                .append("\",\"event\":\"")
                .append(event)
                .append('"');
    }

    private static byte[] end(StringBuilder json) {
        return json.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void appendTexts(StringBuilder json, Iterator<String> texts) {
        json.append('[');
        while (texts.hasNext()) {
            appendText(json, texts.next());
            json.append(texts.hasNext() ? "," : "");
        }
        json.append(']');
    }

    private static void appendText(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            appendCharacter(json, text.codePointAt(i));
        }
        json.append('"');
    }

    private static void appendCharacter(StringBuilder json, int character) {
        int shortForm = "\"\\\b\f\n\r\t".indexOf(character);
        if (shortForm >= 0) {
            json.append('\\').append("\"\\bfnrt".charAt(shortForm));
        } else if (isShown(character)) {
            json.appendCodePoint(character);
        } else {
            for (char unit : Character.toChars(character)) {
                json.append("\\u").append(HexFormat.of().toHexDigits(unit));
            }
        }
    }

    /** Half of a surrogate pair has no UTF-8, so it is escaped as well. */
    private static boolean isShown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
