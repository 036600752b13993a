package io.agentsecrets.resolver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What sources have read during a step of a test, and the last that they read before it: an event may have been on its way
 * while they read. Not thread-safe.
 */
final class SourceReads {

    private final ToldValues told;
    private final Map<String, List<Read>> readsBySource = new HashMap<>();

    SourceReads(ToldValues told) {
        this.told = told;
    }

    /** Values by handle, or none if the source was dropped, and how many answers of the backend there were before. */
    private record Read(Map<String, String> values, int afterAnswers) {}

    void beginStep() {
        readsBySource
                .values()
                .forEach(reads -> reads.subList(0, reads.size() - 1).clear());
    }

    void read(String source, Map<String, String> values, int afterAnswers) {
        readsBySource.computeIfAbsent(source, key -> new ArrayList<>()).add(new Read(values, afterAnswers));
    }

    void dropped(String source) {
        read(source, Map.of(), 0);
    }

    void forget(String source) {
        readsBySource.remove(source);
    }

    /** Whether there is a reason to tell a source: it was dropped, or would be, or something it read has changed. */
    boolean hasNews(String source) {
        List<Read> reads = readsBySource.getOrDefault(source, List.of());
        return reads.isEmpty()
                || reads.stream()
                        .anyMatch(read -> read.values().isEmpty() || told.hasNews(read.values(), read.afterAnswers()));
    }
}
