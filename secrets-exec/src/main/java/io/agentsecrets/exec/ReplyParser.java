package io.agentsecrets.exec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.agentsecrets.BackendException;
import io.agentsecrets.Handle;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Reads any reply, with Jackson, and refuses what is not one JSON object. */
final class ReplyParser {

    private final JsonParser json;
    private final Set<Handle> asked;
    private final Reply reply;

    private ReplyParser(JsonParser json, Set<Handle> asked, Reply reply) {
        this.json = json;
        this.asked = asked;
        this.reply = reply;
    }

    /**
     * Reads a reply entry by entry.
     *
     * @param text JSON
     * @param asked the handles that a message may name
     * @param reply gets the entries, also those before an error
     * @throws BackendException of kind OUTPUT if the text is not a reply
     */
    static void parse(String text, Set<Handle> asked, Reply reply) {
        try (JsonParser json = Json.FACTORY.createParser(text)) {
            new ReplyParser(json, asked, reply).readObject();
        } catch (StreamConstraintsException e) {
            throw Reply.refused("is nested too deeply");
        } catch (JsonProcessingException e) {
            long offset = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
            throw Reply.refused("is not valid JSON (near character " + Math.max(offset, 0) + ")");
        } catch (IOException e) {
            throw Reply.refused("cannot be read");
        }
    }

    private void readObject() throws IOException {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw Reply.refused("is empty");
        }
        if (first != JsonToken.START_OBJECT) {
            throw Reply.refused("is not a JSON object");
        }
        Set<String> seen = new HashSet<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            if (!seen.add(name)) {
                throw refusedTwice(new Handle(name));
            }
            json.nextToken();
            reply.add(name, ReplyEntryParser.parse(json, reply));
        }
        if (json.nextToken() != null) {
            throw Reply.refused("goes on after the JSON object");
        }
    }

    private BackendException refusedTwice(Handle handle) {
        String which = asked.contains(handle) ? "the handle " + handle : "a handle";
        return Reply.refused("holds " + which + " twice", "print one entry for each handle");
    }
}
