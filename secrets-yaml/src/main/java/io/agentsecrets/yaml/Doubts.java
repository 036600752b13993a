package io.agentsecrets.yaml;

import java.util.ArrayList;
import java.util.List;

/**
 * The places that may make a stream invalid, which shows only when its trees are built: keys that are not strings may be
 * equal without looking alike, values may not fit their tags, and the engine may not read unusual numbers. In the order of
 * the text.
 */
final class Doubts {

    private final List<Span> spans = new ArrayList<>();

    void add(Span span) {
        spans.add(span);
    }

    boolean isEmpty() {
        return spans.isEmpty();
    }

    /**
     * Returns the place of the first doubt at or after a place, such as that of a tag or an anchor; without one, the place
     * itself.
     */
    Place from(Place start) {
        for (Span span : spans) {
            if (!isBefore(span, start)) {
                return new Place(span.line(), span.column());
            }
        }
        return start;
    }

    /** Returns the place of the last doubt before a place where something ends; without one, the place itself. */
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
