package io.agentsecrets.yaml;

import io.agentsecrets.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.Scanner;
import org.snakeyaml.engine.v2.scanner.ScannerImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import org.snakeyaml.engine.v2.tokens.ScalarToken;
import org.snakeyaml.engine.v2.tokens.Token;

/**
 * A parsed YAML stream, and with {@link EngineErrors} all that this project knows of SnakeYAML Engine.
 *
 * <p>The text is parsed once, into events. A {@link NodeListener} hears them with the places of the scalars; trees are made
 * later by playing the events again, with other scalars in the places that are replaced.
 */
final class Engine {

    /** Aliases, depth and size are limited by {@link SourceScan}, before the parts of the engine that recurse see them. */
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setAllowNonScalarKeys(true)
            .setMaxAliasesForCollections(Integer.MAX_VALUE)
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();

    /** Kept, as the schema makes a new one whenever it is asked; it is only read. */
    private static final ScalarResolver SCALARS = SETTINGS.getSchema().getScalarResolver();

    private static final String YAML_TAGS = Tag.PREFIX;

    /** The tag that makes a string of any scalar, and changes nothing for maps and lists. */
    private static final String NON_SPECIFIC = "!";

    /** The tags of YAML that mean something to the core schema; all others are an application's and are ignored. */
    private static final Set<String> KNOWN_TAGS = Set.of(
            NON_SPECIFIC,
            YAML_TAGS + "null",
            YAML_TAGS + "bool",
            YAML_TAGS + "int",
            YAML_TAGS + "float",
            YAML_TAGS + "binary",
            YAML_TAGS + "str",
            YAML_TAGS + "seq",
            YAML_TAGS + "map",
            YAML_TAGS + "set");

    /** Few texts have more events than one for so many characters. */
    private static final int CHARACTERS_OF_AN_EVENT = 8;

