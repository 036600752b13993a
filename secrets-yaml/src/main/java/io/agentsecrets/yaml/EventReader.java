package io.agentsecrets.yaml;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.ScannerImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.tokens.ScalarToken;
import org.snakeyaml.engine.v2.tokens.TagToken;

/** Reads a text into the engine's events, and tells a {@link NodeListener} where each node is. Used once. */
final class EventReader {

    private static final int ENDS_ITS_LAST_LINE = -1;

    /** How many code points the text has, if its last line has no line break. */
    private final int openEnd;

    private final StreamReader reader;
    private final TokenWatch watch;
    private final ParserImpl parser;

    EventReader(String text) {
        openEnd = endsItsLastLine(text) ? ENDS_ITS_LAST_LINE : text.codePointCount(0, text.length());
        reader = new StreamReader(Schema.forReading(text), text);
        watch = new TokenWatch(new ScannerImpl(Schema.SETTINGS, reader));
        parser = new ParserImpl(Schema.SETTINGS, watch);
    }

    private static boolean endsItsLastLine(String text) {
        int last = text.length() - 1;
        while (last >= 0 && (text.charAt(last) == ' ' || text.charAt(last) == '\t')) {
            last--;
        }
        return last < 0 || text.charAt(last) == '\n' || text.charAt(last) == '\r';
    }

    /** Calls the listener for each event before it reads the next, up to the end of the text or the first error. */
    void read(NodeListener listener) {
        for (int number = 0; parser.hasNext(); number++) {
            tell(parser.next(), number, listener);
        }
    }

    /** Returns the place that the parser has reached. */
    Place place() {
        return new Place(reader.getLine() + 1, reader.getColumn() + 1);
    }

    private void tell(Event event, int number, NodeListener listener) {
        if (event instanceof ScalarEvent scalar) {
            listener.scalar(scalar(scalar, number));
        } else if (event instanceof CollectionStartEvent start) {
            listener.startCollection(kind(start), Schema.known(start.getTag()), anchor(start), span(event));
        } else if (event instanceof CollectionEndEvent) {
            listener.endCollection();
        } else if (event instanceof AliasEvent alias) {
            listener.alias(alias.getAlias().getValue(), span(event), number);
        } else if (event instanceof DocumentStartEvent) {
            listener.startDocument();
        }
    }

    private static NodeListener.Kind kind(CollectionStartEvent event) {
        if (!(event instanceof MappingStartEvent)) {
            return NodeListener.Kind.LIST;
        }
        return Schema.isSet(event.getTag()) ? NodeListener.Kind.SET : NodeListener.Kind.MAP;
    }

    private Scalar scalar(ScalarEvent event, int number) {
        Scalar.Style style = switch (event.getScalarStyle()) {
            case DOUBLE_QUOTED -> Scalar.Style.DOUBLE_QUOTED;
            case SINGLE_QUOTED -> Scalar.Style.SINGLE_QUOTED;
            case LITERAL, FOLDED -> Scalar.Style.BLOCK;
            default -> Scalar.Style.PLAIN;
        };
        String value = event.getValue();
        String text = style == Scalar.Style.BLOCK ? blockText(event) : value;
        Scalar.Tagging tag = Schema.tagging(event.getTag());
        return new Scalar(text, value, spanOf(event), style, tag, tagSpan(event), anchor(event), number);
    }

    /**
     * Returns the text of a block scalar as other parsers read it. The engine adds a line feed to the last line of a text
     * even if there is none, so that a handle there would not be found.
     */
    private String blockText(ScalarEvent event) {
        String value = event.getValue();
        boolean added = openEnd == event.getEndMark().orElseThrow().getIndex() && value.endsWith("\n");
        return added ? value.substring(0, value.length() - 1) : value;
    }

    /**
     * Returns the characters of a scalar. An event starts at its tag or anchor, a token at the scalar itself; an empty
     * scalar has no token.
     */
    private Span spanOf(ScalarEvent event) {
        ScalarToken token = watch.lastScalar();
        return token != null && token.getEndMark().equals(event.getEndMark())
                ? span(token.getStartMark(), token.getEndMark())
                : span(event);
    }

    private @Nullable Span tagSpan(ScalarEvent event) {
        TagToken token = watch.lastTag();
        return token != null && event.getTag().isPresent() ? span(token.getStartMark(), token.getEndMark()) : null;
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
}
