package io.agentsecrets.yaml;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.parser.Parser;

/** A parser that replays the events of a stream, with some scalars replaced and without the tags of applications. */
final class Replay implements Parser {

    private final List<Event> events;
    private final Map<Integer, NewScalar> replaced;
    private int next;

    /**
     * Starts a replay.
     *
     * @param events the stream
     * @param replaced the scalars that take the places of events, by the number of the event
     */
    Replay(List<Event> events, Map<Integer, NewScalar> replaced) {
        this.events = events;
        this.replaced = replaced;
    }

    /**
     * A scalar that replaces an event.
     *
     * @param text its text
     * @param plain whether the core schema decides its type; otherwise it is a string
     * @param tagged whether it keeps the tag of the event
     */
    record NewScalar(String text, boolean plain, boolean tagged) {

        /** Without the text, which may be a secret. */
        @Override
        public String toString() {
            return "NewScalar";
        }
    }

    @Override
    public boolean hasNext() {
        return next < events.size();
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
        return hasNext() && peekEvent().getEventId() == choice;
    }

    @Override
    public Event peekEvent() {
        if (!hasNext()) {
            throw new NoSuchElementException("the stream has ended");
        }
        Event event = events.get(next);
        NewScalar newScalar = replaced.get(next);
        return newScalar == null ? withoutForeignTag(event) : scalar(event, newScalar);
    }

    @Override
    public Event next() {
        Event event = peekEvent();
        next++;
        return event;
    }

    /**
     * Tells whether the rest of this stream has the same nodes as the rest of another one, whatever their tags and styles.
     */
    boolean hasTheNodesOf(Replay other) {
        while (hasNext() && other.hasNext()) {
            Event event = next();
            Event others = other.next();
            if (event.getEventId() != others.getEventId()
                    || !Objects.equals(content(event), content(others))
                    || !anchor(event).equals(anchor(others))) {
                return false;
            }
        }
        return hasNext() == other.hasNext();
    }

    private static Object content(Event event) {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getValue();
        }
        return event instanceof AliasEvent alias ? alias.getAlias() : "";
    }

    private static Optional<Anchor> anchor(Event event) {
        return event instanceof NodeEvent node ? node.getAnchor() : Optional.empty();
    }

    private static Event scalar(Event event, NewScalar scalar) {
        Optional<Anchor> anchor = event instanceof ScalarEvent old ? old.getAnchor() : Optional.empty();
        Optional<String> tag = scalar.tagged() && event instanceof ScalarEvent old ? old.getTag() : Optional.empty();
        return new ScalarEvent(
                anchor,
                tag,
                new ImplicitTuple(scalar.plain() && tag.isEmpty(), !scalar.plain() && tag.isEmpty()),
                scalar.text(),
                scalar.plain() ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED,
                event.getStartMark(),
                event.getEndMark());
    }

    private static Event withoutForeignTag(Event event) {
        if (event instanceof ScalarEvent scalar && Schema.isForeign(scalar.getTag())) {
            return scalar(event, new NewScalar(scalar.getValue(), scalar.isPlain(), false));
        }
        if (event instanceof MappingStartEvent map && Schema.isForeign(map.getTag())) {
            return new MappingStartEvent(
                    map.getAnchor(), Optional.empty(), true, map.getFlowStyle(), map.getStartMark(), map.getEndMark());
        }
        if (event instanceof SequenceStartEvent list && Schema.isForeign(list.getTag())) {
            return new SequenceStartEvent(
                    list.getAnchor(),
                    Optional.empty(),
                    true,
                    list.getFlowStyle(),
                    list.getStartMark(),
                    list.getEndMark());
        }
        return event;
    }
}
