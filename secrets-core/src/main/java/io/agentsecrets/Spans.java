package io.agentsecrets;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The parts of a text that are secrets. Those that overlap are masked as one. */
final class Spans {

    private record Span(int from, int to) {}

    private final List<Span> spans = new ArrayList<>();

    void add(int from, int to) {
        Span last = spans.isEmpty() ? new Span(0, 0) : spans.get(spans.size() - 1);
        if (from >= last.from() && from < last.to()) {
            spans.set(spans.size() - 1, new Span(last.from(), Math.max(to, last.to())));
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
