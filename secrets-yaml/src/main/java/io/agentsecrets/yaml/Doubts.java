package io.agentsecrets.yaml;

import java.util.ArrayList;
import java.util.List;

/**
 * The places where only making the tree can tell if a stream is valid: keys that are no plain strings may be equal without
 * looking alike, values may not fit their tags, and of unusual numbers the engine knows best. In the order of the text.
 */
final class Doubts {

    private final List<Span> spans = new ArrayList<>();

    void add(Span span) {
        spans.add(span);
    }

    boolean isEmpty() {
        return spans.isEmpty();
    }

    /** Returns the place of the doubt that a tag or an anchor belongs to. */
    Place from(Place start) {
        for (Span span : spans) {
            if (!isBefore(span, start)) {
                return new Place(span.line(), span.column());
            }
        }
        return start;
    }

    /** Returns the place of the doubt that was noticed where something ends. */
    Place before(Place end) {
        Place last = end;
        for (Span span : spans) {
            if (isBefore(span, end)) {
                last = new Place(span.line(), span.column());
            }
        }
        return last;
    }

    private static boolean isBefore(Span span, Place place) {
        return span.line() < place.line() || (span.line() == place.line() && span.column() < place.column());
    }
}
