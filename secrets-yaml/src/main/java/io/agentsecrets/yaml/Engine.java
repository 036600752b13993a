package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML stream that SnakeYAML Engine has parsed. Only this class, {@link EventReader}, {@link Replay}, {@link Schema} and
 * {@link EngineErrors} use that library.
 *
 * <p>The text is parsed once, into events. A {@link NodeListener} gets them with the places of the scalars; trees are built
 * later by replaying the events with other scalars in the replaced places.
 */
final class Engine {

    /** Few texts have more than one event for this many characters. */
    private static final int CHARACTERS_OF_AN_EVENT = 8;

    private final String source;
    private final String text;
    private final List<Event> events;

    private Engine(String source, String text) {
        this.source = source;
        this.text = text;
        this.events = new ArrayList<>(text.length() / CHARACTERS_OF_AN_EVENT);
    }

    /**
     * Parses a text.
     *
     * @param text the stream, without byte order mark
     * @throws ConfigException if it is not valid YAML or the listener refuses it
     */
    static Engine parse(String source, String text, NodeListener listener) {
        Engine engine = new Engine(source, text);
        @Nullable EventReader reader = null;
        try {
            reader = new EventReader(text);
            reader.read(engine.events, listener);
        } catch (ConfigException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw EngineErrors.syntax(source, text, e, reader == null ? new Place(1, 1) : reader.place());
        }
        return engine;
    }

    int documents() {
        int documents = 0;
        for (Event event : events) {
            documents += event instanceof DocumentStartEvent ? 1 : 0;
        }
        return documents;
    }

    /**
     * Builds a tree of each document of a stream that was tried before, or has no doubts.
     *
     * @param replaced the scalars that take the places of events, by the number of the event
     * @return maps, lists and scalars, in the order of the stream
     */
    List<@Nullable Object> trees(Map<Integer, Replay.NewScalar> replaced) {
        return trees(replaced, Schema.LENIENT, new Doubts());
    }

    /**
     * Builds a tree of each document to see whether that is possible.
     *
     * @param doubts the places that may be the reason if it is not
     * @throws ConfigException if a document does not fit its tags or has the same key twice in a map
     */
    void tryTrees(Map<Integer, Replay.NewScalar> replaced, Doubts doubts) {
        trees(replaced, Schema.SETTINGS, doubts);
    }

    private List<@Nullable Object> trees(
            Map<Integer, Replay.NewScalar> replaced, LoadSettings settings, Doubts doubts) {
        List<@Nullable Object> trees = new ArrayList<>();
        NotingConstructor constructor = new NotingConstructor(settings);
        try {
            Composer composer = new Composer(settings, new Replay(events, replaced));
            while (composer.hasNext()) {
                trees.add(constructor.constructSingleDocument(Optional.of(composer.next())));
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw EngineErrors.tree(source, text, e, constructor.place(), doubts);
        }
        return trees;
    }

    /** Tells whether another stream has the nodes of this one, with some scalars replaced. */
    boolean isReadIn(Engine other, Map<Integer, Replay.NewScalar> replaced) {
        return new Replay(events, replaced).hasTheNodesOf(new Replay(other.events, Map.of()));
    }

    /** Remembers the node that is being built, as not all errors have a place. */
    private static final class NotingConstructor extends StandardConstructor {

        private @Nullable Node last;

        NotingConstructor(LoadSettings settings) {
            super(settings);
        }

        @Override
        @SuppressWarnings("NullAway") // a null of YAML becomes null
        protected @Nullable Object constructObjectNoCheck(Node node) {
            last = node;
            Object made = super.constructObjectNoCheck(node);
            if (made == null && node.getTag().equals(Tag.BOOL)) {
                throw new IllegalArgumentException("neither true nor false");
            }
            return made;
        }

        /** Returns where the node, its tag or its anchor begins. */
        Place place() {
            Optional<Mark> mark = last == null ? Optional.empty() : last.getStartMark();
            return mark.map(m -> new Place(m.getLine() + 1, m.getColumn() + 1)).orElse(new Place(1, 1));
        }
    }
}