    private final String source;
    private final String text;
    private final List<Event> events;
    private int documents;

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
        StreamReader reader = new StreamReader(SETTINGS, text);
        try {
            engine.read(reader, listener);
        } catch (ConfigException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw EngineErrors.place(source, text, e, reader.getLine() + 1, reader.getColumn() + 1);
        }
        return engine;
    }

    private void read(StreamReader reader, NodeListener listener) {
        Scanner scanner = new ScannerImpl(SETTINGS, reader);
        TokenWatch watch = mayHoldTagsOrAnchors(text) ? new TokenWatch(scanner) : null;
        ParserImpl parser = new ParserImpl(SETTINGS, watch == null ? scanner : watch);
        while (parser.hasNext()) {
            Event event = parser.next();
            int number = events.size();
            events.add(event);
            if (event instanceof ScalarEvent scalar) {
                listener.scalar(scalar(scalar, watch == null ? null : watch.lastScalar, number));
            } else if (event instanceof CollectionStartEvent start) {
                startCollection(start, listener);
            } else if (event instanceof CollectionEndEvent) {
                listener.endCollection();
            } else if (event instanceof AliasEvent alias) {
                listener.alias(alias.getAlias().getValue(), span(event), number);
            } else if (event instanceof DocumentStartEvent) {
                documents++;
                listener.startDocument();
            }
        }
    }

    /** Only then does an event start elsewhere than its scalar, so only then are tokens worth their time. */
    private static boolean mayHoldTagsOrAnchors(String text) {
        return text.indexOf('&') >= 0 || text.indexOf('!') >= 0;
    }

    private static void startCollection(CollectionStartEvent event, NodeListener listener) {
        boolean map = event instanceof MappingStartEvent;
        boolean checked = event.getTag().isPresent() && isKnown(event.getTag().get());
        listener.startCollection(map, checked, anchor(event), span(event));
    }

    private static Scalar scalar(ScalarEvent event, @Nullable ScalarToken token, int number) {
        Scalar.Style style = event.isPlain()
                ? Scalar.Style.PLAIN
                : event.isLiteral() || event.isFolded() ? Scalar.Style.BLOCK : Scalar.Style.QUOTED;
        // an event starts at its tag or anchor, a token at the scalar itself; an empty scalar has no token
        Span span = token != null && token.getEndMark().equals(event.getEndMark())
                ? span(token.getStartMark(), token.getEndMark())
                : span(event);
        return new Scalar(event.getValue(), span, style, tagging(event), anchor(event), number);
    }

    private static Scalar.Tagging tagging(ScalarEvent event) {
        Optional<String> tag = event.getTag();
        if (tag.isEmpty() || !isKnown(tag.get())) {
            return Scalar.Tagging.NONE;
        }
        if (tag.get().equals(Tag.STR.getValue()) || tag.get().equals(NON_SPECIFIC)) {
            return Scalar.Tagging.STRING;
        }
        boolean number = tag.get().equals(Tag.INT.getValue()) || tag.get().equals(Tag.FLOAT.getValue());
        return number ? Scalar.Tagging.NUMBER : Scalar.Tagging.OTHER;
    }

    private static boolean isKnown(String tag) {
        return KNOWN_TAGS.contains(tag);
    }

    private static @Nullable String anchor(NodeEvent event) {
        Optional<Anchor> anchor = event.getAnchor();
        return anchor.isPresent() ? anchor.get().getValue() : null;
    }

    private static Span span(Event event) {
        return span(event.getStartMark(), event.getEndMark());
    }

    private static Span span(Optional<Mark> start, Optional<Mark> end) {
        Mark from = start.orElseThrow();
        return new Span(from.getIndex(), end.orElseThrow().getIndex(), from.getLine() + 1, from.getColumn() + 1);
    }

    /** Tells what the core schema reads in a plain scalar without a tag. */
    static boolean isString(String plainText) {
        return isOrdinaryWord(plainText) || Tag.STR.equals(typeOf(plainText));
    }

    /** Tells whether the core schema reads a number in a plain scalar without a tag. */
    static boolean isNumber(String plainText) {
        Tag type = typeOf(plainText);
        return Tag.INT.equals(type) || Tag.FLOAT.equals(type);
    }

    /** Tells whether the core schema reads null in a plain scalar without a tag. */
    static boolean isNull(String plainText) {
        return Tag.NULL.equals(typeOf(plainText));
    }

    /** Nearly every key is; the schema would try regular expressions on many of them. */
    private static boolean isOrdinaryWord(String plainText) {
        return switch (plainText) {
            case "", "true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL" -> false;
            default -> Character.isLetter(plainText.charAt(0));
        };
    }

    private static Tag typeOf(String plainText) {
        return SCALARS.resolve(plainText, true);
    }

    int documents() {
        return documents;
    }

    /**
     * Makes a tree of each document.
     *
     * @param replaced the scalars that take the places of events, by the number of the event
     * @return maps, lists and scalars, in the order of the stream
     * @throws ConfigException if a document does not fit its tags or has the same key twice in a map
     */
    List<@Nullable Object> trees(Map<Integer, NewScalar> replaced) {
        List<@Nullable Object> trees = new ArrayList<>();
        try {
            Composer composer = new Composer(SETTINGS, new Replay(replaced));
            while (composer.hasNext()) {
                trees.add(new StandardConstructor(SETTINGS).constructSingleDocument(Optional.of(composer.next())));
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw EngineErrors.place(source, text, e, 0, 0);
        }
        return trees;
    }

    /** A scalar that takes the place of an event: a string, or a plain scalar of whatever type the core schema reads. */
    record NewScalar(String text, boolean plain) {}

    /** Remembers the last scalar that the parser took from the scanner, as its event does not say where it starts. */
    private static final class TokenWatch implements Scanner {

        private final Scanner scanner;

        @Nullable
        ScalarToken lastScalar;

        TokenWatch(Scanner scanner) {
            this.scanner = scanner;
        }

        @Override
        public boolean checkToken(Token.ID... choices) {
            return scanner.checkToken(choices);
        }

        @Override
        public boolean checkToken(Token.ID choice) {
            return scanner.checkToken(choice);
        }

        @Override
        public Token peekToken() {
            return scanner.peekToken();
        }

        @Override
        public boolean hasNext() {
            return scanner.hasNext();
        }

        @Override
        public Token next() {
            Token token = scanner.next();
            if (token instanceof ScalarToken scalar) {
                lastScalar = scalar;
            }
            return token;
        }

        @Override
        public void resetDocumentIndex() {
            scanner.resetDocumentIndex();
        }
    }

    /** The events once more, with scalars replaced and the tags of applications taken off. */
    private final class Replay implements Parser {

        private final Map<Integer, NewScalar> replaced;
        private int next;

        Replay(Map<Integer, NewScalar> replaced) {
            this.replaced = replaced;
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
    }

    private static Event scalar(Event event, NewScalar scalar) {
        Optional<Anchor> anchor = event instanceof ScalarEvent old ? old.getAnchor() : Optional.empty();
        return new ScalarEvent(
                anchor,
                Optional.empty(),
                new ImplicitTuple(scalar.plain(), !scalar.plain()),
                scalar.text(),
                scalar.plain() ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED,
                event.getStartMark(),
                event.getEndMark());
    }

    private static Event withoutForeignTag(Event event) {
        if (event instanceof ScalarEvent scalar && isForeign(scalar.getTag())) {
            return scalar(event, new NewScalar(scalar.getValue(), scalar.isPlain()));
        }
        if (event instanceof MappingStartEvent map && isForeign(map.getTag())) {
            return new MappingStartEvent(
                    map.getAnchor(), Optional.empty(), true, map.getFlowStyle(), map.getStartMark(), map.getEndMark());
        }
        if (event instanceof SequenceStartEvent list && isForeign(list.getTag())) {
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

    private static boolean isForeign(Optional<String> tag) {
        return tag.isPresent() && !isKnown(tag.get());
    }
}
