package io.agentsecrets.resolver;

import io.agentsecrets.Handle;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A rule of patterns, in which {@code *} stands for any characters. What no pattern allows is denied. */
final class PatternRule implements HandleRule {

    private final Map<String, List<String>> handlesBySource;

    PatternRule(Map<String, ? extends Collection<String>> handlesBySource) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        handlesBySource.forEach((source, handles) -> copy.put(source, List.copyOf(handles)));
        this.handlesBySource = copy;
    }

    @Override
    public boolean mayUse(String source, Handle handle) {
        return handlesBySource.entrySet().stream()
                .filter(entry -> matches(entry.getKey(), source))
                .anyMatch(entry -> entry.getValue().stream().anyMatch(pattern -> matches(pattern, handle.name())));
    }

    /**
     * Backtracks to the last star only, so the time is at most the product of the two lengths, however many stars there
     * are.
     */
    private static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int afterStar = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                afterStar = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++afterStar;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
