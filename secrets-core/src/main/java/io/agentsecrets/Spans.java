package io.agentsecrets;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The parts of a text that are secrets. Those that overlap are masked as one. */
final class Spans {

    private record Span(int from, int to) {}

    private final List<Span> spans = new ArrayList<>();

    void add(int from, int to) {
        int last = spans.size() - 1;
        if (last >= 0
                && from >= spans.get(last).from()
                && from < spans.get(last).to()) {
            spans.set(
                    last,
                    new Span(
                            spans.get(last).from(), Math.max(to, spans.get(last).to())));
        } else {
            spans.add(new Span(from, to));
        }
    }

    /** Returns the text with a mask for each part; the same object if there is none. */
    String mask(String text) {
        if (spans.isEmpty()) {
            return text;
        }
        spans.sort(Comparator.comparingInt(Span::from));
        StringBuilder masked = new StringBuilder(text.length());
        int done = 0;
        for (Span span : spans) {
            if (span.from() >= done) {
                masked.append(text, done, span.from()).append(SecretValue.MASK);
            }
            done = Math.max(done, Math.min(span.to(), text.length()));
        }
        return masked.append(text, done, text.length()).toString();
    }
}
